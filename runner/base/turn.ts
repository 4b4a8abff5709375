/** Lets signals through during long work. */

const EVERY_MS = 40;
let last = performance.now();

/** Waits for the event loop if its last turn was some time ago. */
export async function turn(): Promise<void> {
  if (performance.now() - last < EVERY_MS) return;
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  last = performance.now();
}
