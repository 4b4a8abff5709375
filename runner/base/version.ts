/** This suite's version. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../vectors/package-root.ts';

export const PACKAGE_ROOT: string = packageRoot();

export const VERSION: string = (
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }
).version;
