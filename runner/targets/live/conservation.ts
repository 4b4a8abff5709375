/** Whether as much came out as went in: the device is not judged for frames that the capture lost. */

import { parseSegment, Segment } from '../../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';

const scratch = new Segment();

interface Quantity {
  /** TCP payload bytes, which merging preserves. */
  payload: number;
  pureAcks: number;
  fragments: number;
  /** Frames that are not segments. */
  others: number;
}

function quantityOf(frames: readonly Uint8Array[]): Quantity {
  const quantity = { payload: 0, pureAcks: 0, fragments: 0, others: 0 };
  for (const frame of frames) {
    const { kind, payloadLength } = parseSegment(frame, scratch);
    if (kind === 'other') quantity.others++;
    else if (kind !== 'segment') quantity.fragments++;
    else if (payloadLength === 0) quantity.pureAcks++;
    else quantity.payload += payloadLength;
  }
  return quantity;
}

/**
 * True if something is certainly missing. Pure ACKs may merge with each other and with data (C8), so they are not counted
 * one by one. Frames that the target announces to drop are not missing.
 */
export function isShort(
  sent: readonly Uint8Array[],
  received: readonly Uint8Array[],
  { drops }: Pick<Capabilities, 'drops'>,
): boolean {
  const mayDropMalformed = drops === 'malformed' || drops === 'both';
  const mayDropSegments = drops === 'checksum' || drops === 'both';
  const [wanted, got] = [quantityOf(sent), quantityOf(received)];
  if (!mayDropMalformed && got.others < wanted.others) return true;
  if (mayDropSegments) return false;
  if (got.payload < wanted.payload || got.fragments < wanted.fragments) return true;
  return wanted.pureAcks > 0 && wanted.payload === 0 && got.pureAcks === 0;
}
