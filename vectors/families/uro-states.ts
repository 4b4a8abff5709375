/** U: what is decided on a datagram, in states: a covering array of strength 2, as for segments. */

import type { Plan } from '../plan.ts';
import { hash } from '../position-code.ts';
import { coveringArray, type Row } from '../states/covering.ts';
import { URO_DECISIONS, type UroDecision } from '../states/uro-decisions.ts';
import { allowsUroState, URO_DIMENSIONS, uroLevelsOf } from '../states/uro-dimensions.ts';
import { UroPlay } from '../states/uro-play.ts';

export function* uroStates(): Generator<Plan> {
  for (const row of coveringArray(URO_DIMENSIONS, allowsUroState)) yield planOf(row);
}

function planOf(row: Row): Plan {
  const levels = uroLevelsOf(row);
  const { says, rules } = URO_DECISIONS[levels.decision] as UroDecision;
  const play = new UroPlay(levels);
  play.run();
  const digest = hash(JSON.stringify(levels)).toString(16).padStart(8, '0');
  const { decision, variant, ...rest } = levels;
  const said = Object.entries(rest).filter(([name, level]) => !isUsual(name, level));
  return {
    id: `uro/states/${decision}/${digest}/${variant}`,
    title: `${says}; ${said.map((pair) => pair.join(' ')).join(', ')}`,
    rules,
    scene: play.scene,
    groups: play.units.groups,
    ends: play.ends,
    moves: Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== 'usual')),
  };
}

/** What goes without saying: the first level; sizes are always said, and what symmetries move is said by them. */
function isUsual(name: string, level: string): boolean {
  const levels = URO_DIMENSIONS.find((dimension) => dimension.name === name)?.levels ?? [];
  return levels[0] === 'usual' || (level === levels[0] && name !== 'payload' && name !== 'position');
}
