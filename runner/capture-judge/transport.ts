/** What a stream between two captures needs to know about a transport: TCP segments, or datagrams. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Loss } from '../judge/acceptance/accept.ts';
import type { Arrival } from '../judge/arrival.ts';
import type { Incomplete } from '../judge/explain-incomplete.ts';
import type { Observed } from '../judge/observed.ts';
import type { Match } from '../judge/protocol.ts';
import type { Draft, Finding } from '../judge/types.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

export type PairMatch = Match<Arrival, Observed>;
export type PairLoss = Loss<{ readonly number: number }, { readonly number: number }>;

/** What a stream remembers: frames explained earlier, and frames near by that are no segments. */
export interface Known {
  readonly history: readonly PairMatch[];
  readonly malformed: readonly SentSegment[];
  /** Frames and segments that are looked at together. */
  readonly frames: readonly ReceivedFrame[];
}

export interface Transport {
  payloadLength(frame: SentSegment | ReceivedFrame): number;
  /** Cheap: false if the frame does not begin with this one. */
  mayBegin(first: SentSegment, observed: ReceivedFrame): boolean;
  /** Cheap: false if the frame does not end with this one. */
  mayEnd(last: SentSegment, observed: ReceivedFrame): boolean;
  /** Takes fields that only the received frame shows, and bytes that one capture lacks, from the other side. */
  prepared(run: readonly SentSegment[], observed: ReceivedFrame): readonly SentSegment[];
  /** The findings on a frame if it is made of this run; undefined if it cannot be. */
  findings(run: readonly Arrival[], observed: ReceivedFrame, capabilities: Capabilities): readonly Draft[] | undefined;
  /** What two captures leave in doubt about a frame without other findings. */
  afterthoughts(match: PairMatch, capabilities: Capabilities): readonly Finding[];
  /** In pieces. */
  explain(
    arrivals: readonly SentSegment[],
    frames: readonly ReceivedFrame[],
    history: readonly PairMatch[],
    loss: PairLoss,
    capabilities: Capabilities,
  ): Generator<void, Incomplete<Arrival, Observed>>;
  mayDrop(segment: SentSegment, capabilities: Capabilities): boolean;
  /** All of its bytes were sent, or it has the mark of a sent frame: a missing packet does not explain it. */
  claims(frame: ReceivedFrame, segments: readonly SentSegment[], known: Known): boolean;
  /**
   * For a frame that nothing explains: the sent capture lacks what it is made of, and no further search is needed. `near`:
   * what was sent near by.
   */
  isForeign(frame: ReceivedFrame, near: readonly Arrival[]): boolean;
  /** Numbers of those that arrived in one of these frames: their bytes did, and were sent only once. */
  arrived(segments: readonly SentSegment[], frames: readonly ReceivedFrame[]): ReadonlySet<number>;
  /** The frame may begin with it. */
  isPlausible(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** The frame may contain it. */
  isWithin(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** The frame contains all of its bytes. */
  contains(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** Reads the frame again, from bytes with another link-layer header and TTL. */
  moved(frame: ReceivedFrame, bytes: Uint8Array): ReceivedFrame;
  /** The frame begins or ends within it: it was cut up after the capture. */
  isCutUpBy(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** It may have joined the frame before without leaving a byte in it. */
  isSilent(segment: SentSegment): boolean;
  /** Copies bytes that the other side has, if a capture cut this one. */
  fill(segment: SentSegment, frame: ReceivedFrame): void;
  /** No segments may be merged around it. */
  endsUnit(arrival: Arrival, capabilities: Capabilities): boolean;
  /** Signs that the sent capture may lack a packet that this frame is made of; undefined: there are none. */
  doubt(observed: Observed, scene: DoubtScene): Doubtful | undefined;
  /** The same for one finding, if the frame is made of this run. */
  doubtOfField(found: Finding, run: readonly Arrival[], observed: Observed, scene: DoubtScene): string | undefined;
}

/** What was sent and received around what is judged. */
export interface DoubtScene {
  /** In order. */
  readonly near: readonly Arrival[];
  readonly received: readonly Observed[];
  readonly capabilities: Capabilities;
  /** Nothing between the captures reorders. */
  readonly isDirect: boolean;
  /** IPv4 Identifications distinguish the packets that were sent. */
  readonly isNumbered: boolean;
}

export interface Doubtful {
  readonly why: string;
  /** It also applies to fields that no retransmission changes. */
  readonly isWhole: boolean;
  /** The frame itself is right; its order, and that it came twice, may still be judged. */
  readonly isRight?: boolean;
}
