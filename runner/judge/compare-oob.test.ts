/** Out-of-band values of segments: which values are right of a unit, and of a frame that went alone. */

import { expect } from 'chai';
import type { OutOfBand } from '../../reference-impl/indication.ts';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { data, pureAck, SIX } from '../../testing/segment-steps.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { judge } from './judge.ts';

const COUNTED = { duplicateacks: 'counted' } as const;

/** The one frame that these become, with these values beside it alone. */
function beside(
  frames: readonly FrameStep[],
  oob: Partial<OutOfBand>,
  capabilities: Partial<Capabilities> = {},
): string[] {
  const steps = [...frames, { dpc: true as const }];
  const duplicateAcks = capabilities.duplicateacks ?? 'alone';
  const [one, ...more] = referenceRun(steps, { duplicateAcks }).indications;
  if (one === undefined || more.length > 0) throw new Error('not one frame came out');
  const { findings } = judge({
    steps,
    indications: [{ ...one, oob }],
    statistics: undefined,
    capabilities: { ...DEFAULT_CAPABILITIES, ...capabilities },
  });
  return findings.map(({ rule, arrivals, field, expected }) => `${rule} #${arrivals} ${field}: ${expected}`);
}

type Row = readonly [name: string, oob: Partial<OutOfBand>, found?: string];

function rows(name: string, frames: readonly FrameStep[], all: readonly Row[], capabilities = {}): void {
  describe(`judge, of the out-of-band values of ${name}`, () => {
    for (const [what, oob, found] of all) {
      it(`${found === undefined ? 'accepts' : 'does not accept'} ${what}`, () => {
        expect(beside(frames, oob, capabilities)).to.deep.equal(found === undefined ? [] : [found]);
      });
    }
  });
}

const stamped = (place: number, tsVal: number): FrameStep => data(place, { timestamps: [tsVal, 5] });

rows(
  'two segments',
  [data(0), data(1)],
  [
    ['their count', { segCount: 2 }],
    ['nothing', {}],
    ['no count', { segCount: 0 }, 'O1 #0,1 segCount: 2'],
    ['one too many', { segCount: 3 }, 'O1 #0,1 segCount: 2'],
    ['no duplicates', { dupAckCount: 0 }],
    ['a duplicate', { dupAckCount: 1 }, 'O2 #0,1 dupAckCount: 0'],
    ['no delta', { segCount: 2, timestampDelta: 0 }],
    ['a delta', { segCount: 2, timestampDelta: 1 }, 'T4 #0,1 timestampDelta: 0'],
    ['success', { tcpChecksum: 'ok', ipChecksum: 'ok' }],
    ['no verdict', { tcpChecksum: 'none' }, 'H8 #0,1 tcpChecksum: ok'],
    ['a failure', { tcpChecksum: 'bad' }, 'H8 #0,1 tcpChecksum: ok'],
    ['no verdict of IP', { ipChecksum: 'none' }, 'H8 #0,1 ipChecksum: ok'],
    ['a failure of IP', { ipChecksum: 'bad' }, 'H8 #0,1 ipChecksum: ok'],
  ],
);

rows(
  'two segments, IPv6',
  [data(0, SIX), data(1, SIX)],
  [
    ['success of IP', { ipChecksum: 'ok' }],
    ['no verdict of IP', { ipChecksum: 'none' }],
    ['a failure of IP', { ipChecksum: 'bad' }, 'H8 #0,1 ipChecksum: ok or none'],
  ],
);

rows(
  'segments with timestamps',
  [stamped(0, 7), stamped(1, 7), stamped(2, 0x1_0009)],
  [
    ['the delta', { segCount: 3, timestampDelta: 0x1_0002 }],
    ['its low half', { segCount: 3, timestampDelta: 2 }],
    ['another', { segCount: 3, timestampDelta: 0x2_0002 }, 'T4 #0,1,2 timestampDelta: 65538'],
    ['none', { segCount: 3, timestampDelta: 0 }, 'T4 #0,1,2 timestampDelta: 65538'],
    ['none, without a count to say', { timestampDelta: 0 }, 'T4 #0,1,2 timestampDelta: 65538'],
  ],
);

rows(
  'a window update on a pure ACK',
  [pureAck(0), pureAck(0, { window: 77 })],
  [
    ['no count: no segment of data is in it', { segCount: 0 }],
    ['a count of one', { segCount: 1 }],
    ['a count of two', { segCount: 2 }, 'O1 #0,1 segCount: 1'],
  ],
);

