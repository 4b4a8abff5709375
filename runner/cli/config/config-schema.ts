/** The JSON Schema of a configuration file, from the table of a command's options, so that it is never stale. */

import type { OptionSpec, OptionSpecs } from '../../base/option-spec.ts';
import { optionText } from '../../base/option-text.ts';
import { valueSchema } from '../../base/option-value.ts';

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

function propertyOf(spec: OptionSpec): object {
  const { type, multiple, default: otherwise } = spec;
  const about = { description: optionText(spec), ...(otherwise === undefined ? {} : { default: otherwise }) };
  if (type === 'boolean') return { ...about, type: 'boolean' };
  const value = valueSchema(spec);
  return multiple === true
    ? { ...about, type: ['string', 'array'], minLength: 1, items: value }
    : { ...about, ...value };
}
