/** The schemas that are generated from tables in the code: checked in for editors, compared by a test. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_SCHEMA } from '../runner/base/schema-reference.ts';
import { capabilitiesSchema } from '../runner/capabilities/capabilities-schema.ts';
import { configSchema } from '../runner/cli/config/config-schema.ts';
import { configurable } from '../runner/cli/config/settings.ts';
import { runCommand } from '../runner/cli/run.ts';
import { CAUSES_SCHEMA, causesSchema } from '../runner/known-failures/cause-file.ts';
import { packageRoot } from '../vectors/package-root.ts';

/** File name: contents. */
export function schemaFiles(): Record<string, object> {
  return {
    [CONFIG_SCHEMA]: configSchema(configurable(runCommand.options)),
    'capabilities.schema.json': capabilitiesSchema(),
    [CAUSES_SCHEMA]: causesSchema(),
  };
}

export function schemaPath(name: string): string {
  return join(packageRoot(), 'runner', 'schema', name);
}

export function writeSchemas(): void {
  for (const [name, schema] of Object.entries(schemaFiles()))
    writeFileSync(schemaPath(name), `${JSON.stringify(schema, undefined, 2)}\n`);
}
