/** Findings with the same key are one to whoever reads them: the same rule, the same field, the same cause. */

import type { Finding } from '../judge/types.ts';

export function findingKey({ rule, field, message }: Pick<Finding, 'rule' | 'field' | 'message'>): string {
  // What a target said last before it broke is not why.
  return [rule, field, causeOf(rule === 'error' ? message.replace(/;.*/s, '') : message)].join('|');
}

/** A message without what differs from one session to the next: which arrivals, which values. */
function causeOf(message: string): string {
  return message
    .replace(/ is .*, must be .*/, ' is wrong')
    .replaceAll(/#\d+(?:(?:, | and | to | )#\d+)*/g, '#')
    .replaceAll(/\b[0-9a-f]{8,}\b/g, 'N')
    .replaceAll(/\d+/g, 'N');
}
