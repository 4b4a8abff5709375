/** The JSON Schema of a capability file, from the table of capabilities: for editors, and for programs that write one. */

import { CAPABILITY_KEYS, CAPABILITY_TABLE } from './capabilities.ts';

export function capabilitiesSchema(): object {
  const properties = CAPABILITY_KEYS.map((key) => {
    const { meaning, kind } = CAPABILITY_TABLE[key];
    return [key, { description: meaning, ...kind.schema }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Capabilities of a target of rsc-conformance',
    description: 'What a target does, over what it says of itself: rsc-conformance run --capabilities FILE',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  };
}