rows(
  'counted duplicates',
  [pureAck(0), pureAck(0, { id: 8 }), pureAck(0, { id: 9 })],
  [
    ['their count', { segCount: 1, dupAckCount: 2 }],
    ['too few', { segCount: 1, dupAckCount: 1 }, 'C9 #2 indications: 1'],
    ['too many', { segCount: 1, dupAckCount: 3 }, 'O2 #0,1,2 dupAckCount: 2'],
    ['no count of segments', { segCount: 0, dupAckCount: 2 }, 'O1 #0,1,2 segCount: 1'],
    ['no count of segments, and of duplicates unknown', { segCount: 0 }, 'C9 #1,2 indications: 1'],
  ],
  COUNTED,
);

const LONE: readonly Row[] = [
  ['no count', { segCount: 0, dupAckCount: 0, timestampDelta: 0 }],
  ['a count of one', { segCount: 1 }],
  ['a count of two', { segCount: 2 }, 'O1 #0 segCount: 0 or 1'],
  ['a duplicate', { dupAckCount: 1 }, 'O2 #0 dupAckCount: 0'],
  ['a delta beside a count', { segCount: 1, timestampDelta: 4 }, 'T4 #0 timestampDelta: 0'],
  ['a delta that means nothing', { segCount: 0, timestampDelta: 4 }],
  ['a delta, and no word of a count', { timestampDelta: 4 }],
];
rows(
  'a lone segment',
  [data(0)],
  [
    ...LONE,
    ['success', { tcpChecksum: 'ok', ipChecksum: 'ok' }],
    ['no verdict', { tcpChecksum: 'none', ipChecksum: 'none' }],
    ['a failure', { tcpChecksum: 'bad' }, 'O4 #0 tcpChecksum: ok or none'],
    ['a failure of IP', { ipChecksum: 'bad' }, 'O4 #0 ipChecksum: ok or none'],
  ],
);

const corrupt = (what: FrameSpec['corrupt']): FrameStep => data(0, what === undefined ? {} : { corrupt: what });
rows(
  'a lone segment with a wrong checksum',
  [corrupt({ tcpChecksum: 'wrong' })],
  [
    ['a failure', { tcpChecksum: 'bad' }],
    ['no verdict', { tcpChecksum: 'none' }],
    ['success', { tcpChecksum: 'ok' }, 'O4 #0 tcpChecksum: bad or none'],
  ],
);
rows(
  'a lone segment with a wrong header checksum',
  [corrupt({ ipChecksum: 'wrong' })],
  [
    ['a failure of IP', { ipChecksum: 'bad' }],
    ['success of IP', { ipChecksum: 'ok' }, 'O4 #0 ipChecksum: bad or none'],
  ],
);
rows(
  'a fragment, whose TCP checksum cannot be verified',
  [data(0, { mf: true })],
  [
    ['no verdict', { tcpChecksum: 'none' }],
    ['success', { tcpChecksum: 'ok' }, 'O4 #0 tcpChecksum: none'],
    ['a failure', { tcpChecksum: 'bad' }, 'O4 #0 tcpChecksum: none'],
  ],
);
rows(
  'a lone segment, IPv6',
  [data(0, SIX)],
  [
    ['success of IP', { ipChecksum: 'ok' }],
    ['a failure of IP', { ipChecksum: 'bad' }, 'O4 #0 ipChecksum: ok or none'],
  ],
);
rows(
  'what is no IP packet',
  [{ rx: Uint8Array.from({ length: 60 }, (_, i) => i) }],
  [
    ['no verdict', { tcpChecksum: 'none', ipChecksum: 'none' }],
    ['a verdict on an IPv4 header that is none', { ipChecksum: 'bad' }],
    ['success', { tcpChecksum: 'ok' }, 'O4 #0 tcpChecksum: none'],
    ['failure', { tcpChecksum: 'bad' }, 'O4 #0 tcpChecksum: none'],
    ['a mark', { tcpChecksum: 'partial' }, 'O4 #0 tcpChecksum: none'],
    ['a count', { segCount: 1 }, 'O1 #0 segCount: 0'],
  ],
);

