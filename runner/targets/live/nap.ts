/** A pause of some 50 microseconds that lets the event loop turn: timers are too coarse, and cap delivers only then. */

const gate = new Int32Array(new SharedArrayBuffer(4));
const NAP_MS = 0.05;

export async function nap(): Promise<void> {
  Atomics.wait(gate, 0, 0, NAP_MS);
  await new Promise((resolve) => setImmediate(resolve));
}
