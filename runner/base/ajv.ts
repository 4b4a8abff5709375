/**
 * A validator of JSON Schema, loaded on demand: it has a hundred modules, and most runs read no file that is checked.
 */

import { createRequire } from 'node:module';
import type { Ajv2020, Options } from 'ajv/dist/2020.js';

export function ajv(options: Options): Ajv2020 {
  const module = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  return new module.Ajv2020(options);
}