const ENDS = { src: '10.0.0.1', dst: '10.0.0.2', sport: 7, dport: 8, payload: Uint8Array.of(1, 2, 3) } as const;
const datagram = (fields: Partial<FrameSpec> = {}): FrameStep[] => [
  { rx: buildFrame({ ...ENDS, transport: 'udp', ...fields }) },
];
rows('a datagram', datagram(), [
  ['success', { tcpChecksum: 'ok' }],
  ['no verdict', { tcpChecksum: 'none' }],
  ['failure', { tcpChecksum: 'bad' }, 'O4 #0 tcpChecksum: ok or none'],
  ['a mark', { tcpChecksum: 'partial' }, 'O4 #0 tcpChecksum: ok or none'],
]);
rows('a datagram without a checksum', datagram({ corrupt: { udpChecksum: 0 } }), [
  ['success', { tcpChecksum: 'ok' }],
  ['failure', { tcpChecksum: 'bad' }, 'O4 #0 tcpChecksum: ok or none'],
]);
rows('a datagram with a wrong checksum', datagram({ corrupt: { udpChecksum: 'wrong' } }), [
  ['failure', { tcpChecksum: 'bad' }],
  ['success', { tcpChecksum: 'ok' }, 'O4 #0 tcpChecksum: bad or none'],
]);
rows('a fragment of a datagram', datagram({ mf: true }), [
  ['success', { tcpChecksum: 'ok' }, 'O4 #0 tcpChecksum: none'],
]);

const LEFT = { src: '2001:db8::1', dst: '2001:db8::2', extensions: [{ kind: 'routing', left: 1 }] } as const;
const DONE = { ...LEFT, extensions: [{ kind: 'routing' }] } as const;
const INSIDE = { ipOptions: '830704c6336401' } as const;
const PAST = { ipOptions: '830708c6336401' } as const;
for (const transport of ['tcp', 'udp'] as const) {
  const segment = (fields: Partial<FrameSpec>): FrameStep[] => [{ rx: buildFrame({ ...ENDS, transport, ...fields }) }];
  const wrong: Partial<FrameSpec> = {
    corrupt: transport === 'udp' ? { udpChecksum: 'wrong' } : { tcpChecksum: 'wrong' },
  };
  for (const [what, open, used] of [
    ['a routing header', LEFT, DONE],
    ['a source route', INSIDE, PAST],
  ] as const) {
    rows(`${what} that is not used up, before ${transport}`, segment(open), [
      ['success', { tcpChecksum: 'ok' }],
      ['failure', { tcpChecksum: 'bad' }],
    ]);
    rows(`${what} that is used up, before ${transport}`, segment(used), [
      ['success', { tcpChecksum: 'ok' }],
      ['failure', { tcpChecksum: 'bad' }, 'O4 #0 tcpChecksum: ok or none'],
    ]);
    rows(`${what} that is used up, before ${transport} with a wrong checksum`, segment({ ...used, ...wrong }), [
      ['failure', { tcpChecksum: 'bad' }],
      ['success', { tcpChecksum: 'ok' }, 'O4 #0 tcpChecksum: bad or none'],
    ]);
  }
}

const deep = Array.from({ length: 40 }, (_, i) => ({ vid: i + 1 }));
rows(
  'a segment after more tags than the reference reads',
  [{ rx: buildFrame({ ...ENDS, tags: deep }) }],
  [
    ['nothing', {}],
    ['what who reads them finds', { segCount: 1, tcpChecksum: 'ok', ipChecksum: 'ok' }],
    ['what is wrong', { tcpChecksum: 'bad' }, 'O4 #0 tcpChecksum: ok or none'],
  ],
);

describe('judge, of the count of a unit with a window update in it', () => {
  const steps = [data(0), data(1), pureAck(2, { window: 5 }), { dpc: true as const }];
  const header = { flags: 5, gsoType: 1, hdrLen: 54, gsoSize: 10, csumStart: 3, csumOffset: 0, numBuffers: 1 };

  function counted(segCount: number, isVirtio: boolean): number {
    const [one] = referenceRun(steps).indications;
    if (one === undefined) throw new Error('nothing came out');
    const virtio = isVirtio ? { virtio: { header, features: ['RSC_EXT'] as const, buffers: 1 } } : {};
    const indications = [{ ...one, oob: { segCount }, ...virtio }];
    return judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES }).findings.length;
  }

  it('accepts either reading of a virtio device’s, and one of NDIS', () => {
    expect([2, 3, 4].map((count) => counted(count, true))).to.deep.equal([0, 0, 1]);
    expect([2, 3, 4].map((count) => counted(count, false))).to.deep.equal([0, 1, 1]);
  });
});
rows(
  'a lone segment while RSC is off',
  [{ set: { rsc4: false } }, data(0)],
  [
    ['no count', { segCount: 0 }],
    ['a count', { segCount: 1 }, 'O1 #0 segCount: 0'],
  ],
);
