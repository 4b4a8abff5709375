import { expect } from 'chai';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp-flag.ts';
import { datagram, URO } from '../../testing/datagram-steps.ts';
import { scripted } from '../../testing/scripted-coalescer.ts';
import { data, pureAck, SIX } from '../../testing/segment-steps.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { withoutTags } from './arrival.ts';
import { judge } from './judge.ts';
import type { ObservedIndication } from './types.ts';

const LINK = '02:00:00:00:00:01 > 02:00:00:00:00:02';
const DPC: FrameStep = { dpc: true };
const frameOf = (step: FrameStep): Uint8Array => (step as { rx: Uint8Array }).rx;

function said(steps: readonly FrameStep[], indications: readonly ObservedIndication[]): string[] {
  const capabilities = { ...DEFAULT_CAPABILITIES, uro: true };
  return judge({ steps, indications, statistics: undefined, capabilities }).findings.map(
    ({ rule, message }) => `${rule} ${message}`,
  );
}

/** `units`: arrivals of each. */
function ofUnits(frames: readonly FrameStep[], units: readonly (readonly number[])[]): string[] {
  const steps = [...frames, DPC];
  return said(
    steps,
    scripted(
      steps,
      units.map((arrivals) => ({ arrivals })),
    ),
  );
}

/** Sentences that were once wrong, or had to be read twice. */
describe('sentences of findings', () => {
  describe('order', () => {
    const fin = data(2, { flags: 'AF' });

    it('names each kind with the arrivals that are of it, in the plural where there are several', () => {
      const frames = [pureAck(0), pureAck(0, { ack: 10 }), data(0, { ack: 10 }), data(1, { ack: 10 })];
      expect(ofUnits(frames, [[2, 3], [0], [1]])).to.deep.equal([
        'I1 #2 and #3 (data) were indicated before #0 and #1 (pure ACKs).',
      ]);
      const sack = pureAck(2, { options: '0101050a0000000100000002' });
      expect(ofUnits([data(0), data(1), fin, sack], [[3], [0, 1], [2]])[0]).to.equal(
        'I1 #3 (pure ACK with a TCP option) was indicated before #0 and #1 (data) and #2 (FIN).',
      );
    });

    it('says which unit was merged around what, whichever came out first', () => {
      const frames = [data(0), data(1), pureAck(0, { flags: 'AF' }), data(2)];
      expect(ofUnits(frames, [[0, 1, 3], [2]])).to.deep.equal([
        'I1 #3 (data) was indicated before #2 (FIN). #0, #1 and #3 were merged around #2.',
      ]);
      expect(ofUnits(frames, [[2], [0, 1, 3]])).to.deep.equal([
        'I1 #2 (FIN) was indicated before #0 and #1 (data). #0, #1 and #3 were merged around #2.',
      ]);
    });
  });

  it('what only should be is not said to be a must', () => {
    const frames = [data(0, { flags: 'A2' }), data(1, { flags: 'A2' })];
    expect(ofUnits(frames, [[0, 1]])[0]).to.match(/^E3 #0 should not be merged: /);
    const pushed = [data(0, { flags: 'AP' }), data(1)];
    const units = [{ arrivals: [0, 1], change: ({ bytes }: Unit) => bytes.fill(TcpFlag.ack, 47, 48) }];
    expect(said([...pushed, DPC], scripted([...pushed, DPC], units))).to.include(
      'H5 The PSH flag is not set, should be set: #0 has it.',
    );
  });

  it('a frame that is no segment: where it was changed', () => {
    const frame = frameOf(data(0, { corrupt: { dataOffset: 3 } }));
    const changed = frame.slice();
    changed[50] = (changed[50] as number) ^ 1;
    const [was, is] = [frame, changed].map((bytes) => `0x${bytes[50]?.toString(16).padStart(2, '0')}`);
    expect(said([{ rx: frame }, DPC], [{ step: 1, frame: changed, oob: {} }])).to.deep.equal([
      `I8 #0 (malformed frame) did not go up as it came: byte 50 was ${was}, and is ${is}.`,
    ]);
  });

  it('a repetition with a wrong byte: of what was wrong before, nothing is said again', () => {
    const steps = [data(0), data(1), DPC];
    const withoutAck = ({ bytes }: Unit) => bytes.fill(0, 47, 48);
    const [unit] = scripted(steps, [{ arrivals: [0, 1], change: withoutAck }]) as [ObservedIndication];
    const altered = unit.frame.slice();
    altered[34] = (altered[34] as number) ^ 0x40;
    expect(said(steps, [unit, { ...unit, frame: altered }])).to.deep.equal([
      'H1 The TCP flags are none, must be ACK.',
      'I7 #0 and #1 came out twice: indication 1 repeats what is in another.',
      'H1 The ports are 16385 > 2, must be 1 > 2.',
    ]);
  });

  it('a unit of pure ACKs without Identification that has the last one’s hop limit: nothing is lost if it is counted', () => {
    const steps = [pureAck(0, { ...SIX, ttl: 9 }), pureAck(0, { ...SIX, ttl: 64, window: 77 }), DPC];
    const of = (segCount: number): ObservedIndication[] => [
      { step: 2, frame: frameOf(steps[1] as FrameStep), oob: { segCount } },
    ];
    expect(said(steps, of(1))).to.deep.equal(['H4 The hop limit is #1’s (64), must be the smallest (9).']);
    expect(said(steps, of(0))).to.deep.equal(['I7 #0 (pure ACK) never came out.']);
  });

  it('options or an extension header that were lost are one finding', () => {
    const steps = [data(0, { ipOptions: '01010101' }), DPC];
    const [lone] = scripted([data(0), DPC], [{ arrivals: [0] }]) as [ObservedIndication];
    expect(said(steps, [lone])).to.deep.equal([
      'H1 The IPv4 version and header length are 4 and 20 bytes, must be 4 and 24 bytes.',
    ]);
    const extended = data(0, { ...SIX, extensions: [{ kind: 'hop-by-hop' }] });
    const [bare] = scripted([data(0, SIX), DPC], [{ arrivals: [0] }]) as [ObservedIndication];
    expect(said([extended, DPC], [bare])).to.deep.equal(['H1 The IPv6 next header is 6 (TCP), must be 0.']);
  });

  describe('datagrams', () => {
    const [a, b] = [1, 2].map((place) => datagram(place)) as [FrameStep, FrameStep];
    const steps = [URO, a, b, DPC];
    const withSum = (indication: ObservedIndication): ObservedIndication => {
      const frame = indication.frame.slice();
      setU16(frame, 40, 0x1234);
      return { ...indication, frame };
    };
    const units = (all: readonly FrameStep[]): ObservedIndication[] =>
      referenceRun(all).indications.map(({ frame, oob }) => ({ step: all.length - 1, frame, oob }));

    it('an order says what an exception is', () => {
      const optioned = (place: number): FrameStep => datagram(place, { ipOptions: '01010101' });
      const extended = datagram(2, { ...SIX, extensions: [{ kind: 'hop-by-hop' }] });
      const swapped = (frames: readonly FrameStep[]): string[] => {
        const all = [URO, ...frames, DPC];
        return said(all, [...units(all)].reverse());
      };
      expect(swapped([a, optioned(2)])).to.deep.equal([
        'U7 #1 (datagram with IPv4 options) was indicated before #0 (datagram).',
      ]);
      expect(swapped([datagram(1, SIX), extended])).to.deep.equal([
        'U7 #1 (datagram with an extension header) was indicated before #0 (datagram).',
      ]);
    });

    it('a checksum that must be zero is not said to be zero', () => {
      expect(said(steps, units(steps).map(withSum))).to.deep.equal([
        'U5 The UDP checksum is 0x1234, must be 0x0000 in an SCU of datagrams.',
      ]);
    });

    it('a datagram without payload that came out is not in the unit as well', () => {
      const short = datagram(3, { payload: new Uint8Array(0), corrupt: { udpLength: 7 } });
      const all = [URO, a, b, short, DPC];
      const [unit, own] = units(all) as [ObservedIndication, ObservedIndication];
      expect(said(all, [own, withSum(unit)])).to.deep.equal([
        'U5 The UDP checksum is 0x1234, must be 0x0000 in an SCU of datagrams.',
        'U7 #2 (datagram whose lengths disagree) was indicated before #0 and #1 (datagrams).',
      ]);
    });

    it('a unit whose bytes all arrived is made of what they arrived in, however many rules that breaks', () => {
      const short = (place: number, fields = {}): FrameStep =>
        datagram(place, { payload: Uint8Array.of(place, place + 64, place + 128), ...fields });
      const options = { ipOptions: '01010101' };
      const [plain, others] = [[1, 2, 5].map((place) => short(place)), [3, 4].map((place) => short(place, options))];
      const [c, d, e] = [plain[0], plain[1], plain[2]] as [FrameStep, FrameStep, FrameStep];
      const all = [URO, c, d, ...others, e, DPC];
      const [unit] = units([URO, ...plain, DPC]) as [ObservedIndication];
      const both = frameOf(short(3, { ...options, payload: Uint8Array.of(3, 67, 131, 4, 68, 132) }));
      const step = all.length - 1;
      const sent = [
        { ...withSum(unit), step },
        { step, frame: both, oob: { ...unit.oob, uroSegSize: 3 } },
      ];
      expect(said(all, sent).map((text) => text.replace(/ is 0x\w+/, ''))).to.deep.equal([
        'U5 The UDP checksum, must be 0x0000 in an SCU of datagrams.',
        'U1 #2 must not be merged: The IPv4 header has options.',
        'U5 The IPv4 header checksum, must be 0x0000 in an SCU of datagrams.',
        'U5 The UDP checksum, must be 0x0000 in an SCU of datagrams.',
        'U7 #4 (datagram) was indicated before #2 and #3 (datagrams with IPv4 options). #0, #1 and #4 were merged around #2 and #3.',
      ]);
    });

    it('a tag that was lost is one finding, alone and in a unit', () => {
      const [one, two, three] = [1, 2, 3].map((place) =>
        datagram(place, { tags: [{ vid: 5 }], payload: new Uint8Array(place < 3 ? 40 : 0).fill(place) }),
      ) as [FrameStep, FrameStep, FrameStep];
      const all = [URO, one, two, three, DPC];
      const bare = units(all).map((indication) => ({ ...indication, frame: withoutTags(indication.frame) }));
      expect(said(all, bare)).to.deep.equal([
        `U5 The link-layer header is ${LINK} 0x0800, must be ${LINK} 0x8100 0x0005 0x0800, as in the first datagram.`,
        `U10 The link-layer header is ${LINK} 0x0800, must be ${LINK} 0x8100 0x0005 0x0800, as it arrived.`,
      ]);
    });
  });

  it('a tag that was lost: the header that is there, and not what follows it', () => {
    const frames = [0, 1].map((place) => data(place, { tags: [{ vid: 5 }] }));
    const other = data(5, { tags: [{ vid: 5 }], corrupt: { protocol: 99 } });
    const steps = [...frames, other, DPC];
    const indications = scripted(steps, [{ arrivals: [0, 1] }, { arrivals: [2] }]);
    const bare = indications.map((indication) => ({ ...indication, frame: withoutTags(indication.frame) }));
    expect(said(steps, bare)).to.deep.equal([
      `H1 The link-layer header is ${LINK} 0x0800, must be ${LINK} 0x8100 0x0005 0x0800.`,
      'I8 #2 (not TCP) did not go up as it came: byte 12 was 0x81, and is 0x08.',
    ]);
  });

  it('a changed unit that ends with a window update: an equal duplicate after it is not lost, and not in it', () => {
    const frames = Array.from({ length: 5 }, (_, place) => data(place, { id: 0 }));
    const ack = pureAck(5, { id: 0, window: 77 });
    const steps = [...frames, ack, ack, DPC];
    const lengthened = ({ bytes }: Unit) => bytes.fill(6 << 4, 46, 47);
    const units = [{ arrivals: [0, 1, 2, 3, 4, 5], change: lengthened }, { arrivals: [6] }];
    expect(said(steps, scripted(steps, units))).to.deep.equal([
      'H1 The TCP header length is 24 bytes (6), must be 20 bytes (5).',
    ]);
  });
});
