/** Programs of `examples/`, built outside the source tree. */

import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.ts';

/** In CI a missing tool is a failure; elsewhere the test is skipped. `ask` makes the tool say its version. */
export function needs(test: Mocha.Context, tool: string, ask = '--version'): void {
  if (spawnSync(tool, [ask]).status === 0) return;
  if (process.env['CI'] !== undefined) throw new Error(`${tool} is missing: CI has to install it`);
  test.skip();
}

/** Copies an example and the adapters into a folder, at the same relative places; returns the example's folder. */
export function copyExample(folder: string, example: string): string {
  const copy = join(folder, 'examples', example);
  cpSync(join(ROOT, 'adapters'), join(folder, 'adapters'), { recursive: true });
  cpSync(join(ROOT, 'examples', example), copy, { recursive: true });
  return copy;
}
