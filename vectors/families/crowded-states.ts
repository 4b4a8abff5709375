/** E1: connections for which a small flow table has no room, in states: a covering array of strength 2. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { ALL, Scene, type Variant } from '../scene.ts';
import { type Allows, coveringArray, type Dimension } from '../states/covering.ts';
import type { SegmentSpec } from '../vector.ts';

/** Connections with an SCU in progress, which fill a table of this size. */
const OTHERS = [1, 4, 16, 64] as const;
const PAYLOADS = [1, 33, 257, 1448, 8948] as const;
/** Segments in the newcomer's run. */
const COUNTS = [1, 2, 8, 20, 44, 101] as const;
/** Events before on the newcomer's connection. */
const BEFORE = ['nothing', 'exception', 'exceptions', 'dpc', 'two-dpcs', 'switch', 'rxcsum'] as const;
type Before = (typeof BEFORE)[number];
/** Fields that change from segment to segment of the newcomer's run. */
const MOVES: Readonly<Record<string, (i: number) => SegmentSpec>> = {
  nothing: () => ({}),
  window: (i) => ({ window: 9000 - 40 * i }),
  ttl: (i) => ({ ttl: 40 + (i % 3) }),
  push: (i) => (i % 4 === 1 ? { flags: 'AP' } : {}),
};
/** The changing fields, in a title. */
const MOVES_TITLES: Readonly<Record<string, string>> = {
  nothing: '',
  window: 'falling windows',
  ttl: 'changing TTLs',
  push: 'PSH on every fourth',
};
/** The events before, in a title. */
const BEFORE_TITLES: Readonly<Record<Before, string>> = {
  nothing: '',
  exception: 'after an exception',
  exceptions: 'after two exceptions',
  dpc: 'after a DPC',
  'two-dpcs': 'after two DPCs',
  switch: 'after RSC was off and on again',
  rxcsum: 'after receive checksum offload was off and on again',
};
const MOST_BYTES = 60_000;

const DIMENSIONS: readonly Dimension[] = [
  { name: 'others', levels: OTHERS.map(String) },
  { name: 'payload', levels: PAYLOADS.map(String) },
  { name: 'count', levels: COUNTS.map(String) },
  { name: 'before', levels: BEFORE },
  { name: 'moves', levels: Object.keys(MOVES) },
  { name: 'variant', levels: ALL.map(({ name }) => name) },
];
const allows: Allows = (i, a, j, b) => {
  const level = (name: string): string | undefined => {
    if (DIMENSIONS[i]?.name === name) return DIMENSIONS[i]?.levels[a];
    return DIMENSIONS[j]?.name === name ? DIMENSIONS[j]?.levels[b] : undefined;
  };
  const [payload, count] = [level('payload'), level('count')];
  return payload === undefined || count === undefined || Number(payload) * Number(count) <= MOST_BYTES;
};

export function* crowdedStates(): Generator<Plan> {
  for (const row of coveringArray(DIMENSIONS, allows)) {
    const [others, payload, count, before, moves, variant] = row.map((level, i) => DIMENSIONS[i]?.levels[level]) as [
      string,
      string,
      string,
      Before,
      string,
      string,
    ];
    const own = ALL.find(({ name }) => name === variant) as Variant;
    const scene = new Scene(own, {
      connections: Number(others) + 1,
      hosts: Number(count) % 2 === 0 ? 'one' : 'distinct',
    });
    const ended = happenBefore(scene, before, Number(payload));
    for (let other = 1; other <= Number(others); other++) scene.on(other).data(Number(payload));
    scene.on(0);
    for (let i = 0; i < Number(count); i++) scene.data(Number(payload), MOVES[moves]?.(i) ?? {});
    const first = ended.flat().length;
    const run = first + Number(others);
    yield {
      id: `exceptions/crowded/${others}-others/${payload}-bytes/of-${count}/${before}/${moves}/${variant}`,
      title: [
        `${countText(Number(count), 'segment')} of ${countText(Number(payload), 'byte')}`,
        MOVES_TITLES[moves],
        `beside ${countText(Number(others), 'other connection')}`,
        BEFORE_TITLES[before],
      ]
        .filter((part) => part !== '')
        .join(', '),
      rules: ['E1', 'C11', 'I7'],
      scene,
      groups: [
        ...ended,
        ...Array.from({ length: Number(others) }, (_, i) => [first + i]),
        Array.from({ length: Number(count) }, (_, i) => run + i),
      ],
    };
  }
}

/** Plays it, and returns its indications. */
function happenBefore(scene: Scene, before: Before, payload: number): number[][] {
  switch (before) {
    case 'nothing':
      return [];
    case 'exception':
      scene.data(payload, { flags: 'AF' });
      return [[0]];
    case 'exceptions':
      scene.data(payload, { flags: 'AF' }).data(payload, { flags: 'AF' });
      return [[0], [1]];
    case 'dpc':
      scene.data(payload).dpc();
      return [[0]];
    case 'two-dpcs':
      scene.data(payload).dpc().data(payload).dpc();
      return [[0], [1]];
    case 'switch':
      scene.data(payload).set({ rsc4: false, rsc6: false }).set({ rsc4: true, rsc6: true });
      return [[0]];
    case 'rxcsum':
      scene.data(payload).set({ rxcsum: false }).set({ rxcsum: true });
      return [[0]];
  }
}
