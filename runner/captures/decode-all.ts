/** From a window over a capture's bytes to its packets. No I/O of its own: it runs in a browser as well. */

import { CaptureError } from './capture-error.ts';
import type { Decoder } from './decoder.ts';
import type { Packet } from './packet.ts';
import { isPcap } from './pcap.ts';
import { PcapDecoder } from './pcap-decoder.ts';
import { Block } from './pcapng.ts';
import { PcapngDecoder } from './pcapng-decoder.ts';
import type { ReadWindow } from './read-window.ts';

const FORMAT_HINT = 'pcap and pcapng are read, gzip’d or not';

/** Chooses by the magic number; throws CaptureError if there is none. `label`: the file's name in errors. */
export function decoderOf(label: string, { view, at, length }: ReadWindow): Decoder {
  if (length === 0) throw new CaptureError(label, 'the file is empty', 0, FORMAT_HINT);
  if (length < 4) throw new CaptureError(label, 'the file is cut off in its header', 0, FORMAT_HINT);
  if (isPcap(view, at)) return new PcapDecoder(label);
  const magic = view.getUint32(at);
  if (magic === Block.section) return new PcapngDecoder(label);
  throw new CaptureError(label, `not a capture: magic 0x${magic.toString(16).padStart(8, '0')}`, 0, FORMAT_HINT);
}

/**
 * The packets, in batches, each of which is emptied when the next is requested; throws CaptureError at the first
 * defect, after everything before it was delivered.
 */
export async function* decodeAll(
  window: ReadWindow,
  decoder: Decoder,
  label: string,
): AsyncGenerator<Packet[], void, undefined> {
  for (;;) {
    const batch: Packet[] = [];
    let need = 0;
    let defect: unknown;
    try {
      need = decoder.decode(window, batch);
    } catch (error) {
      defect = error;
    }
    if (batch.length > 0) yield batch;
    // Each promise of a generator refers to the next: old ones that are not collected yet would keep every later batch
    // alive.
    batch.length = 0;
    if (defect !== undefined) throw defect;
    if (await window.fill(need)) continue;
    if (window.length === 0 && window.offset() > 0) return;
    throw new CaptureError(label, cutOff(decoder.format, window.offset()), window.offset());
  }
}

/** The message about a file that ends within a record. */
export function cutOff(format: string, offset: number): string {
  return offset === 0 ? `the ${format} file is cut off in its header` : `the ${format} file is cut off in the record`;
}
