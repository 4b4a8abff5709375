/** A capability file: a JSON object with the names of the capabilities; on/off may be true and false, lists arrays. */

import { readFileSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { Capabilities } from './capabilities.ts';
import { CAPABILITY_TABLE, readCapability } from './capability-table.ts';

const HINT = 'rsc-conformance doctor --explain-capabilities lists them all';

export function readCapabilityFile(file: string): Partial<Capabilities> {
  const object = parsedObject(file);
  const capabilities: Record<string, unknown> = {};
  for (const [key, json] of Object.entries(object)) {
    if (key === '$schema') continue;
    if (Array.isArray(json) && Object.hasOwn(CAPABILITY_TABLE, key) && !takesList(key, json))
      throw new UsageError(`${file}: ${key} cannot be the list ${JSON.stringify(json)}`, HINT);
    const text = textOf(json);
    if (text === undefined)
      throw new UsageError(`${file}: ${key} is neither text, number, true, false nor a list`, HINT);
    const read = readCapability(key, text);
    if (typeof read === 'string')
      throw new UsageError(`${file}: ${read}`, suggest(key, Object.keys(CAPABILITY_TABLE), HINT));
    capabilities[key] = read.value;
  }
  return capabilities as Partial<Capabilities>;
}

function parsedObject(file: string): object {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, 'name a capability file');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`, HINT);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new UsageError(`${file} holds no JSON object`, HINT);
  return json;
}

/** Lists are of keys and of addresses; "on" is not a key. */
function takesList(key: string, list: readonly unknown[]): boolean {
  return key === 'addresses' || (key === 'metadata' && list.every((item) => item !== 'on' && item !== 'off'));
}

function textOf(json: unknown): string | undefined {
  if (json === true) return 'on';
  if (json === false) return 'off';
  if (typeof json === 'string' || typeof json === 'number') return String(json);
  return Array.isArray(json) && json.every((item) => typeof item === 'string') ? json.join(',') : undefined;
}
