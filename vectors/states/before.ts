/** What comes before the unit in which something is decided, and just before the decided segment. */

/**
 * On the same connection. "Now": after the unit. "At once": the decided segment is the next but one, so the unit has one segment.
 * "Earlier": the unit has two.
 */
export const BEFORE = [
  'nothing',
  'exception',
  'exception-earlier',
  'two-exceptions-at-once',
  'exception-now',
  'restart',
  'restart-earlier',
  'restart-at-once',
  'two-pushed',
  'window-update',
  'wait',
  'dpc',
  'two-dpcs-at-once',
  'dpc-with-exception',
  'idle-dpc',
  'rsc-switched-at-once',
  'rxcsum-switched',
] as const;
export type Before = (typeof BEFORE)[number];

/** Of another connection, or of none: directly before the decided segment. */
export const JUST_BEFORE = ['nothing', 'data', 'restart', 'exception', 'other-version', 'no-segment', 'wait'] as const;
export type JustBefore = (typeof JUST_BEFORE)[number];

/** The kind of the extra connection that sends it, if there is one. */
export function guestOf(justBefore: JustBefore): 'hosts' | 'version' | undefined {
  if (justBefore === 'other-version') return 'version';
  return ['data', 'restart', 'exception'].includes(justBefore) ? 'hosts' : undefined;
}
