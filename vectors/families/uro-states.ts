/** U: decisions on datagrams in states: three covering arrays of strength 2, as for segments. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { hash } from '../position-code.ts';
import { coveringArray, type Row } from '../states/covering.ts';
import { OpenValues } from '../states/open-values.ts';
import { stateText } from '../states/state-words.ts';
import { ALL_URO_DECISIONS, type UroDecision } from '../states/uro-decisions.ts';
import {
  ALL_URO_DIMENSIONS,
  allowsUroState,
  URO_DIMENSIONS,
  URO_HISTORY_DIMENSIONS,
  URO_PAYLOADS,
  uroLevelsOf,
} from '../states/uro-dimensions.ts';
import { UroPlay } from '../states/uro-play.ts';
import { withoutHistory } from './states.ts';

export function* uroStates(): Generator<Plan> {
  const rows = coveringArray(URO_DIMENSIONS, allowsUroState);
  const first = rows.map(withoutHistory);
  const second = coveringArray(URO_HISTORY_DIMENSIONS, allowsUroState, first);
  const third = coveringArray(ALL_URO_DIMENSIONS, allowsUroState, [...first, ...second]);
  for (const row of [...rows, ...second, ...third]) yield planOf(row);
}

function planOf(row: Row): Plan {
  const levels = uroLevelsOf(row);
  const { says, rules } = ALL_URO_DECISIONS[levels.decision] as UroDecision;
  const play = new UroPlay(levels);
  play.run();
  const digest = hash(JSON.stringify(levels)).toString(16).padStart(8, '0');
  const { decision, variant, payload, position, ...rest } = levels;
  const open = new OpenValues(levels);
  const datagrams = countText(open.count(Number(position)), 'datagram');
  const bytes = countText(open.payload(Number(payload), URO_PAYLOADS), 'byte');
  const unit = decision === 'too-long' ? datagrams : `${datagrams} of ${bytes}`;
  const moved = Object.entries(rest).filter(([name, level]) => !isUsual(name, level));
  return {
    id: `uro/states/${decision}/${digest}/${variant}`,
    title: `${says}, after ${unit}${stateText(moved, [])}`,
    rules,
    scene: play.scene,
    groups: play.units.groups,
    ends: play.ends,
    moves: Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== 'usual')),
  };
}

/** Levels that a title leaves out: the first one, and those that symmetries move and name. */
function isUsual(name: string, level: string): boolean {
  const [first] = ALL_URO_DIMENSIONS.find((dimension) => dimension.name === name)?.levels ?? [];
  return first === 'usual' || level === first;
}
