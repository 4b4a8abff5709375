/**
 * `npm run dictionary`: plays planted faults on vectors, and writes how each fails. An existing entry is kept
 * if a sample shows that it is still right; `npm run dictionary:all` plays everything, which takes much longer.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Dictionary, KnownFault } from '../../runner/diagnosis/dictionary.ts';
import { packDictionary, type RecordedFault } from '../../runner/diagnosis/dictionary-codec.ts';
import { DICTIONARY_FILE, loadDictionary } from '../../runner/diagnosis/dictionary-file.ts';
import type { Fault } from '../../runner/selfcheck/fault.ts';
import { faults } from '../../runner/selfcheck/faults.ts';
import { recordable, recordFaults } from '../../runner/selfcheck/record-faults.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { packageRoot } from '../../vectors/package-root.ts';
import type { Vector } from '../../vectors/vector.ts';

/** Every n-th vector is played to check whether a fault still fails in the same way. */
const SAMPLE = 150;
/** Number of other vectors that a fault failed, to play again. */
const OWN = 5;
/** The share of the sample that must be unchanged. */
const AGREEING = 0.95;

export function writeDictionary(isWhole: boolean): void {
  const { vectors, digest } = loadCorpus();
  const played = recordable(vectors);
  const old = isWhole ? undefined : loadDictionary();
  const all = old === undefined ? play(played, faults()) : updated(old, played);
  const bytes = packDictionary(
    digest,
    played.map(({ id }) => id),
    all,
  );
  const path = join(packageRoot(), DICTIONARY_FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  process.stdout.write(`${DICTIONARY_FILE}: ${all.length} faults, ${played.length} vectors, ${bytes.length} bytes\n`);
}

function updated(old: Dictionary, vectors: readonly Vector[]): RecordedFault[] {
  const ids = new Set(old.vectors);
  const known = new Map(old.faults.map((fault) => [fault.name, fault]));
  const sample = vectors.filter(({ id }, i) => i % SAMPLE === 0 && ids.has(id));
  const shown = new Map(play(sample, faults()).map(({ name, shows }) => [name, shows]));
  const byId = new Map(vectors.map((vector) => [vector.id, vector]));
  const isKept = (planted: Fault): boolean => {
    const fault = known.get(planted.name);
    if (fault === undefined) return false;
    const before = entriesOf(fault, old);
    if (!agrees(before, shown.get(planted.name) ?? new Map(), sample)) return false;
    // A fault that fails few vectors may fail none of the sample.
    const own = spread([...before.keys()]).flatMap((id) => byId.get(id) ?? []);
    return agrees(before, recordFaults(own, [planted], () => {})[0]?.shows ?? new Map(), own);
  };
  const kept = faults().filter(isKept);
  const keeps = new Set(kept);
  const again = faults().filter((fault) => !keeps.has(fault));
  process.stderr.write(
    `${again.length} faults are new, or fail otherwise: ${again.map(({ name }) => name).join(', ')}\n`,
  );
  const fresh = new Map(play(vectors, again).map((one) => [one.name, one]));
  const added = vectors.filter(({ id }) => !ids.has(id));
  const beyond = new Map(play(added, kept).map(({ name, shows }) => [name, shows]));
  const current = new Set(vectors.map(({ id }) => id));
  return faults().map(({ name }): RecordedFault => {
    const fault = known.get(name);
    const entry = fresh.get(name);
    if (entry !== undefined || fault === undefined) return entry ?? { name, shows: new Map() };
    const before = [...entriesOf(fault, old)].filter(([id]) => current.has(id));
    return { name, shows: new Map([...before, ...(shown.get(name) ?? []), ...(beyond.get(name) ?? [])]) };
  });
}

function entriesOf({ at, shows }: KnownFault, { vectors, sets }: Dictionary): Map<string, readonly string[]> {
  return new Map([...at].map((place, i) => [vectors[place] ?? '', [...(sets[shows[i] ?? 0] ?? [])]]));
}

/** At most `OWN` of them, evenly spaced. */
function spread(ids: readonly string[]): string[] {
  if (ids.length <= OWN) return [...ids];
  return Array.from({ length: OWN }, (_, i) => ids[Math.floor((i * (ids.length - 1)) / (OWN - 1))] as string);
}

function agrees(
  before: ReadonlyMap<string, readonly string[]>,
  now: ReadonlyMap<string, readonly string[]>,
  sample: readonly Vector[],
): boolean {
  let all = 0;
  let same = 0;
  for (const { id } of sample) {
    const [one, other] = [before.get(id) ?? [], now.get(id) ?? []];
    if (one.length + other.length === 0) continue;
    all++;
    if (one.length === other.length && one.every((group) => other.includes(group))) same++;
  }
  return same >= AGREEING * all;
}

function play(vectors: readonly Vector[], own: readonly Fault[]): RecordedFault[] {
  if (own.length === 0) return [];
  const recorded = recordFaults(vectors, own, (done) => {
    if (done % 16 === 0) process.stderr.write(`\r${own.length} faults: ${done} of ${vectors.length} vectors`);
  });
  process.stderr.write('\n');
  return recorded;
}
