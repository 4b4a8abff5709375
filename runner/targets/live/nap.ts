/** A pause of about 50 microseconds in which the event loop runs: timers are too coarse, and cap delivers only then. */

const gate = new Int32Array(new SharedArrayBuffer(4));
const NAP_MS = 0.05;

export async function nap(): Promise<void> {
  Atomics.wait(gate, 0, 0, NAP_MS);
  await new Promise((resolve) => setImmediate(resolve));
}
