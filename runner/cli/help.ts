/** The text of `COMMAND --help`. */

import type { OptionSpec } from '../base/option-spec.ts';
import { optionText } from '../base/option-text.ts';
import { rangeText } from '../base/option-value.ts';
import type { Command } from './command.ts';

export function commandHelp(command: Command): string {
  const rows: [string, string][] = [];
  for (const { name, help } of command.positionals ?? []) rows.push([name, help]);
  for (const [name, spec] of Object.entries(command.options)) {
    const { type, short, value } = spec;
    const names = `${short === undefined ? '' : `-${short}, `}--${name}${type === 'boolean' ? '' : ` ${value ?? 'VALUE'}`}`;
    rows.push([names, optionHelp(spec)]);
  }
  rows.push(['-h, --help', 'print this text']);
  return [
    `rsc-conformance ${command.name} ${command.usage}`.trimEnd(),
    '',
    `${command.summary}.`,
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    ...columns(rows),
    '',
  ].join('\n');
}

/** One line: what an option is for. */
export function optionHelp(spec: OptionSpec): string {
  const { multiple, default: otherwise } = spec;
  const notes = [rangeText(spec), otherwise === undefined ? undefined : `default: ${otherwise}`];
  const shown = notes.filter((note) => note !== undefined).join('; ');
  return `${optionText(spec)}${multiple === true ? '; repeatable' : ''}${shown === '' ? '' : ` (${shown})`}`;
}

/** Two columns, indented by two. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
