/**
 * `npm run diagnosis -- [SHARE]`: measures the diagnosis. Plays planted faults one by one, and two and three at a time,
 * chosen at random from a seed, on the corpus; SHARE: every n-th is tried (default 8).
 */

import type { Dictionary } from '../../runner/diagnosis/dictionary.ts';
import { loadDictionary } from '../../runner/diagnosis/dictionary-file.ts';
import { combinedFault } from '../../runner/selfcheck/combined-fault.ts';
import type { Fault } from '../../runner/selfcheck/fault.ts';
import { faults } from '../../runner/selfcheck/faults.ts';
import { recordable } from '../../runner/selfcheck/record-faults.ts';
import type { Implementation } from '../../runner/selfcheck/subject.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { diagnosed, isNamed } from './diagnosed.ts';
import { isMasked } from './masked.ts';

interface Trial {
  readonly faults: readonly Fault[];
  readonly implementation: Implementation;
}

export function measureDiagnosis(share: number): void {
  const dictionary = loadDictionary();
  if (dictionary === undefined) throw new Error('there is no dictionary: npm run dictionary');
  const shown = new Set(dictionary.faults.filter(({ at }) => at.length > 0).map(({ name }) => name));
  const all = faults().filter(({ name }) => shown.has(name));
  const single = all
    .filter((_, i) => i % share === 0)
    .map((fault): Trial => ({ faults: [fault], implementation: fault }));
  const several = [2, 3].flatMap((count) => trials(all, count, Math.ceil(all.length / share / 2)));
  const chosen = [...single, ...several];
  const found = diagnosed(
    chosen.map(({ implementation }) => implementation),
    recordable(loadCorpus().vectors),
    dictionary,
    (done) => {
      if (done % 64 === 0) process.stderr.write(`\r${done} vectors`);
    },
  );
  process.stderr.write('\n');
  tell(chosen, found, dictionary);
}

function tell(chosen: readonly Trial[], found: ReturnType<typeof diagnosed>, dictionary: Dictionary): void {
  const scores = new Map<number, { right: number; few: number; masked: number; all: number }>();
  chosen.forEach((trial, i) => {
    const causes = found[i] ?? [];
    const names = causes.flatMap(({ resembles }) => resembles.map(({ fault }) => fault));
    const count = trial.faults.length;
    const first = count === 1 ? names.slice(0, 1) : names;
    const unnamed = trial.faults.filter(({ name }) => !isNamed(name, first, dictionary));
    const missed = unnamed.filter(({ name }) => {
      const others = trial.faults.flatMap((other) => (other.name === name ? [] : [other.name]));
      return !isMasked(name, others, causes, dictionary);
    });
    const isFew = count === 1 ? causes.length === 1 : causes.length <= count + 2;
    const score = scores.get(count) ?? { right: 0, few: 0, masked: 0, all: 0 };
    scores.set(count, score);
    score.all++;
    if (missed.length === 0) score.right++;
    if (missed.length < unnamed.length) score.masked++;
    if (isFew) score.few++;
    if (missed.length === 0 && isFew) return;
    process.stdout.write(
      `${trial.implementation.name}: ${causes.length} causes; missed: ${missed.map(({ name }) => name).join(', ')}\n`,
    );
    for (const { title, units, resembles } of causes)
      process.stdout.write(
        `    ${units.size} ${title} | ${resembles.map(({ fault, likeness }) => `${fault} ${likeness}`).join(', ')}\n`,
      );
  });
  for (const [count, { right, few, masked, all }] of scores)
    process.stdout.write(
      `${count} at a time: ${right} of ${all} named (in ${masked}, a fault that the others mask is not), ${few} of ${all} with few causes\n`,
    );
}

function trials(all: readonly Fault[], count: number, wanted: number): Trial[] {
  const random = generator(count);
  const out: Trial[] = [];
  while (out.length < wanted) {
    const picked = new Set<Fault>();
    while (picked.size < count) picked.add(all[Math.floor(random() * all.length)] as Fault);
    const implementation = combinedFault([...picked]);
    if (implementation !== undefined) out.push({ faults: [...picked], implementation });
  }
  return out;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
