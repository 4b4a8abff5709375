/** A command, and the parser of its arguments. */

import { parseArgs } from 'node:util';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { checkOptionValue } from '../base/option-value.ts';
import { suggest } from '../base/suggest.ts';
import { matchingFiles } from './matching-files.ts';

export interface PositionalSpec {
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  readonly multiple?: boolean;
}

export class Parsed {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly (string | true)[]>;

  constructor(values: ReadonlyMap<string, readonly (string | true)[]>, positionals: readonly string[]) {
    this.#values = values;
    this.positionals = positionals;
  }

  /** Whether an option was given, also as `--no-NAME`. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** All values of an option; `true` for a switch. */
  all(name: string): readonly (string | true)[] {
    return this.#values.get(name) ?? [];
  }

  flag(name: string): boolean {
    return this.#values.get(name)?.includes(true) === true;
  }

  string(name: string): string | undefined {
    return this.strings(name).at(-1);
  }

  /** The value of a numeric option; undefined if it was not given, or is a word. */
  number(name: string): number | undefined {
    const value = Number(this.string(name) ?? Number.NaN);
    return Number.isNaN(value) ? undefined : value;
  }

  strings(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).filter((value) => value !== true);
  }
}

export interface Command {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What follows the command's name: `[--target T] ID`. */
  readonly usage: string;
  /** Paragraphs under the usage. */
  readonly details?: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly positionals?: readonly PositionalSpec[];
  /** Its options can be in a configuration file; `--no-NAME` then undoes a switch. */
  readonly takesConfig?: boolean;
  /** Resolves to the exit status. */
  run(parsed: Parsed, io: Io): Promise<number>;
}

/** `--help` asks for help, whatever else is there. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

export function parseCommand(command: Command, args: readonly string[]): Parsed {
  const more = `see rsc-conformance ${command.name} --help`;
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, { type: kind, short }]) => {
        const type = kind === 'boolean' ? kind : 'string';
        return [name, short === undefined ? { type } : { type, short }];
      }),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, (string | true)[]>();
  const positionals: string[] = [];
  const isExpanded = process.platform === 'win32' && command.positionals?.at(-1)?.multiple === true;
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(...(isExpanded ? matchingFiles(token.value) : [token.value]));
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const spec = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
    const undone = undoneSwitch(command, name);
    if (spec === undefined && undone !== undefined) {
      if (inlineValue === true) throw new UsageError(`${rawName} takes no value`, more);
      if (values.has(undone)) throw new UsageError(`--${undone} is both given and turned off`, more);
      values.set(undone, []);
      continue;
    }
    if (name === 'help') throw new UsageError('--help takes no value', more);
    if (spec === undefined) {
      const known = Object.keys(command.options).map((option) => `--${option}`);
      throw new UsageError(`${command.name} has no option ${rawName}`, suggest(rawName, known, more));
    }
    const given = values.get(name) ?? [];
    if (spec.type === 'boolean' && values.has(name) && given.length === 0)
      throw new UsageError(`${rawName} is both given and turned off`, more);
    if (given.length > 0 && spec.multiple !== true) throw new UsageError(`${rawName} is given twice`, more);
    if (spec.type === 'boolean') {
      if (inlineValue === true) throw new UsageError(`${rawName} takes no value`, more);
      values.set(name, [...given, true]);
      continue;
    }
    if (value === undefined || value === '' || (inlineValue !== true && /^-./.test(value))) {
      throw new UsageError(`${rawName} needs a value`, `${rawName}=${spec.value ?? 'VALUE'}; ${more}`);
    }
    checkOptionValue(name, spec, value);
    values.set(name, [...given, value]);
  }
  checkPositionals(command, positionals, more);
  return new Parsed(values, positionals);
}

/** The switch that `--no-NAME` undoes. */
function undoneSwitch({ takesConfig, options }: Command, name: string): string | undefined {
  const rest = name.startsWith('no-') ? name.slice(3) : '';
  return takesConfig === true && Object.hasOwn(options, rest) && options[rest]?.type === 'boolean' ? rest : undefined;
}

function checkPositionals(command: Command, given: readonly string[], more: string): void {
  const specs = command.positionals ?? [];
  const missing = specs.find((spec, i) => spec.optional !== true && i >= given.length);
  if (missing !== undefined) throw new UsageError(`${command.name} needs ${missing.name}: ${missing.help}`, more);
  if (given.length > specs.length && specs.at(-1)?.multiple !== true) {
    throw new UsageError(`${command.name} does not take ${JSON.stringify(given[specs.length])}`, more);
  }
}
