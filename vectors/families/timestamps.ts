/** T: timestamps. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { PLAIN, Scene, STAMPED, USUAL_LENGTH } from '../scene.ts';
import { inOrder } from './groups.ts';

const HALF = 0x8000_0000;
const TOP = 2 ** 32;

/** TSval and TSecr of each segment, and the sizes of the groups. */
const CASES: readonly (readonly [string, string, readonly (readonly [number, number])[], readonly number[]])[] = [
  [
    'equal',
    'Equal TSvals',
    [
      [5, 1],
      [5, 1],
      [5, 1],
    ],
    [3],
  ],
  [
    'by-one',
    'TSvals that rise by one',
    [
      [5, 1],
      [6, 2],
      [7, 3],
    ],
    [3],
  ],
  [
    'rising',
    'TSvals that rise',
    [
      [5, 1],
      [1000, 900],
      [2000, 1900],
      [2001, 1950],
    ],
    [4],
  ],
  [
    'echo-only',
    'Rising TSecr values, equal TSvals',
    [
      [5, 1],
      [5, 2],
      [5, 3],
    ],
    [3],
  ],
  [
    'echo-back',
    'A TSecr that goes back',
    [
      [5, 9],
      [6, 4],
    ],
    [2],
  ],
  [
    'back-by-one',
    'A TSval that goes back by one',
    [
      [5, 1],
      [4, 1],
      [4, 1],
    ],
    [1, 2],
  ],
  [
    'back',
    'A TSval that goes back',
    [
      [5000, 1],
      [5001, 2],
      [1000, 3],
      [1001, 4],
    ],
    [2, 2],
  ],
  [
    'back-and-forth',
    'A TSval that goes back and returns',
    [
      [10, 1],
      [9, 1],
      [10, 1],
      [11, 1],
    ],
    [1, 3],
  ],
  [
    'back-last',
    'A TSval that goes back on the last segment',
    [
      [10, 1],
      [11, 1],
      [12, 1],
      [11, 1],
    ],
    [3, 1],
  ],
  [
    'wrap',
    'TSvals that wrap',
    [
      [TOP - 2, 1],
      [TOP - 1, 1],
      [0, 1],
      [1, 1],
    ],
    [4],
  ],
  [
    'wrap-far',
    'TSvals that wrap in one step of 200',
    [
      [TOP - 100, 1],
      [100, 2],
    ],
    [2],
  ],
  [
    'wrap-back',
    'A TSval that goes back across the wrap',
    [
      [1, 1],
      [TOP - 1, 1],
    ],
    [1, 1],
  ],
  [
    'zero',
    'TSval 0',
    [
      [0, 0],
      [0, 0],
      [1, 0],
    ],
    [3],
  ],
  [
    'highest',
    'The highest TSval',
    [
      [TOP - 1, TOP - 1],
      [TOP - 1, TOP - 1],
    ],
    [2],
  ],
  [
    'most',
    'A TSval that rises by 2^31 - 1',
    [
      [7, 1],
      [7 + HALF - 1, 1],
    ],
    [2],
  ],
  [
    'half',
    'A TSval that jumps by 2^31, neither newer nor older',
    [
      [7, 1],
      [7 + HALF, 1],
    ],
    [1, 1],
  ],
  [
    'beyond-half',
    'A TSval that jumps by 2^31 + 1, which is older',
    [
      [7, 1],
      [7 + HALF + 1, 1],
    ],
    [1, 1],
  ],
  [
    'sign',
    'TSvals that cross 2^31',
    [
      [HALF - 1, 1],
      [HALF, 1],
      [HALF + 1, 1],
    ],
    [3],
  ],
  [
    'delta-16-bits',
    'A timestamp delta of 65,535',
    [
      [100, 1],
      [65_635, 1],
    ],
    [2],
  ],
  [
    'delta-17-bits',
    'A timestamp delta of 65,536',
    [
      [100, 1],
      [65_636, 1],
    ],
    [2],
  ],
  [
    'delta-in-steps',
    'A timestamp delta of more than 16 bits in small steps',
    [
      [100, 1],
      [40_000, 1],
      [80_000, 1],
      [120_000, 1],
    ],
    [4],
  ],
];

