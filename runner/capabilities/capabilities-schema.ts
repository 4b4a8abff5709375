/** The JSON Schema of a capability file, from the table of capabilities: for editors, and for programs that write one. */

import { OOB_KEYS } from './capabilities.ts';
import { CAPABILITY_TABLE, type CapabilityEntry } from './capability-table.ts';

export function capabilitiesSchema(): object {
  const properties = Object.entries(CAPABILITY_TABLE).map(([key, entry]) => [
    key,
    { description: entry.meaning, ...valuesOf(entry) },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Capabilities of a target of rsc-conformance',
    description: 'What a target does, over what it says of itself: rsc-conformance run --capabilities FILE',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  };
}

const METADATA = `on/off/${OOB_KEYS.join(',')}`;

/** `values` is what `doctor --explain-capabilities` shows: words between slashes, N, a list. */
function valuesOf({ values }: CapabilityEntry): object {
  if (values === 'N') return { type: ['integer', 'string'], minimum: 1, pattern: '^[1-9][0-9]{0,14}$' };
  if (values === 'ADDRESS,..')
    return { type: ['string', 'array'], minLength: 1, minItems: 1, items: { type: 'string' } };
  if (values === METADATA) {
    const keys = `(${OOB_KEYS.join('|')})`;
    return {
      type: ['boolean', 'string', 'array'],
      pattern: `^(on|off|${keys}(,${keys})*)$`,
      minItems: 1,
      items: { enum: OOB_KEYS },
    };
  }
  const words = values.split('/');
  return { enum: words.includes('on') ? [...words, true, ...(words.includes('off') ? [false] : [])] : words };
}
