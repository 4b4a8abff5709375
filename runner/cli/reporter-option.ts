/** `--reporter`: the reports that a run makes besides its events and JUnit. */

import { UsageError } from '../base/errors.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { REPORTERS, reporterKind } from '../reporters/reporters.ts';

/** Reporters that write no file: the console prints during the run, `none` prints nothing. */
const SCREEN: readonly string[] = ['console', 'none'];
/** Machine-readable output must not be mixed with anything else on standard output. */
const ALONE = 'tap';

const NAMES: readonly string[] = [...SCREEN, ...Object.keys(REPORTERS)];

export const REPORTER_OPTION: OptionSpec = {
  type: 'string',
  multiple: true,
  value: 'NAME',
  values: NAMES,
  default: 'console',
  help: `report to make, one of ${NAMES.join(', ')}`,
};

export const COMPRESS_OPTION: OptionSpec = {
  type: 'boolean',
  help: 'write events.jsonl.gz instead of events.jsonl; every command reads both',
};

/** The names without `none` and without duplicates. Throws UsageError. */
export function chosenReporters(given: readonly string[]): string[] {
  const names = [...new Set(given.length === 0 ? ['console'] : given)];
  for (const name of names) if (!SCREEN.includes(name)) reporterKind(name, SCREEN);
  const chosen = names.filter((name) => name !== 'none');
  const onScreen = chosen.filter((name) => name === 'console' || REPORTERS[name]?.leaves === undefined);
  if (onScreen.includes(ALONE) && onScreen.length > 1) {
    const other = onScreen.find((name) => name !== ALONE);
    throw new UsageError(`${ALONE} and ${other} both write to standard output`, 'use one of them');
  }
  return chosen;
}
