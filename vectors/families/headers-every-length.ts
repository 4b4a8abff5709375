/** H4 to H6: units of every length whose last segment changes every field that may change. */

import type { Plan } from '../plan.ts';
import { IPV4, IPV6_TS, Scene, type Variant } from '../scene.ts';

const LONGEST = 33;
const PAYLOAD = 24;

export function* headersEveryLength(): Generator<Plan> {
  for (const variant of [IPV4, IPV6_TS]) yield everyLength(variant);
}

function everyLength(variant: Variant): Plan {
  const scene = new Scene(variant);
  const groups: number[][] = [];
  for (let length = 2; length <= LONGEST; length++) {
    const first = scene.arrivals;
    scene.run(length - 1, PAYLOAD).data(PAYLOAD + 1, {
      flags: 'AP',
      ack: scene.ackNumber + 10,
      window: 2000 + length,
      ttl: length,
      ...(variant.timestamps ? { timestamps: [9000 + length, 5000 + length] } : {}),
    });
    scene.dpc();
    groups.push(Array.from({ length }, (_, i) => first + i));
  }
  return {
    id: `headers/every-length/${variant.name}`,
    title: `Runs of 2 to ${LONGEST}, each in its own DPC; the last segment has PSH, another ACK, window, TTL and length`,
    rules: ['H4', 'H5', 'H6', 'C5', 'O1'],
    scene,
    groups,
  };
}
