import { expect } from 'chai';
import type { OutOfBand } from '../../reference-impl/indication.ts';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { FrameSpec } from '../../reference-impl/wire/build.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { setU16, u16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { type ChecksumMark, parseSegment, pseudoHeaderSum, Segment } from '../../reference-impl/wire/segment.ts';
import { data } from '../../testing/segment-steps.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { judge } from './judge.ts';
import type { Finding } from './types.ts';

/** A marked frame that came out alone. */
function findings(
  spec: Partial<FrameSpec>,
  alter: (frame: Uint8Array) => void,
  tcpChecksum: 'partial' | 'ok',
): unknown {
  const rx = buildFrame({
    src: '10.0.0.1',
    dst: '192.0.2.1',
    sport: 1,
    dport: 2,
    payload: new Uint8Array(40),
    ...spec,
  });
  const frame = rx.slice();
  alter(frame);
  return judge({
    steps: [{ rx, csum: 'partial' }, { dpc: true }],
    indications: [{ step: 1, frame, oob: { tcpChecksum } }],
    statistics: undefined,
    capabilities: { ...DEFAULT_CAPABILITIES, csum: true },
  }).findings;
}

describe('judge, of a lone frame that is marked partial', () => {
  it('lets it up as it came, marked as it was, though its field does not hold what the mark says', () => {
    expect(findings({ corrupt: { tcpChecksum: 'wrong' } }, () => {}, 'partial')).to.deep.equal([]);
  });

  it('does not let the field be changed to anything', () => {
    expect(findings({}, (frame) => setU16(frame, 34 + 16, 0x1234), 'partial')).to.have.length.above(0);
  });

  it('does not ask for a sum that cannot be verified: after a source route the pseudo-header is another', () => {
    const route = { ipOptions: '8907040a00000900' };
    expect(findings(route, (frame) => setU16(frame, 42 + 16, 0x1234), 'ok')).to.deep.equal([]);
  });
});

type Field = 'whole' | 'pseudo-header' | 'neither' | 'as it came';
type Marked = readonly [mark: ChecksumMark, isWrong?: 'wrong'];

interface StatusCase {
  readonly frames: readonly Marked[];
  readonly field: Field;
  readonly oob: Partial<OutOfBand>;
  readonly capabilities?: Partial<Capabilities>;
}

const TCP_CHECKSUM = 14 + 20 + 16;

/** What is found of the one frame that these become, as the reference makes it but for its TCP checksum. */
function statusFindings({ frames, field, oob, capabilities }: StatusCase): Finding[] {
  const steps = frames.map(([csum, wrong], place): FrameStep => {
    const { rx } = data(place, wrong === undefined ? {} : { corrupt: { tcpChecksum: 'wrong' } }) as { rx: Uint8Array };
    return csum === 'none' ? { rx } : { rx, csum };
  });
  const all: FrameStep[] = [...steps, { dpc: true }];
  const [made, ...more] = referenceRun(all).indications;
  if (made === undefined || more.length > 0) throw new Error('not one frame came out');
  const frame = made.frame.slice();
  const segment = parseSegment(frame, new Segment());
  const pseudo = fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset));
  if (field === 'pseudo-header') setU16(frame, TCP_CHECKSUM, pseudo);
  if (field === 'neither') setU16(frame, TCP_CHECKSUM, u16(frame, TCP_CHECKSUM) ^ 0x0303);
  return [
    ...judge({
      steps: all,
      indications: [{ step: frames.length, frame, oob: { segCount: frames.length > 1 ? frames.length : 0, ...oob } }],
      statistics: undefined,
      capabilities: { ...DEFAULT_CAPABILITIES, csum: true, ...capabilities },
    }).findings,
  ];
}

const reported = (all: StatusCase): string[] => statusFindings(all).map(({ rule, level }) => `${rule} (${level})`);

