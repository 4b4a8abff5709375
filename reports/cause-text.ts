/** A cause of failures, as every report says it. */

import type { CauseEvent, DiagnosisEvent, ResembledFault } from './events.ts';
import { vectorCount } from './run-summary.ts';

/** At most five lines, the first of them the title. */
export function causeLines(cause: CauseEvent): string[] {
  const [like] = cause.resembles;
  return [
    cause.title,
    `${cause.rules.join(' ')}: ${countText(cause)}${conditionsText(cause)}`,
    `Smallest: ${cause.smallest}`,
    `Again: ${cause.replay}`,
    like === undefined
      ? 'Like no fault that the suite knows: grouped by what was found'
      : `Like ${likeText(cause.resembles)}`,
  ];
}

/** "12 vectors, 3 of them known to the baseline". */
export function countText({ vectors, known = 0 }: Pick<CauseEvent, 'vectors' | 'known'>): string {
  const all = vectorCount(vectors.length);
  return known === 0 ? all : `${all}, ${known} of them known to the baseline`;
}

/** Whether the baseline knows every vector of a cause: then it is no news. */
export function isKnownCause({ vectors, known = 0 }: CauseEvent): boolean {
  return known >= vectors.length;
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

/** "the planted fault E8b/ece-cwr-change/removed (98 %), ..." */
export function likeText(resembles: readonly ResembledFault[]): string {
  return `planted fault ${resembles.map(({ fault, likeness }) => `${fault} (${Math.round(100 * likeness)} %)`).join(', ')}`;
}

/** "3 causes", and what limits that. */
export function diagnosisHead({ causes, note }: DiagnosisEvent): string {
  const count = causes.filter((cause) => !isKnownCause(cause)).length;
  const known = causes.length - count;
  const besides = known === 0 ? '' : `, and ${known} known to the baseline`;
  return `${count} cause${count === 1 ? '' : 's'}${besides}${note === undefined ? '' : `. ${note}`}`;
}
