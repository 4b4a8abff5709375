import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { longEvents } from '../../testing/made-up-events.ts';
import { EventFile } from './event-file.ts';

const { writeSync } = fs;

/** Writes to files stop after so many bytes, as on a disk that is full. */
function fill(room: number): void {
  let left = room;
  fs.writeSync = ((file: number, bytes: Uint8Array, from?: number | null): number => {
    const at = from ?? 0;
    if (left === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const written = writeSync(file, bytes, at, Math.min(left, bytes.length - at));
    left -= written;
    return written;
  }) as typeof writeSync;
  syncBuiltinESMExports();
}

describe('a file of events on a disk that is full', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-event-file-'));
  });

  afterEach(() => {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
    rmSync(folder, { recursive: true });
  });

  function written(room: number, compress: boolean): Buffer {
    const path = join(folder, 'events');
    const events = longEvents(200, 100);
    fill(room);
    const file = new EventFile(path, { compress });
    // Several pieces of lines.
    for (let i = 0; i < 40; i++) for (const event of events) file.event(event);
    expect(() => file.close()).to.throw(/the disk is full/);
    return readFileSync(path);
  }

  it('keeps the whole lines that there was room for', () => {
    const lines = longEvents(200, 100).map((event) => `${JSON.stringify(event)}\n`);
    for (const room of [300_000, 1_300_000]) {
      const text = written(room, false).toString();
      expect(text.endsWith('\n')).to.equal(true);
      const longest = Math.max(...lines.map((line) => line.length));
      expect(text.length).to.be.within(room - longest, room);
    }
  });

  it('keeps whole pieces where they are compressed', () => {
    const bytes = written(100, true);
    expect(bytes.length === 0 || gunzipSync(bytes).toString().endsWith('\n')).to.equal(true);
  });
});
