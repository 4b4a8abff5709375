/** A capability file: a JSON object with the names of the capabilities; on/off may be true and false, lists arrays. */

import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { suggest } from '../base/suggest.ts';
import { readTextFile } from '../base/text-file.ts';
import { CAPABILITY_KEYS, CAPABILITY_TABLE, type Capabilities, isCapability } from './capabilities.ts';
import { wrongValue } from './value-kinds.ts';

const HINT = 'rsc-conformance doctor --explain-capabilities lists them all';

/** `text`: the name of a file, or the object itself. Throws UsageError. */
export function readCapabilityFile(text: string): Partial<Capabilities> {
  const [where, object] = text.trimStart().startsWith('{')
    ? ['--capabilities', parsedObject('--capabilities', text)]
    : [text, parsedObject(text, textOf(text))];
  const capabilities: { -readonly [K in keyof Capabilities]?: unknown } = {};
  for (const [key, json] of Object.entries(object)) {
    if (key === '$schema') continue;
    if (!isCapability(key))
      throw new UsageError(`${where}: there is no capability ${key}`, suggest(key, CAPABILITY_KEYS, HINT));
    const { kind } = CAPABILITY_TABLE[key];
    const value = kind.readJson(json);
    if (value === undefined) throw new UsageError(`${where}: ${wrongValue(key, json, kind.shown)}`, HINT);
    capabilities[key] = value;
  }
  return capabilities as Partial<Capabilities>;
}

function textOf(file: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    throw fileError(file, 'read', error, 'name a capability file');
  }
}

function parsedObject(where: string, text: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${where} is not JSON: ${(error as Error).message}`, HINT);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new UsageError(`${where} contains no JSON object`, HINT);
  return json;
}
