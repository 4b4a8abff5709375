/** The data in the page: the events, with frames in their short form. */

import type {
  EndEvent,
  EventStep,
  ExpectedEvent,
  IndicationEvent,
  SessionEvent,
  VectorEvent,
  VerdictEvent,
} from '../events.ts';
import type { PackedFrame } from '../frames/packed-frame.ts';

export type PackedStep =
  | { readonly rx: PackedFrame; readonly csum?: 'none' | 'partial' | 'unnecessary'; readonly ipsec?: true }
  | Exclude<EventStep, { readonly rx: string }>;

export interface PackedIndication extends Omit<IndicationEvent, 'frame'> {
  readonly frame: PackedFrame;
}

export interface PackedExpected extends Omit<ExpectedEvent, 'frame'> {
  readonly frame?: PackedFrame;
}

/** A vector and its verdict in one, without the frames. */
export interface ListedCase
  extends Omit<VectorEvent, 'type' | 'steps'>,
    Omit<VerdictEvent, 'type' | 'vector' | 'indications' | 'expected' | 'known' | 'unexpected'> {
  /** Why a failure is expected. */
  readonly known?: { readonly reason: string };
  /** What happened instead of the failure that was expected. */
  readonly unexpected?: { readonly message: string };
}

export interface PackedCase extends ListedCase {
  readonly steps: readonly PackedStep[];
  readonly indications: readonly PackedIndication[];
  readonly expected?: 'as-indicated' | readonly PackedExpected[];
}

export interface PackedRun {
  readonly session: SessionEvent;
  readonly cases: readonly (PackedCase | ListedCase)[];
  /** The file of events next to the page, if the page leaves out the frames of some vectors. */
  readonly framesFile?: string;
  /** Missing if the run stopped early. */
  readonly end?: Omit<EndEvent, 'baseline'> & {
    readonly baseline?: {
      readonly problems: readonly { readonly entry: string; readonly message: string; readonly change?: string }[];
    };
  };
}
