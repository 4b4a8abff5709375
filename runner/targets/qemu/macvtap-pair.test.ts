import { mkdtempSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { MacvtapPair, whyNotCarried } from './macvtap-pair.ts';

const HEADER = 10;

describe('macvtap pair', function () {
  this.timeout(60_000);
  before(function () {
    if (process.env['CI'] === undefined && process.getuid?.() !== 0) this.skip();
  });

  it('carries every frame of the corpus as it is, and says which it cannot', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rsc-wire-'));
    const wire = await MacvtapPair.open(directory);
    const buffer = new Uint8Array(70_000);
    let refused = 0;
    try {
      for (const vector of loadCorpus().vectors) {
        for (const step of expandVector(vector)) {
          if (!('rx' in step)) continue;
          if (whyNotCarried(step.rx) !== undefined) {
            refused++;
            continue;
          }
          expect(wire.send(step.rx)).to.equal(true);
          const arrived = await receive(wire.qemuEnd, buffer, vector.id);
          if (Buffer.compare(arrived, step.rx) !== 0) expect(arrived, vector.id).to.deep.equal(step.rx);
        }
      }
    } finally {
      await wire.close();
      rmSync(directory, { recursive: true });
    }
    expect(refused).to.be.above(0);
  });
});

/** A frame to a group takes a moment. */
async function receive(file: number, buffer: Uint8Array, id: string): Promise<Uint8Array> {
  for (let tries = 0; tries < 1000; tries++) {
    try {
      return buffer.subarray(HEADER, readSync(file, buffer));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  throw new Error(`a frame of ${id} did not arrive`);
}
