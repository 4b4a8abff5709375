/**
 * The short form of a frame. Payloads that the suite generated are nearly all of the bytes of a run and do not compress:
 * they are named by the stream that they come from. What a target sends is mostly copies of what arrived.
 */

/**
 * Hex; bytes of a stream (seed, sequence number, length); or a copy (number of the arrival within its vector, offset in its
 * frame, length). A negative sequence number: it is in the frame, this number of bytes before these.
 */
export type Part =
  | string
  | readonly ['stream', seed: number, seq: number, length: number]
  | readonly ['copy', arrival: number, from: number, length: number];

export type PackedFrame = readonly Part[];

/** How the suite makes payloads: passed to the report, which does not know vectors. */
export interface PayloadStreams {
  /** The stream that has these bytes at this sequence number; undefined if there is none. */
  readonly seedOf: (seq: number, bytes: Uint8Array) => number | undefined;
  /** The same if no number is known: one of the places with these bytes. */
  readonly placeOf: (bytes: Uint8Array) => { readonly seed: number; readonly seq: number } | undefined;
  readonly fill: (seed: number, seq: number, into: Uint8Array) => void;
}
