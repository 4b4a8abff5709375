/** Passes events to the reports, and adds the causes of the findings to the last one. */

import type { EndEvent, RunEvent } from '../../reports/events.ts';
import { Diagnosis } from './diagnosis.ts';
import { loadDictionary } from './dictionary-file.ts';

/** `sink` gets every event once, in order; an `end` that has causes already is passed on with new ones. */
export function withCauses(sink: (event: RunEvent) => void): (event: RunEvent) => void {
  const diagnosis = new Diagnosis();
  return (event) => {
    diagnosis.event(event);
    sink(event.type === 'end' ? diagnosed(event, diagnosis) : event);
  };
}

function diagnosed({ diagnosis: _old, ...end }: EndEvent, diagnosis: Diagnosis): EndEvent {
  if (!diagnosis.isNeeded) return end;
  return { ...end, diagnosis: diagnosis.result(loadDictionary()) };
}
