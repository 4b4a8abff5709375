/** What a stream between two captures has to know of a transport: TCP's segments, or datagrams. */

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

/** What a stream remembers: frames explained before, and frames near by that are no segments. */
export interface Known {
  readonly history: readonly PairMatch[];
  readonly malformed: readonly SentSegment[];
  /** Looked at together. */
  readonly frames: readonly ReceivedFrame[];
}

export interface Transport {
  payloadLength(frame: SentSegment | ReceivedFrame): number;
  /** Cheap: false where the frame does not begin with this one. */
  mayBegin(first: SentSegment, observed: ReceivedFrame): boolean;
  /** Cheap: false where the frame does not end with this one. */
  mayEnd(last: SentSegment, observed: ReceivedFrame): boolean;
  /** Fields that only the received frame shows, and bytes that one capture lacks: taken from the other side. */
  prepared(run: readonly SentSegment[], observed: ReceivedFrame): readonly SentSegment[];
  /** What is wrong with a frame if it is made of this run; undefined where it cannot be. */
  findings(run: readonly Arrival[], observed: ReceivedFrame, capabilities: Capabilities): readonly Draft[] | undefined;
  /** What only two captures leave in doubt of a frame that is right otherwise. */
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
  /** Of a frame that nothing claims: the sent capture lacks what it is made of, and there is no need to look for more. */
  isForeign(frame: ReceivedFrame): boolean;
  /** Numbers of those that arrived in one of these frames: their bytes did, and they were sent only once. */
  arrived(segments: readonly SentSegment[], frames: readonly ReceivedFrame[]): ReadonlySet<number>;
  /** The frame may begin with it. */
  isPlausible(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** The frame may hold it. */
  isWithin(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** All of its bytes are in the frame. */
  holds(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** The frame, read anew from bytes that have another link-layer header and TTL. */
  moved(frame: ReceivedFrame, bytes: Uint8Array): ReceivedFrame;
  /** The frame begins or ends within it: it was cut up after the capture. */
  isCutUpBy(segment: SentSegment, frame: ReceivedFrame): boolean;
  /** May have joined the frame before without a byte in it. */
  isSilent(segment: SentSegment): boolean;
  /** Bytes of the one that the other has are taken over, where a capture cut it. */
  fill(segment: SentSegment, frame: ReceivedFrame): void;
  /** Nothing may be merged around it. */
  endsUnit(arrival: Arrival): boolean;
  /** What shows that the sent capture may lack a packet that this frame is made of; undefined: nothing does. */
  doubt(observed: Observed, scene: DoubtScene): Doubtful | undefined;
  /** The same of one finding, where the frame is taken to be made of this run. */
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
  /** IPv4 Identifications tell the packets that were sent apart. */
  readonly isNumbered: boolean;
}

export interface Doubtful {
  readonly why: string;
  /** Also of what no retransmission changes. */
  readonly isWhole: boolean;
  /** By itself the frame is right; its order, and that it came twice, may be judged all the same. */
  readonly isRight?: boolean;
}
