/** The JSON Schema of a configuration file, from the table of a command's options: it cannot go stale. */

import type { OptionSpec, OptionSpecs } from '../../base/option-spec.ts';

const NUMBERS = ['N', 'S', 'US', 'MS'];

export function configSchema(options: OptionSpecs): object {
  const properties = Object.entries(options).map(([name, spec]) => [name, propertyOf(spec)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of rsc-conformance run',
    description: 'Every option of `rsc-conformance run`; flags win over it. Paths are relative to the file.',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  };
}

function propertyOf({ type, help, multiple, value, values, default: otherwise }: OptionSpec): object {
  const about = { description: help, ...(otherwise === undefined ? {} : { default: otherwise }) };
  if (type === 'boolean') return { ...about, type: 'boolean' };
  const text = values === undefined ? { type: 'string', minLength: 1 } : { enum: values };
  if (multiple === true) return { ...about, type: ['string', 'array'], minLength: 1, items: text };
  if (value !== undefined && NUMBERS.includes(value)) return { ...about, type: ['number', 'string'], minLength: 1 };
  return { ...about, ...text };
}