const rulesOf = (sizes: readonly number[]): string[] => (sizes.length > 1 ? ['T2', 'I1'] : ['T1', 'T2', 'T3', 'T4']);

export function* timestamps(): Generator<Plan> {
  for (const [name, title, stamps, sizes] of CASES) {
    for (const variant of PLAIN) {
      const scene = new Scene(variant);
      for (const stamp of stamps) scene.data(USUAL_LENGTH, { timestamps: stamp });
      yield {
        id: `timestamps/values/${name}/${variant.name}`,
        title,
        rules: rulesOf(sizes),
        scene,
        groups: inOrder(...sizes),
      };
    }
  }
  for (const variant of PLAIN) {
    for (const [name, title, first, second, sizes] of [
      ['newer', 'A window update with a newer timestamp', [5, 1], [9, 3], [2]],
      ['older', 'A window update with an older timestamp', [5, 1], [4, 3], [1, 1]],
    ] as const) {
      for (const before of ['data', 'ack'] as const) {
        const scene = new Scene(variant);
        if (before === 'data') scene.data(USUAL_LENGTH, { timestamps: first });
        else scene.ack({ timestamps: first });
        yield {
          id: `timestamps/window-update/${name}-after-${before}/${variant.name}`,
          title: `${title}, after ${before === 'data' ? 'data' : 'a pure ACK'}`,
          rules: ['T2', 'T3', 'T4', 'C7'],
          scene: scene.windowUpdate({ timestamps: second }),
          groups: inOrder(...sizes),
        };
      }
      const duplicates = new Scene(variant).ack({ timestamps: first }).duplicate({ timestamps: second });
      yield {
        id: `timestamps/duplicate/${name}/${variant.name}`,
        title: `A duplicate ACK with ${name === 'newer' ? 'a newer' : 'an older'} timestamp`,
        rules: ['T2', 'C8', 'C9'],
        level: 'should',
        scene: duplicates,
        groups: inOrder(1, 1),
      };
    }
    const each = new Scene(variant);
    for (let i = 0; i < 8; i++) each.data(USUAL_LENGTH, { timestamps: [100 + i, 50 + i] });
    yield {
      id: `timestamps/long-run/${variant.name}`,
      title: 'Eight segments whose timestamps rise by one tick each',
      rules: ['T1', 'T3', 'T4'],
      scene: each,
      groups: inOrder(8),
    };
    const dpcs = new Scene(variant);
    for (let i = 0; i < 4; i++) {
      dpcs
        .data(USUAL_LENGTH, { timestamps: [100 + 10 * i, 1] })
        .data(USUAL_LENGTH, { timestamps: [105 + 10 * i, 2] })
        .dpc();
    }
    yield {
      id: `timestamps/delta-a-dpc/${variant.name}`,
      title: 'Timestamp deltas of SCUs in four DPCs',
      rules: ['T4', 'I2'],
      scene: dpcs,
      groups: inOrder(2, 2, 2, 2),
    };
    const two = new Scene(variant, { connections: 2 });
    for (let i = 0; i < 3; i++)
      two
        .on(0)
        .data(USUAL_LENGTH, { timestamps: [100 + i, 1] })
        .on(1)
        .data(USUAL_LENGTH, { timestamps: [9000 - i, 1] });
    yield {
      id: `timestamps/two-connections/${variant.name}`,
      title: 'Two interleaved connections with different timestamps',
      rules: ['T2', 'C11'],
      scene: two,
      groups: [[1], [3], [0, 2, 4], [5]],
    };
  }
  for (const variant of STAMPED) {
    for (const length of [1, 12, 536, 1436, 8936]) {
      yield {
        id: `timestamps/lengths/${length}/${variant.name}`,
        title: `Segments of ${countText(length, 'byte')} with timestamps`,
        rules: ['T1', 'H1', 'H2'],
        scene: new Scene(variant).run(4, length),
        groups: inOrder(4),
      };
    }
  }
}
