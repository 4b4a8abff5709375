/** R1: what segmentation of a frame gives, and what it must give, as findings. */

import { givesBack } from '../../../reference-impl/rules/round-trip.ts';
import { fieldName, isOrAre } from '../field-words.ts';
import { draft, nameArrivals } from '../finding.ts';
import type { Draft } from '../types.ts';

type Value = string | number | (() => string);

/** `sentence`: the difference in words; left out: the field, its value, and the one that it must have. */
export type RoundTripReport = (field: string, wanted: Value, was: Value, sentence?: () => string) => void;

export function roundTripReport(arrivals: readonly number[], ipVersion: 0 | 4 | 6, findings: Draft[]): RoundTripReport {
  return (field, wanted, was, sentence) => {
    const words = (): readonly [string | number, string | number, string] => {
      const [must, shown] = [textOf(wanted), textOf(was)];
      const what = sentence?.() ?? `its ${fieldName(field, ipVersion)} ${isOrAre(field)} ${shown}, must be ${must}.`;
      return [must, shown, `Segmentation of the frame does not give back ${nameArrivals(arrivals)}: ${what}`];
    };
    findings.push(draft(givesBack, arrivals, field, words));
  };
}

function textOf(value: Value): string | number {
  return typeof value === 'function' ? value() : value;
}
