/** The four worked examples of Microsoft's page "Examples of Receive Segment Coalescing", by their names there. */

import type { Plan } from '../plan.ts';
import { PLAIN, Scene, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

/** Two NOPs and a SACK option with one block. */
const SACK = '0101050a000f4240000f42a4';
/** With a window scale of 2, the window field of 65,534 and of 131,070 bytes. */
const FIRST_WINDOW = 32_767;
const SECOND_WINDOW = 65_535;

export function* coalescingExamples(): Generator<Plan> {
  for (const variant of PLAIN) {
    const plan = (name: string, title: string, rules: string[], scene: Scene, sizes: number[]): Plan => ({
      id: `coalescing/examples/${name}/${variant.name}`,
      title: `Microsoft’s example ${title}`,
      rules,
      scene,
      groups: inOrder(...sizes),
    });
    yield plan('data-segments', '1: ten data segments', ['C1', 'C5', 'O1'], new Scene(variant).run(10), [10]);
    yield plan(
      'exception-between',
      '2: five data segments, a duplicate ACK with SACK, two data segments',
      ['E4', 'I1', 'C5'],
      new Scene(variant).run(5).duplicate({ options: SACK }).run(2),
      [5, 1, 2],
    );
    yield plan(
      'window-updates',
      '3: five data segments, two window updates',
      ['C7', 'O1', 'H1'],
      windowUpdates(variant),
      [7],
    );
    yield plan(
      'piggybacked-acks',
      '4: three data segments, then two that acknowledge more',
      ['C5', 'H1'],
      piggybackedAcks(variant),
      [5],
    );
  }
}

function windowUpdates(variant: Variant): Scene {
  return new Scene(variant).run(5).windowUpdate({ window: FIRST_WINDOW }).windowUpdate({ window: SECOND_WINDOW });
}

function piggybackedAcks(variant: Variant): Scene {
  const scene = new Scene(variant).run(3);
  const ack = (scene.ackNumber + 1000) >>> 0;
  return scene.run(2, undefined, { ack });
}
