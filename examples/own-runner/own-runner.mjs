// Plays vectors on a coalescer that runs in this process, and prints what is wrong with it.
//
//   node own-runner.mjs          the coalescer as it is
//   node own-runner.mjs broken   the same, but merged segments get a TTL or hop limit of 255 (rule H4)
//
// In a project of your own: npm install --save-dev rsc-conformance, and put your coalescer in place of OwnCoalescer.

import { Coalescer } from 'rsc-conformance/reference-impl';
import { DEFAULT_CAPABILITIES, playVectors } from 'rsc-conformance/runner';
import { loadCorpus } from 'rsc-conformance/vectors';

const TAGS = [0x8100, 0x88a8];

/** Replace this with yours: frames in, frames out at the end of each DPC. */
class OwnCoalescer {
  #coalescer = new Coalescer();

  receive(frame) {
    this.#coalescer.receive(frame);
  }

  endOfDpc() {
    return this.#coalescer.endOfDpc().map(({ frame, arrivals }) => {
      if (process.argv[2] !== 'broken' || arrivals.length === 1) return frame;
      const copy = frame.slice();
      const view = new DataView(copy.buffer);
      let type = 12;
      while (TAGS.includes(view.getUint16(type))) type += 4;
      copy[type + 2 + (view.getUint16(type) === 0x0800 ? 8 : 7)] = 255;
      return copy;
    });
  }
}

/** What the runner asks: one answer a vector, in order. Frames belong to the runner: copy what you keep. */
const target = {
  name: 'own coalescer',
  version: '1',
  // What is not observed is not judged. Checksums of merged frames: not recomputed, as a device that flags them.
  capabilities: { ...DEFAULT_CAPABILITIES, set: false, statistics: false, metadata: 'off', checksums: 'unknown' },
  async *run(vectors) {
    for (const { steps } of vectors) {
      const coalescer = new OwnCoalescer();
      const indications = [];
      for (const [step, what] of steps.entries()) {
        if ('rx' in what) coalescer.receive(what.rx);
        if ('dpc' in what) for (const frame of coalescer.endOfDpc()) indications.push({ step, frame, oob: {} });
      }
      yield { kind: 'indications', indications, statistics: undefined };
    }
  },
  async close() {},
};

const vectors = loadCorpus().vectors.filter(({ id }) => id.startsWith('headers/psh/'));
process.exitCode = await playVectors(target, {
  vectors,
  onEvent(event) {
    if (event.type === 'verdict' && event.verdict === 'fail')
      console.log(`${event.vector}: ${event.findings.map(({ rule, message }) => `${rule}: ${message}`).join(' ')}`);
    if (event.type === 'end') console.log(`${vectors.length} vectors, ${event.counts.fail} failed.`);
  },
});
