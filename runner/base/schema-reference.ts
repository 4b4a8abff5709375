/** The "$schema" of a written file, so that editors help with it. */

import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { packageRoot } from '../../vectors/package-root.ts';

/** The configuration file's schema. */
export const CONFIG_SCHEMA = 'rsc-conformance.schema.json';

/** A relative path: into this package if it contains the file, else to the schema of a local installation. */
export function schemaReference(file: string, schema: string): string {
  const folder = dirname(resolve(file));
  const path = relative(folder, join(packageRoot(), 'runner', 'schema', schema)).replaceAll('\\', '/');
  const down = relative(packageRoot(), folder);
  // There is no relative path from one Windows drive to another.
  const isInside = down.split(/[\\/]/)[0] !== '..' && !isAbsolute(down);
  return isInside
    ? path.startsWith('.')
      ? path
      : `./${path}`
    : `./node_modules/rsc-conformance/runner/schema/${schema}`;
}
