import type { VerdictEvent } from '../../reports/events.ts';

/** A verdict as it was before the baseline was asked. */
export function unsettled(event: VerdictEvent): VerdictEvent {
  // Copying an event would read what it reads only if it is asked.
  if (!('known' in event) && !('unexpected' in event)) return event;
  const { known: _known, unexpected: _unexpected, ...verdict } = event;
  return verdict;
}
