/** What comes before the unit in which something is decided, and just before the decided segment. */

/**
 * On the same connection. "Now" comes after the unit; "at once": the decided segment is the next but one after it, so that
 * the unit is of one segment; "earlier": of two.
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

/** Of another connection, or of none: nothing of the unit's own is between it and the decided segment. */
export const JUST_BEFORE = ['nothing', 'data', 'restart', 'exception', 'other-version', 'no-segment', 'wait'] as const;
export type JustBefore = (typeof JUST_BEFORE)[number];

/** What kind of connection sends it, if it is one of its own. */
export function guestOf(justBefore: JustBefore): 'hosts' | 'version' | undefined {
  if (justBefore === 'other-version') return 'version';
  return ['data', 'restart', 'exception'].includes(justBefore) ? 'hosts' : undefined;
}
