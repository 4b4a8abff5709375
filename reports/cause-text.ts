/** A cause of failures, in the same words for every report. */

import type { CauseEvent, DiagnosisEvent } from './events.ts';
import { isKnownCause, vectorCount } from './run-summary.ts';

/** At most five lines, the first of them the title. */
export function causeLines(cause: CauseEvent): string[] {
  const like = likeText(cause);
  return [
    cause.title,
    `${cause.rules.join(' ')}: ${countText(cause)}${conditionsText(cause)}`,
    `Smallest: ${cause.smallest}`,
    `Again: ${cause.replay}`,
    like === '' ? 'Like no fault that this suite knows: grouped by what was found' : `Like the planted fault ${like}`,
  ];
}

/** "12 vectors, 3 of them known to the baseline". */
export function countText({ vectors, known = 0 }: Pick<CauseEvent, 'vectors' | 'known'>): string {
  const all = vectorCount(vectors.length);
  return known === 0 ? all : `${all}, ${known} of them known to the baseline`;
}

/** ", only over IPv6, where ECE changes (2 such vectors do not show it)", or nothing. */
export function conditionsText({
  conditions,
  share,
  passing,
}: Pick<CauseEvent, 'conditions' | 'share' | 'passing'>): string {
  if (conditions.length === 0) return '';
  const how = share === 1 ? 'only' : 'nearly always';
  const others = passing === 0 ? '' : ` (${passing} such vector${passing === 1 ? ' does' : 's do'} not show it)`;
  return `, ${how} ${conditions.join(', ')}${others}`;
}

/** "E8b/ece-cwr-change/removed (98 %), ...", or nothing. */
export function likeText({ resembles }: Pick<CauseEvent, 'resembles'>): string {
  return resembles
    .slice(0, MOST_ALIKE)
    .map(({ fault, likeness }) => `${fault} (${Math.round(100 * likeness)} %)`)
    .join(', ');
}

/** A line has no room for more; the events have all. */
const MOST_ALIKE = 3;

/** "3 causes", and the limits of the diagnosis. */
export function diagnosisHead({ causes, note }: DiagnosisEvent): string {
  const count = causes.filter((cause) => !isKnownCause(cause)).length;
  const known = causes.length - count;
  const besides = known === 0 ? '' : `, and ${known} known to the baseline`;
  return `${count} cause${count === 1 ? '' : 's'}${besides}${note === undefined ? '' : `. ${note}`}`;
}
