/** Parts of the suite that the bundle passes to the page, because reports must not import them. */

import type { SessionEvent } from '../events.ts';
import type { PayloadStreams } from '../frames/packed-frame.ts';

export interface CapturedFrames {
  /** Ethernet frames, each with the time of its arrival since 1970. */
  readonly frames: readonly { readonly frame: Uint8Array; readonly microseconds: number }[];
  /** There are more frames in the capture. */
  readonly isCut: boolean;
  /** The effects of offloads and the snap length, in sentences. */
  readonly notes: readonly string[];
  /** What is wrong with the rest of the capture. */
  readonly defect?: string;
}

export interface Tools {
  /** The rules of the reference that the page carries, in words: the playground runs it. */
  readonly ruleTexts: () => NonNullable<SessionEvent['ruleTexts']>;
  readonly streams: PayloadStreams;
  /** Never rejects for what is in the file. */
  readonly readCapture: (bytes: Uint8Array, name: string, most: number) => Promise<CapturedFrames>;
}
