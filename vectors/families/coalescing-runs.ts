/** C1, C5: runs that merge completely. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { ALL, Scene, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

/** Runs as on real networks: equal sizes, a short last or first segment, mixed sizes. */
export function* coalescingRuns(): Generator<Plan> {
  for (const variant of ALL) yield* runs(variant);
}

function* runs(variant: Variant): Generator<Plan> {
  const shapes: readonly (readonly [string, string, readonly number[], readonly string[]])[] = [
    ['pair', 'A pair of segments', [1448, 1448], ['checksum-flags-on-unit']],
    ['mss-536', 'Six segments of 536 bytes', [536, 536, 536, 536, 536, 536], ['segment-count-by-mtu']],
    [
      'mss-1448',
      'Six segments of 1,448 bytes',
      Array.from({ length: 6 }, () => 1448),
      ['segment-size-misreported', 'consumer-buffer-too-small'],
    ],
    ['mss-1460', 'Four segments of 1,460 bytes', [1460, 1460, 1460, 1460], ['segment-size-misreported']],
    ['mss-8948', 'Three segments of 8,948 bytes', [8948, 8948, 8948], ['jumbo-segments']],
    [
      'last-short',
      'A run whose last segment is short',
      [1448, 1448, 1448, 200],
      ['short-last-ends-early', 'segment-count-by-mtu'],
    ],
    ['first-short', 'A run whose first segment is short', [200, 1448, 1448, 1448], ['segment-count-by-mtu']],
    ['short-between', 'Full and short segments alternately', [1448, 200, 1448, 200, 1448], ['unequal-segments']],
    [
      'growing',
      'Segments that each are longer than the one before',
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      ['unequal-segments'],
    ],
    ['odd', 'Segments of odd lengths', [1, 3, 5, 7, 1447, 33, 1], ['unequal-segments', 'short-padded-frames']],
    ['below-mtu', 'Three segments of 20 bytes, together less than an MTU', [20, 20, 20], ['small-unit-marked-big']],
    [
      'many-descriptors',
      'Forty segments of 1,448 bytes',
      Array.from({ length: 40 }, () => 1448),
      ['checksum-from-first-descriptor', 'consumer-buffer-too-small'],
    ],
  ];
  for (const [name, title, lengths, flags] of shapes) {
    const scene = new Scene(variant);
    for (const length of lengths) scene.data(length);
    yield {
      id: `coalescing/runs/${name}/${variant.name}`,
      title,
      rules: ['C1', 'C5', 'H1', 'O1'],
      flags,
      scene,
      groups: inOrder(lengths.length),
    };
  }
  for (const count of [1, 2, 3, 63]) {
    yield {
      id: `coalescing/runs/of-${count}/${variant.name}`,
      title: `A run of ${countText(count, 'segment')}`,
      rules: ['C1', 'C5', 'O1'],
      scene: new Scene(variant).run(count),
      groups: inOrder(count),
    };
  }
}
