/** The command line with these options only, quoted for a shell. */

import type { Parsed } from './command.ts';
import { quoted } from './quoted.ts';

export function commandLine(command: string, given: Parsed, options: readonly string[]): string {
  const words = ['rsc-conformance', command];
  for (const name of options) {
    const values = given.strings(name);
    for (const value of values) words.push(`--${name}`, quoted(value));
    if (values.length === 0 && given.has(name)) words.push(given.flag(name) ? `--${name}` : `--no-${name}`);
  }
  return words.join(' ');
}
