/** Paths of the built command and of the project's files, for tests that start or read them. */

import { join } from 'node:path';
import { packageRoot } from '../vectors/package-root.ts';

export const ROOT: string = packageRoot();
/** The command line, for `node MAIN ...`. */
export const MAIN: string = join(ROOT, 'dist/runner/cli/main.js');
export const JUNIT_XSD: string = join(ROOT, 'reports/schema/junit.xsd');
