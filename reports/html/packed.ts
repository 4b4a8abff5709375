/**
 * What the page holds: the events, with frames in a short form. Payloads that the suite generated are nearly all of the
 * bytes of a run and do not compress; they are named by the stream that they come from. What a target sends is
 * mostly copies of what arrived.
 */

import type { EndEvent, EventStep, SessionEvent, VectorEvent, VerdictEvent } from '../events.ts';

/** Hex; bytes of a stream (seed, sequence number, length); or a copy (arrival, offset in its frame, length). */
export type Part =
  | string
  | readonly ['stream', seed: number, seq: number, length: number]
  | readonly ['copy', arrival: number, from: number, length: number];

export type PackedFrame = readonly Part[];

export type PackedStep =
  | { readonly rx: PackedFrame; readonly csum?: 'none' | 'partial' | 'unnecessary'; readonly ipsec?: true }
  | Exclude<EventStep, { readonly rx: string }>;

export interface PackedIndication extends Omit<VerdictEvent['indications'][number], 'frame'> {
  readonly frame: PackedFrame;
}

/** A vector and its verdict in one. */
export interface PackedCase
  extends Omit<VectorEvent, 'type' | 'steps'>,
    Omit<VerdictEvent, 'type' | 'vector' | 'indications' | 'known' | 'unexpected'> {
  readonly steps: readonly PackedStep[];
  readonly indications: readonly PackedIndication[];
  /** Why a failure is expected. */
  readonly known?: { readonly reason: string };
  /** What happened instead of the failure that was expected. */
  readonly unexpected?: { readonly message: string };
}

export interface PackedRun {
  readonly session: SessionEvent;
  readonly cases: readonly PackedCase[];
  /** Missing where the run broke off. */
  readonly end?: Omit<EndEvent, 'baseline'> & {
    readonly baseline?: {
      readonly problems: readonly { readonly entry: string; readonly message: string; readonly change?: string }[];
    };
  };
}

/** How the suite makes payloads: given to the report, which does not know vectors. */
export interface PayloadStreams {
  /** The stream that these bytes are from, at this sequence number; undefined where there is none. */
  readonly seedOf: (seq: number, bytes: Uint8Array) => number | undefined;
  readonly fill: (seed: number, seq: number, into: Uint8Array) => void;
}
