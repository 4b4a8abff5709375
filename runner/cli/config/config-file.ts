/** A configuration file: options of `run` by their names, JSON with comments. */

import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { JsonDocument } from '../../base/json-document.ts';
import type { OptionSpec, OptionSpecs } from '../../base/option-spec.ts';
import { configSchema } from './config-schema.ts';

export interface Configured {
  /** In the form of `Parsed`; a switch that is off is empty. */
  readonly values: readonly (string | true)[];
  /** "file:line". */
  readonly where: string;
}

/** The settings of the file, by option; paths are made relative to the working directory. Throws UsageError. */
export function readConfig(file: string, options: OptionSpecs): Map<string, Configured> {
  const document = JsonDocument.read(file, {
    kind: 'a configuration',
    hint: 'rsc-conformance init writes one',
    takesComments: true,
  });
  document.check(configSchema(options), 'option');
  const configured = new Map<string, Configured>();
  for (const [name, value] of Object.entries(document.value as Readonly<Record<string, unknown>>)) {
    const spec = options[name];
    if (spec === undefined) continue;
    configured.set(name, { values: valuesOf(value, spec, dirname(file)), where: document.at([name]) });
  }
  return configured;
}

function valuesOf(value: unknown, spec: OptionSpec, folder: string): (string | true)[] {
  if (typeof value === 'boolean') return value ? [true] : [];
  const texts = [value].flat().map(String);
  const isPath = spec.isPath ?? (spec.value === 'FILE' || spec.value === 'DIR');
  // A capability file may also be its contents.
  return isPath ? texts.map((path) => (path.startsWith('{') ? path : fromHere(path, folder))) : texts;
}

function fromHere(path: string, folder: string): string {
  return isAbsolute(path) ? path : relative('', resolve(folder, path)) || '.';
}
