/** R: what segmentation can and cannot give back, if RSC demands something else. */

import type { Plan } from '../plan.ts';
import { IPV4, IPV6, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';
import type { RoundTrip } from './round-trip-case.ts';
import { FLAG_ROUND_TRIPS } from './round-trip-flags.ts';
import { HEADER_ROUND_TRIPS } from './round-trip-headers.ts';

export const ROUND_TRIPS: readonly RoundTrip[] = [...HEADER_ROUND_TRIPS, ...FLAG_ROUND_TRIPS];

export function* roundTrip(): Generator<Plan> {
  for (const one of ROUND_TRIPS) for (const variant of variantsOf(one)) yield planOf(one, variant);
  for (const variant of PLAIN) {
    const two = new Scene(variant, { connections: 2 }).on(0).always(FIXED).on(1).always(FIXED);
    for (let i = 0; i < 3; i++) two.on(0).data().on(1).data();
    yield {
      id: `round-trip/connections/interleaved/${variant.name}`,
      title: 'Two connections that take turns',
      rules: ['R1', 'C11'],
      scene: two,
      moves: {},
      groups: [
        [0, 2, 4],
        [1, 3, 5],
      ],
    };
  }
}

/** Windows are equal unless a vector tests them: a unit with a different last window cannot be cut again. */
const FIXED: SegmentSpec = { window: 1000 };

export function variantsOf({ only }: RoundTrip): readonly Variant[] {
  return only === undefined ? PLAIN : only === 4 ? [IPV4] : [IPV6];
}

function planOf({ name, title, sent, rsc, rules = ['R1'], level }: RoundTrip, variant: Variant): Plan {
  const scene = new Scene(variant).always(FIXED);
  for (const { length = USUAL_LENGTH, ...fields } of sent) scene.data(length, fields);
  return {
    id: `round-trip/${name}/${variant.name}`,
    title,
    rules: [...rules, ...(name.startsWith('alone/') ? ['R2'] : [])],
    ...(level === undefined ? {} : { level }),
    scene,
    moves: {},
    groups: inOrder(...rsc),
  };
}
