/** An option that only another target reads would have no effect: it is refused. */

import { UsageError } from '../base/errors.ts';
import type { OptionSpecs } from '../base/option-spec.ts';
import type { Parsed } from './command.ts';

const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });
const oneOf = (names: readonly string[]): string => alternatives.format(names);

/** `given`: what the command line has. A configuration file may serve several targets, so its options are not checked. */
export async function refuseForeignOptions(
  options: OptionSpecs,
  given: Parsed,
  targets: readonly string[],
): Promise<void> {
  const { targetKind } = await import('../targets/resolve.ts');
  const kinds = targets.map(targetKind);
  for (const [name, { targets: readers }] of Object.entries(options)) {
    if (readers === undefined || !given.has(name) || readers.some((reader) => kinds.includes(reader))) continue;
    throw new UsageError(
      `--${name} applies only to the target ${oneOf(readers)}, not to ${oneOf(kinds)}`,
      oneOf(readers.map((reader) => `--target ${reader}`)),
    );
  }
}
