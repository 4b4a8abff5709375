/** The effective settings of a command and their origins: its flags, else a configuration file, else the defaults. */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import type { OptionSpec } from '../../base/option-spec.ts';
import { type Command, Parsed } from '../command.ts';

/** The file that is read from the working directory, if it exists. */
export const CONFIG_FILE = 'rsc-conformance.json';

/** Options about the configuration file itself: they cannot be in it. */
export const CONFIG_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: {
    type: 'string',
    value: 'FILE',
    help: 'read options from FILE; flags override it (default: rsc-conformance.json, if it exists)',
  },
  'no-config': { type: 'boolean', help: 'read no configuration file' },
  'print-config': { type: 'boolean', help: 'print every option with its value and origin, and exit' },
};

export interface Setting {
  readonly name: string;
  readonly spec: OptionSpec;
  /** Undefined: nothing, and there is no default. */
  readonly value: string | readonly string[] | boolean | undefined;
  readonly from: 'default' | 'file' | 'flag';
  /** A readable name: "default", "rsc-conformance.json:4", "--strict". */
  readonly where: string;
}

export interface Settings {
  /** All settings together, as if given on the command line. */
  readonly parsed: Parsed;
  readonly list: readonly Setting[];
  readonly file: string | undefined;
}

/** The options of a command that can be in a configuration file. */
export function configurable(options: Command['options']): Record<string, OptionSpec> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(CONFIG_OPTIONS, name)));
}

export async function settingsOf(command: Pick<Command, 'options'>, given: Parsed): Promise<Settings> {
  const options = configurable(command.options);
  const file = given.flag('no-config')
    ? undefined
    : (given.string('config') ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined));
  if (given.flag('no-config') && given.has('config'))
    throw new UsageError('--config and --no-config are both given', 'one of them');
  const configured = file === undefined ? undefined : (await import('./config-file.ts')).readConfig(file, options);
  const values = new Map<string, readonly (string | true)[]>();
  const list: Setting[] = [];
  for (const [name, spec] of Object.entries(options)) {
    const flagged = given.has(name) ? given.all(name) : undefined;
    const written = configured?.get(name);
    const otherwise = spec.default === undefined ? undefined : [spec.default];
    const effective = flagged ?? written?.values ?? otherwise;
    if (effective !== undefined) values.set(name, effective);
    const from = flagged !== undefined ? 'flag' : written !== undefined ? 'file' : 'default';
    const flag = spec.type === 'boolean' && flagged?.length === 0 ? `--no-${name}` : `--${name}`;
    const where = from === 'flag' ? flag : (written?.where ?? 'default');
    list.push({ name, spec, value: shownValue(spec, effective), from, where: from === 'default' ? 'default' : where });
  }
  return { parsed: new Parsed(values, given.positionals), list, file };
}

function shownValue(spec: OptionSpec, values: readonly (string | true)[] | undefined): Setting['value'] {
  if (spec.type === 'boolean') return values?.includes(true) === true;
  const texts = values?.filter((value) => value !== true);
  return spec.multiple === true ? texts : texts?.at(-1);
}

/** The folder to which relative paths of this option are relative; undefined: the working directory. */
export function folderOf({ list, file }: Settings, name: string): string | undefined {
  const isFromFile = list.some((setting) => setting.name === name && setting.from === 'file');
  return isFromFile && file !== undefined && dirname(file) !== '.' ? dirname(file) : undefined;
}

/** A configuration with the same effect, each line with its origin. */
export function settingsText({ list, file }: Settings): string {
  const lines = list.map(({ name, value, where }, i) => {
    if (value === undefined) return `  // ${JSON.stringify(name)}: nothing (${where})`;
    const rest = list.slice(i + 1).some((later) => later.value !== undefined);
    return `  ${JSON.stringify(name)}: ${JSON.stringify(value)}${rest ? ',' : ''} // ${where}`;
  });
  const head = file === undefined ? '// No configuration file.' : `// Configuration file: ${file}`;
  return `${head}\n{\n${lines.join('\n')}\n}\n`;
}
