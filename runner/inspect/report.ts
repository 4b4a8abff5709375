/** What `inspect` finds, as data: `--json` prints it as it is. */

import type { ChecksumCounts } from './direction.ts';
import type { LocalSide } from './local-side.ts';

/**
 * The kind of frames beyond the MSS: `unsegmented-send` (to be segmented later by the NIC, TSO, or by a layer below the tap,
 * GSO), `coalesced-receive` (LRO, RSC in hardware, GRO in software), `passed-whole` (a loopback or virtual link that does not
 * segment), or `unknown` if the capturing side is unknown.
 */
export type SuperFrameKind = 'unsegmented-send' | 'coalesced-receive' | 'passed-whole' | 'unknown';

export interface SuperFrameReport {
  readonly kind: SuperFrameKind;
  readonly frames: number;
  readonly shown: Shown;
  readonly bytes: number;
  readonly largest: number;
  /** On the wire, at the MSS. */
  readonly segments: number;
  /** Their own checksum fields; `checksums` has those of the other frames. */
  readonly checksums: ChecksumCounts;
  /** ACKs that end in one of them; of those, ACKs within one; and the most for one. */
  readonly acks: { readonly total: number; readonly inside: number; readonly most: number };
}

/** How many frames show something, and the numbers of the first five, from 1 as in Wireshark. */
export interface Shown {
  readonly count: number;
  readonly frames: readonly number[];
}

/** Datagrams; `long`: beyond what a 1,500-byte MTU carries. */
export interface UdpReport {
  readonly frames: number;
  readonly largestPayload: number;
  readonly long: Shown;
  readonly unfilled: Shown;
}

/** The signs in a direction's sequence and acknowledgment numbers. */
export interface OrderReport {
  readonly retransmissions: Shown;
  /** Retransmissions with other bytes than the first copy, and the frames of the first copies. */
  readonly changed: Shown & { readonly firstCopies: readonly number[] };
  /** Frames before which bytes are missing, and those that brought them later. */
  readonly gaps: Shown;
  readonly filled: Shown;
  /** ACKs of the other side for bytes that the capture had not shown. */
  readonly unseen: Shown;
  /** Sent by this side. */
  readonly duplicateAcks: Shown;
}

export interface ChecksumReport extends ChecksumCounts {
  /** Of `wrong`: one value again and again, so never filled in. */
  readonly patterns: readonly { readonly value: number; readonly count: number }[];
  /** Of `wrong`: the same difference in all, so addresses or ports were rewritten. */
  readonly rewrites: readonly { readonly value: number; readonly count: number }[];
  /** Frames of one segment: never filled in, and wrong. */
  readonly unfilledFrames: Shown;
  readonly wrongFrames: Shown;
  /** Of `wrong`: the rest. */
  readonly reallyWrong: number;
}

export interface DirectionReport {
  readonly from: string;
  readonly to: string;
  readonly frames: number;
  readonly payloadBytes: number;
  readonly largestPayload: number;
  /** Cut by the capture's snaplen. */
  readonly cutFrames: number;
  readonly zeroIpLength: number;
  readonly ttl: { readonly lowest: number; readonly highest: number };
  /** From its SYN; absent if the capture has none. */
  readonly announcedMss?: number;
  /** The first 64 frames with data, in order: payload length, and the number of segments on the wire. */
  readonly payloads: readonly { readonly frame: number; readonly length: number; readonly segments: number }[];
  readonly order: OrderReport;
  readonly superFrames?: SuperFrameReport;
  readonly checksums: ChecksumReport;
}

export interface ConnectionReport {
  readonly a: string;
  readonly b: string;
  /** The encapsulation of its packets, such as "VXLAN"; absent if there is none. */
  readonly encapsulation?: string;
  readonly capturedAt: LocalSide;
  readonly why: readonly string[];
  /** The most that a segment carries; `assumed` if the capture has no SYN. */
  readonly mss: { readonly value: number; readonly assumed: boolean };
  readonly directions: readonly DirectionReport[];
}

/** One thing that the capture shows. */
export interface Statement {
  readonly text: string;
  readonly shown: Shown;
  /** Display filter for Wireshark that shows the frames. */
  readonly filter: string;
}

/** For each host, the commands after which a capture shows the wire as it is. */
export interface HostCommands {
  /** An address; or "the capturing host" or "either host" if the capture does not show it. */
  readonly host: string;
  readonly linux: readonly string[];
  readonly windows: readonly string[];
}

export interface InspectReport {
  readonly file: string;
  readonly frames: number;
  readonly tcp: number;
  readonly udp: UdpReport;
  /** Datagrams included. */
  readonly notTcp: number;
  /** Packets that the capture dropped, by its own count; absent if it has none (only pcapng does). */
  readonly dropped?: number;
  readonly fragments: number;
  /** Headers cut off by the snaplen, and headers that contradict themselves. */
  readonly headersCut: number;
  readonly broken: number;
  /** Cut by the snaplen, headers whole. */
  readonly cut: number;
  /** Frames of connections beyond those that are kept apart. */
  readonly beyondLimit: number;
  /** Frames by encapsulation, from the outside in. */
  readonly encapsulated: Readonly<Record<string, number>>;
  readonly connections: readonly ConnectionReport[];
  readonly statements: readonly Statement[];
  /** All statements as one text. */
  readonly verdict: string;
  readonly commands: readonly HostCommands[];
}
