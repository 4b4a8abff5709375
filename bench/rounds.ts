/** Jobs in turns, because a machine is not equally fast all the time: what disturbs a round disturbs all of them. */

export const ROUNDS = 5;

/** What a job took in each round; undefined: it cannot run here. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** Runs every job once to warm up, and then all of them in each round; `measure` says what one took. */
export function inTurns(names: readonly string[], measure: (name: string) => number, rounds: number = ROUNDS): Samples {
  for (const name of names) measure(name);
  const samples = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const name of names) samples.get(name)?.push(measure(name));
  return samples;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The median of a job's values over another's of the same round. */
export function ratio(samples: Samples, name: string, over: string): number {
  const others = samples.get(over) ?? [];
  return median((samples.get(name) ?? []).map((value, round) => value / (others[round] ?? Number.NaN)));
}

/** Median, and the least and the most of the rounds. */
export function spread(values: readonly number[], digits: number): string {
  const least = Math.min(...values).toFixed(digits);
  return `${median(values).toFixed(digits)} [${least}, ${Math.max(...values).toFixed(digits)}]`;
}

/** Milliseconds of CPU time that `run` took of this process, its collector included. */
export function cpuTime(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
