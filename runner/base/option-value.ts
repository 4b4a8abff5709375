/** The allowed values of an option: checked when it is given, shown in help, written into the schema. */

import { UsageError } from './errors.ts';
import type { OptionSpec } from './option-spec.ts';
import { suggest } from './suggest.ts';

export function isNumeric({ type }: OptionSpec): boolean {
  return type === 'integer' || type === 'number';
}

/** Throws UsageError if `text` is not a value of the option. */
export function checkOptionValue(name: string, spec: OptionSpec, text: string): void {
  const { values } = spec;
  if (values?.includes(text) === true) return;
  if (isNumeric(spec) && isWithin(spec, text)) return;
  if (!isNumeric(spec) && values === undefined) return;
  const hint = rangeText(spec) ?? (values ?? []).join(', ');
  throw new UsageError(`--${name} cannot be ${JSON.stringify(text)}`, suggest(text, values ?? [], hint));
}

function isWithin({ type, least = 0, most = Number.MAX_SAFE_INTEGER }: OptionSpec, text: string): boolean {
  const value = Number(text);
  if (type === 'integer') return /^\d{1,16}$/.test(text) && value >= least && value <= most;
  return /^(\d+\.?\d*|\.\d+)$/.test(text) && value > 0 && value <= most;
}

/** "1 to 64", "68 or more", "more than 0, up to 60000"; undefined if it is not a number. */
export function rangeText(spec: OptionSpec): string | undefined {
  if (!isNumeric(spec)) return undefined;
  const { type, least = 0, most, values } = spec;
  const integers = most === undefined ? `${least} or more` : `${least} to ${most}`;
  const range = type === 'integer' ? integers : `more than 0${most === undefined ? '' : `, up to ${most}`}`;
  return [range, ...(values ?? [])].join(', or ');
}

/** The JSON Schema of one value. */
export function valueSchema(spec: OptionSpec): object {
  const { type, values, least = 0, most } = spec;
  if (!isNumeric(spec)) return values === undefined ? { type: 'string', minLength: 1 } : { enum: values };
  const bounds = {
    ...(type === 'integer' ? { minimum: least } : { exclusiveMinimum: 0 }),
    ...(most === undefined ? {} : { maximum: most }),
  };
  return { type: [type, 'string'], ...bounds, minLength: 1 };
}
