/** A capture that is in memory, in a browser: the playground's. */

import type { CapturedFrames } from '../../reports/html/tools.ts';
import type { ByteSource } from '../captures/byte-source.ts';
import { CaptureError } from '../captures/capture-error.ts';
import { decodeAll, decoderOf } from '../captures/decode-all.ts';
import { PCAP_HEADER } from '../captures/pcap.ts';
import { ReadWindow } from '../captures/read-window.ts';
import { CaptureNotes } from './capture-notes.ts';

/** The first `most` frames of a capture (pcap or pcapng, unpacked). A defect ends it; what comes before is kept. */
export async function readCapture(bytes: Uint8Array, name: string, most: number): Promise<CapturedFrames> {
  const frames: CapturedFrames['frames'][number][] = [];
  const notes = new CaptureNotes();
  let isCut = false;
  try {
    const window = new ReadWindow(new MemorySource(bytes));
    await window.fill(PCAP_HEADER);
    for await (const batch of decodeAll(window, decoderOf(name, window), name)) {
      for (const packet of batch.slice(0, most - frames.length)) {
        const { frame, seconds, nanoseconds } = packet;
        notes.add(packet);
        frames.push({ frame: new Uint8Array(frame), microseconds: seconds * 1e6 + nanoseconds / 1000 });
      }
      isCut = frames.length >= most;
      if (isCut) break;
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { frames, isCut, notes: notes.text(name), defect: error.message };
  }
  return { frames, isCut, notes: notes.text(name) };
}

class MemorySource implements ByteSource {
  readonly isPrompt = true;
  position = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    const piece = this.#bytes.subarray(this.position, this.position + length);
    into.set(piece, at);
    this.position += piece.length;
    return piece.length;
  }

  async close(): Promise<void> {}
}
