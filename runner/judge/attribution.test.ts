import { expect } from 'chai';
import type { Unit } from '../../reference-impl/unit.ts';
import { headerFields } from '../../reference-impl/wire/fields.ts';
import { type Scripted, scripted } from '../../testing/scripted-coalescer.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { judge } from './judge.ts';

const alone = (...arrivals: number[]): Scripted[] => arrivals.map((number) => ({ arrivals: [number] }));
const merged = (arrivals: readonly number[], more: Partial<Scripted> = {}): Scripted => ({ ...more, arrivals });
const longer = (by: number) => (unit: Unit) => {
  const at = unit.ipOffset + (unit.ipVersion === 4 ? 2 : 4);
  const length = (((unit.bytes[at] as number) << 8) | (unit.bytes[at + 1] as number)) + by;
  unit.bytes[at] = length >> 8;
  unit.bytes[at + 1] = length & 0xff;
};

const withWindow = (window: number) => (unit: Unit) => {
  headerFields['tcp.window'].write(unit.bytes, unit, window);
};

/** What a coalescer made of a vector, and what is expected of it. */
interface Row {
  readonly vector: string;
  readonly units: readonly Scripted[];
  readonly expected: readonly string[];
  readonly capabilities?: Partial<Capabilities>;
}

const ROWS: readonly Row[] = [
  {
    vector: 'exceptions/extension-headers/hop-by-hop/resent/ipv6',
    units: [merged([0, 1, 3, 4]), { arrivals: [2], late: 1 }],
    expected: ['I2 #2 waited beyond the end of its DPC.'],
  },
  {
    vector: 'coalescing/headers/mac/source/first/ipv6',
    units: [merged([0, 1, 2, 3], { change: longer(40) })],
    expected: ['C10', 'H2 The IPv6 payload length is 5900, must be 5860.'],
  },
  {
    vector: 'coalescing/acknowledgment/half/ipv4-ts',
    units: [merged([0, 1, 2, 3], { change: longer(40) })],
    expected: ['H2 The IPv4 total length is 104, must be 64.'],
  },
  {
    vector: 'coalescing/ack/run/ipv4',
    units: alone(3),
    expected: ['I7 #0 to #2 (pure ACKs) never came out.'],
  },
  {
    vector: 'exceptions/ip-options/loose-source-route/resent/ipv4',
    units: [{ arrivals: [2], oob: { tcpChecksum: 'ok' } }, merged([0, 1, 3, 4], { oob: { tcpChecksum: 'ok' } })],
    expected: ['I1 #2 (IPv4 options) was indicated before #0 and #1 (data). #0, #1, #3 and #4 were merged around #2.'],
  },
  {
    // What came out as it came is no repetition, although the segment before it has the same bytes.
    vector: 'exceptions/checksum/tcp/resent/ipv4',
    units: [merged([0, 1, 2, 4]), ...alone(3)],
    expected: ['E2', 'I1 #4 (data) was indicated before #3 (data). #0 to #2 and #4 were merged around #3.'],
  },
  {
    vector: 'coalescing/sequence/reordered/swapped/ipv4',
    units: [merged([0, 1, 3, 2, 4])],
    expected: ['C2 #0, #1, #3, #2 and #4 were merged in sequence order instead of arrival order.'],
  },
  {
    vector: 'coalescing/sequence/reordered/swapped/ipv4',
    units: [merged([0, 1]), merged([3, 2, 4])],
    expected: ['C2 #3, #2 and #4 were merged in sequence order instead of arrival order.'],
  },
  {
    // As WireGuard-go: no segment is appended to one with PSH, or put in front of it, and the first window is kept.
    vector: 'coalescing/sequence/reordered/filled-gap-pushed/ipv4',
    units: [merged([0, 3], { change: withWindow(1000) }), merged([1, 2, 4], { change: withWindow(1001) })],
    capabilities: { profile: 'gro' },
    expected: [
      'R1 #3 must not be merged: its IPv4 Identification is 0x1003, segmentation gives 0x1001.',
      'R1 #4 must not be merged: its IPv4 Identification is 0x1004, segmentation gives 0x1003.',
      'I1 #3 (data) was indicated before #1 and #2 (data). #0 and #3 were merged around #1 and #2. #1, #2 and #4 were merged around #3.',
    ],
  },
  {
    // As Linux: it knows the hop-by-hop header, and passes on what has a fragment header.
    vector: 'exceptions/states/fragment-6/03613fa2/ipv6',
    units: [...alone(3, 2), merged([0, 1]), merged([4, 5])],
    capabilities: { profile: 'gro' },
    expected: ['R2'],
  },
  {
    // As librte_gro. Four segments of five bytes: their bytes prove it, although fewer rules would be broken by a wrong length.
    vector: 'exceptions/flags/reserved-2/resent/ipv4',
    units: [merged([0, 1, 2, 4], { change: withWindow(30000) }), ...alone(3)],
    expected: ['E3', 'H6', 'I1 #4 (data) was indicated before #3 (data). #0 to #2 and #4 were merged around #3.'],
  },
  {
    vector: 'coalescing/sequence/reordered/late/ipv4',
    units: [merged([0, 1, 4, 2, 3, 5])],
    expected: ['C2 #0, #1, #4, #2, #3 and #5 were merged in sequence order instead of arrival order.'],
  },
  {
    vector: 'coalescing/window-update/zero-and-open/ipv4-ts',
    units: alone(0, 2, 3),
    expected: ['I7 #1 (window update) never came out.'],
  },
  {
    vector: 'coalescing/duplicate/data-then-run-of-2/ipv4',
    units: [merged([0, 1, 2], { splicesPadding: true }), ...alone(3)],
    capabilities: { duplicateacks: 'alone' },
    expected: [
      'H1 Ethernet padding of #2 (2 bytes) became data.',
      'C9 #2 (duplicate ACK) vanished in the unit of #0 to #2, and the target says that it merges none.',
    ],
  },
  {
    vector: 'coalescing/duplicate/data-then-run-of-2/ipv4',
    units: [merged([0, 1, 2, 3], { splicesPadding: true })],
    capabilities: { duplicateacks: 'alone' },
    expected: [
      'H1 Ethernet padding of #2 (2 bytes) became data.',
      'C9 #2 and #3 (duplicate ACKs) vanished in the unit of #0 to #3, and the target says that it merges none.',
    ],
  },
];

describe('what is expected of what a coalescer made', () => {
  const vectors = new Map(loadCorpus().vectors.map((vector) => [vector.id, vector]));
  for (const { vector, units, expected, capabilities } of ROWS) {
    const shown = units.map(({ arrivals, late }) => `${arrivals.join('+')}${late === undefined ? '' : ' late'}`);
    it(`${vector}: ${shown.join(', ')}`, () => {
      const known = vectors.get(vector);
      if (known === undefined) throw new Error(`no vector ${vector}`);
      const steps = expandVector(known);
      const { findings } = judge({
        steps,
        indications: scripted(steps, units),
        statistics: undefined,
        capabilities: { ...DEFAULT_CAPABILITIES, ...capabilities },
      });
      expect(
        findings.map(({ rule, message }, i) => (expected[i] === rule ? rule : `${rule} ${message}`)),
      ).to.deep.equal(expected);
    });
  }
});
