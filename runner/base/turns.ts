/** Long work in pieces: a generator that yields wherever it can be left. */

/** Longest that signals and timers wait, in milliseconds. */
const MOST_BREATHLESS = 50;

/** Without a pause. */
export function finished<T>(work: Generator<void, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

/** Signals and timers get their turn meanwhile. `isOver` is asked after each; undefined: the work was left. */
export async function inTurns<T>(work: Generator<void, T>, isOver: () => boolean): Promise<T | undefined> {
  let breathed = performance.now();
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    if (performance.now() - breathed < MOST_BREATHLESS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (isOver()) return undefined;
    breathed = performance.now();
  }
}
