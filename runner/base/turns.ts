/** Long work in pieces: a generator that yields wherever it can be interrupted. */

/** The longest wait of signals and timers, in milliseconds. */
const LONGEST_TURN = 50;

/** Without a pause. */
export function finished<T>(work: Generator<void, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

/** Signals and timers get their turn in between. `isOver` is called after each turn; undefined: the work was stopped. */
export async function inTurns<T>(work: Generator<void, T>, isOver: () => boolean): Promise<T | undefined> {
  let pausedAt = performance.now();
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    if (performance.now() - pausedAt < LONGEST_TURN) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (isOver()) return undefined;
    pausedAt = performance.now();
  }
}
