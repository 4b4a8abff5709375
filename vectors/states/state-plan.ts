/** A vector for a row of the array. */

import type { Plan } from '../plan.ts';
import { hash } from '../position-code.ts';
import type { Row } from './covering.ts';
import { decisionCalled, type Levels, levelsOf, STATE_DIMENSIONS } from './dimensions.ts';
import { StatePlay } from './state-play.ts';

/** The id of the row's vector: the same levels have the same, whatever other rows there are. */
export function stateId(row: Row): string {
  const levels = levelsOf(row);
  const { family, name } = decisionCalled(levels.decision);
  const digest = hash(JSON.stringify(levels)).toString(16).padStart(8, '0');
  return `${family}/states/${name}/${digest}/${levels.variant}`;
}

export function statePlan(row: Row): Plan {
  const levels = levelsOf(row);
  const decision = decisionCalled(levels.decision);
  const play = new StatePlay(levels, decision);
  play.run();
  return {
    id: stateId(row),
    title: `${decision.title}; ${saidOf(levels)}`,
    rules: decision.rules,
    level: decision.level,
    scene: play.scene,
    groups: play.units.groups,
    ends: play.ends,
    moves: Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== 'usual')),
  };
}

/** What is not usual; what symmetries move is said by them. */
function saidOf(levels: Levels): string {
  const own = STATE_DIMENSIONS.slice(2).filter(
    ({ name, levels: all }) =>
      all[0] !== 'usual' && (levels[name] !== all[0] || name === 'count' || name === 'payload'),
  );
  return own.map(({ name }) => `${name} ${levels[name]}`).join(', ');
}
