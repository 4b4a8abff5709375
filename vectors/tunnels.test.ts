import { expect } from 'chai';
import { TUNNEL_KINDS } from '../reference-impl/wire/tunnel.ts';
import { loadCorpus } from './corpus.ts';
import { expandVector } from './expand.ts';
import { replay } from './plan.ts';
import type { Vector } from './vector.ts';

/** What comes out where the tunnels are looked into, worked out by hand: name of the vector, arrivals of each indication. */
const INSIDE: Readonly<Record<string, readonly (readonly number[])[]>> = {
  run: [[0, 1, 2, 3]],
  jumbo: [[0, 1, 2]],
  push: [[0, 1, 2]],
  // Bare and inside are two connections, each with gaps.
  beside: [[0], [1], [2], [3]],
  around: [
    [0, 2],
    [1, 3],
  ],
  // At once, for what lies in a damaged packet is not known.
  damaged: [[1], [0], [2, 3]],
  'over-ipv6': [[0, 1, 2]],
  checksummed: [[0, 1, 2]],
  fin: [[0, 1], [2], [3]],
  'wrong-checksum': [[0, 1], [2], [3]],
  'window-update': [[0, 1, 2]],
  'two-connections': [
    [0, 2],
    [1, 3],
  ],
};
const HALVES = [
  [0, 1],
  [2, 3],
];
/** A length of IEEE 802.3 says 1,500 at most. */
const SNAP_JUMBO = [[0], [1], [2]];

describe('vectors of segments inside tunnels', () => {
  const all = loadCorpus().vectors.filter(({ id }) => id.startsWith('indication/tunnels/'));
  const isState = ({ id }: Vector): boolean => id.startsWith('indication/tunnels/states/');
  const inside = all.filter((vector) => !isState(vector));

  it('merge inside as anywhere, where the tunnels are looked into', () => {
    const seen = new Set<string>();
    for (const vector of inside) {
      const [, , kind = '', name = ''] = vector.id.split('/');
      const isHalves = name.startsWith('outer-') || ['identifier', 'tags', 'gap', 'ce'].includes(name);
      const expected = kind === 'snap' && name === 'jumbo' ? SNAP_JUMBO : (INSIDE[name] ?? (isHalves ? HALVES : []));
      const actual = replay(expandVector(vector), { tunnels: TUNNEL_KINDS });
      expect(
        actual.map(({ arrivals }) => arrivals),
        vector.id,
      ).to.deep.equal(expected);
      seen.add(name);
    }
    expect([...Object.keys(INSIDE)].filter((name) => !seen.has(name))).to.deep.equal([]);
  });

  it('merge inside in every state, too', () => {
    const states = all.filter(isState);
    expect(new Set(states.map(({ id }) => id.split('/')[3])).size).to.equal(TUNNEL_KINDS.length);
    for (const vector of states) {
      // A length of IEEE 802.3 leaves no room for a unit of these.
      if (
        vector.id.includes('/snap/') &&
        vector.steps.some((step) => 'receive' in step && (step.receive.payload ?? 0) > 600)
      )
        continue;
      const isInside = vector.steps.flatMap((step) => ('receive' in step ? [step.receive.tunnel !== undefined] : []));
      const units = replay(expandVector(vector), { tunnels: TUNNEL_KINDS }).filter(
        ({ arrivals }) => isInside[arrivals[0] as number],
      );
      expect(
        units.map(({ arrivals }) => arrivals.length).filter((size) => size < 2),
        vector.id,
      ).to.deep.equal([]);
    }
  });

  it('are alone where only others are', () => {
    for (const vector of all) {
      const kind = vector.id.split('/')[isState(vector) ? 3 : 2];
      // NVGRE is GRE.
      const others = TUNNEL_KINDS.filter((other) => other !== kind && !(kind === 'nvgre' && other === 'gre'));
      const actual = replay(expandVector(vector), { tunnels: others });
      expect(actual, vector.id).to.deep.equal(vector.expect);
    }
  });
});
