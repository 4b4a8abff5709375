/** The fault dictionary in the package, with the effects of its faults in words. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '../../reference-impl/rules/index.ts';
import { packageRoot } from '../../vectors/package-root.ts';
import type { Fault } from '../selfcheck/fault.ts';
import { faults } from '../selfcheck/faults.ts';
import type { Dictionary } from './dictionary.ts';
import { unpackDictionary } from './dictionary-codec.ts';

/** Made by `npm run dictionary`. */
export const DICTIONARY_FILE: string = join('runner', 'diagnosis', 'data', 'fault-dictionary.json.br');

let shipped: { readonly dictionary: Dictionary | undefined } | undefined;

/** Undefined if there is none that this version can read. Read once in a process. */
export function loadDictionary(): Dictionary | undefined {
  shipped ??= { dictionary: read(join(packageRoot(), DICTIONARY_FILE)) };
  return shipped.dictionary;
}

function read(path: string): Dictionary | undefined {
  if (!existsSync(path)) return undefined;
  const known = new Map(faults().map((fault) => [fault.name, fault]));
  return unpackDictionary(readFileSync(path), (name) => {
    const fault = known.get(name);
    return fault === undefined ? undefined : { title: faultTitle(fault), rule: fault.broken };
  });
}

/** A fault that breaks a rule of the registry has that rule's title, however it breaks it. */
export function faultTitle({ name, summary }: Pick<Fault, 'name' | 'summary'>): string {
  const rule = name.split('/')[1];
  return registry.find((it) => it.name === rule)?.whenBroken ?? summary.replace(/\.$/, '');
}
