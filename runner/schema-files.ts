/** The schemas that are made from tables in the code: checked in for editors, compared by a test. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../vectors/package-root.ts';
import { capabilitiesSchema } from './capabilities-schema.ts';
import { runCommand } from './cli/run.ts';
import { configurable } from './cli/settings.ts';
import { configSchema } from './config-schema.ts';

export const CONFIG_SCHEMA = 'rsc-conformance.schema.json';

/** File name: contents. */
export function schemaFiles(): Record<string, object> {
  return {
    [CONFIG_SCHEMA]: configSchema(configurable(runCommand.options)),
    'capabilities.schema.json': capabilitiesSchema(),
  };
}

export function schemaPath(name: string): string {
  return join(packageRoot(), 'runner', 'schema', name);
}

export function writeSchemas(): void {
  for (const [name, schema] of Object.entries(schemaFiles()))
    writeFileSync(schemaPath(name), `${JSON.stringify(schema, undefined, 2)}\n`);
}