describe('judge, of a unit with marked frames in it', () => {
  const PARTIAL: readonly Marked[] = [['partial'], ['none'], ['none']];
  const TRUSTED: readonly Marked[] = [['none'], ['unnecessary', 'wrong']];
  const flagged = { checksums: 'flagged' } as const;

  const right: readonly (readonly [string, StatusCase])[] = [
    ['a whole sum, vouched for', { frames: PARTIAL, field: 'whole', oob: { tcpChecksum: 'ok' } }],
    [
      'the pseudo-header’s, marked partial',
      { frames: PARTIAL, field: 'pseudo-header', oob: { tcpChecksum: 'partial' } },
    ],
    ['no sum, flagged invalid', { frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'ok', valueInvalid: 1 } }],
    ['no sum, TCP’s flagged', { frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'ok', valueInvalid: 'tcp' } }],
    [
      'no sum, by a target that flags',
      { frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'ok' }, capabilities: flagged },
    ],
    [
      'no sum, by a target of whom nothing is known',
      { frames: PARTIAL, field: 'neither', oob: {}, capabilities: { checksums: 'unknown' } },
    ],
    ['the pseudo-header’s, where no mark could be seen', { frames: PARTIAL, field: 'pseudo-header', oob: {} }],
    ['a sum that a trusted, wrong one went into', { frames: TRUSTED, field: 'neither', oob: { tcpChecksum: 'ok' } }],
  ];
  for (const [name, all] of right) {
    it(`lets it have ${name}`, () => expect(reported(all)).to.deep.equal([]));
  }

  const wrong: readonly (readonly [string, StatusCase])[] = [
    ['no sum, vouched for', { frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'ok' } }],
    ['the pseudo-header’s, vouched for', { frames: PARTIAL, field: 'pseudo-header', oob: { tcpChecksum: 'ok' } }],
    ['a whole sum, marked partial', { frames: PARTIAL, field: 'whole', oob: { tcpChecksum: 'partial' } }],
    ['no sum, marked partial', { frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'partial' } }],
    ['no sum, of which nothing is reported', { frames: PARTIAL, field: 'neither', oob: {} }],
    ['no sum, IPv4’s flagged', { frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'ok', valueInvalid: 'ip' } }],
    [
      'no sum, not flagged by a target that flags',
      { frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'ok', valueInvalid: 0 }, capabilities: flagged },
    ],
    [
      'the pseudo-header’s, for a trusted, wrong one',
      { frames: TRUSTED, field: 'pseudo-header', oob: { tcpChecksum: 'ok' } },
    ],
    [
      'no sum, for a trusted one that is right',
      { frames: [['none'], ['unnecessary']], field: 'neither', oob: { tcpChecksum: 'ok' } },
    ],
  ];
  for (const [name, all] of wrong) {
    it(`does not let it have ${name}`, () => expect(reported(all)).to.deep.equal(['K3 (must)']));
  }

  it('says what was reported, what the field contains, and what it should contain', () => {
    const [found] = statusFindings({ frames: PARTIAL, field: 'neither', oob: { tcpChecksum: 'ok' } });
    expect(found).to.include({ field: 'tcp.checksum', expected: 'a whole sum, or a mark that it is none' });
    expect(found?.arrivals).to.deep.equal([0, 1, 2]);
    expect(found?.message).to.equal(
      'The TCP checksum field of #0 to #2 holds neither a right sum nor the pseudo-header’s, and nothing says that it is invalid.',
    );
    const [partial] = statusFindings({ frames: PARTIAL, field: 'whole', oob: { tcpChecksum: 'partial' } });
    expect(partial).to.include({ expected: 'the pseudo-header’s sum' });
    expect(partial?.message).to.match(/holds a right sum, and it is marked partial\.$/);
    const [untold] = statusFindings({ frames: PARTIAL, field: 'neither', oob: {} });
    expect(untold?.message).to.match(/nothing says that it is invalid\.$/);
  });
});

describe('judge, of a lone marked frame', () => {
  const LONE: readonly Marked[] = [['partial', 'wrong']];

  it('holds a checksum that was changed to none against it, whatever is known of the sums of units', () => {
    const all: StatusCase = { frames: LONE, field: 'neither', oob: { tcpChecksum: 'ok' } };
    expect(reported(all)).to.deep.equal(['K3 (must)']);
    expect(reported({ ...all, capabilities: { checksums: 'unknown' } })).to.deep.equal(['K3 (must)']);
  });

  it('takes the flag of a target that flags for one that it cannot see, if the field was changed', () => {
    const all: StatusCase = { frames: LONE, field: 'neither', oob: { tcpChecksum: 'ok' } };
    expect(reported({ ...all, capabilities: { checksums: 'flagged' } })).to.deep.equal([]);
  });

  it('lets a frame that is trusted, and wrong, up as it came', () => {
    for (const tcpChecksum of ['ok', 'none'] as const) {
      const all: StatusCase = { frames: [['unnecessary', 'wrong']], field: 'as it came', oob: { tcpChecksum } };
      expect(reported(all)).to.deep.equal([]);
    }
  });
});
