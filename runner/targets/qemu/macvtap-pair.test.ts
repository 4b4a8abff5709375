import { mkdtempSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../../testing/until.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { MacvtapPair, whyNotCarried } from './macvtap-pair.ts';

const HEADER = 10;

describe('macvtap pair', () => {
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
  let length: number | undefined;
  const hasArrived = (): boolean => {
    length = readIfThere(file, buffer);
    return length !== undefined;
  };
  await until(hasArrived, `a frame of ${id} arrives`, 1);
  return buffer.subarray(HEADER, length);
}

function readIfThere(file: number, buffer: Uint8Array): number | undefined {
  try {
    return readSync(file, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return undefined;
  }
}
