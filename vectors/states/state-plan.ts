/** A vector for a row of the array. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { hash } from '../position-code.ts';
import type { Row } from './covering.ts';
import type { Decision } from './decision.ts';
import { ALL_DIMENSIONS, decisionCalled, type Levels, levelsOf, PAYLOADS } from './dimensions.ts';
import { OpenValues } from './open-values.ts';
import { StatePlay } from './state-play.ts';
import { LONG_VOLUME } from './state-sizes.ts';
import { stateText } from './state-words.ts';

/** The id of the row's vector. It depends on its levels only, not on other rows. */
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
    title: titleOf(decision, levels),
    rules: decision.rules,
    level: decision.level,
    scene: play.scene,
    groups: play.units.groups,
    ends: play.ends,
    moves: Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== 'usual')),
  };
}

/** Dimensions that the title names in other words. */
const IN_TITLE = ['decision', 'variant', 'payload', 'count', 'volume'];

/** Leaves out usual levels; symmetries name those that they move. */
function titleOf({ title, isLong }: Decision, levels: Levels): string {
  const open = new OpenValues(levels);
  const count = open.count(Number(levels.count));
  const segments = countText(count, 'segment');
  const volume = isLong === true ? LONG_VOLUME : Number(levels.volume);
  const payload = open.payload(Number(levels.payload), PAYLOADS);
  const unit =
    volume === 0
      ? `${segments} of ${countText(payload, 'byte')}`
      : `${segments} of ${volume} bytes${count === 1 ? '' : ' in all'}`;
  const moved = ALL_DIMENSIONS.filter(
    ({ name, levels: all }) =>
      all[0] !== 'usual' && name in levels && levels[name] !== all[0] && !IN_TITLE.includes(name),
  ).map(({ name }) => [name, levels[name] as string] as const);
  const own = volume === 0 ? [] : [`other payloads of ${payload}`];
  return `${title}, after ${unit}${stateText(moved, own)}`;
}
