import type { Plan } from '../plan.ts';
import type { Scene, Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

/** A plan of a URO vector. Groups: arrival numbers, or sizes where everything comes out in the order in which it came in. */
export function uroPlan(
  variant: Variant,
  name: string,
  title: string,
  rules: readonly string[],
  built: Scene,
  groups: readonly number[] | readonly (readonly number[])[],
): Plan {
  const [first] = groups;
  const whole = typeof first === 'number' ? inOrder(...(groups as number[])) : (groups as number[][]);
  return { id: `uro/${name}/${variant.name}`, title, rules, scene: built, groups: whole };
}
