/** What `inspect` finds, as data: `--json` prints it as it is. */

import type { ChecksumCounts } from './direction.ts';
import type { LocalSide } from './local-side.ts';

/**
 * What frames beyond the MSS are: `unsegmented-send` (the NIC, TSO, or a layer below the tap, GSO, was still to cut
 * them), `coalesced-receive` (LRO, RSC in hardware, GRO in software), `passed-whole` (a loopback or virtual link that
 * cuts nothing), or `unknown` where the capturing side is.
 */
export type SuperFrameKind = 'unsegmented-send' | 'coalesced-receive' | 'passed-whole' | 'unknown';

export interface SuperFrameReport {
  readonly kind: SuperFrameKind;
  readonly frames: number;
  readonly bytes: number;
  readonly largest: number;
  /** On the wire, at the MSS. */
  readonly segments: number;
  /** Their own checksum fields; those of the others are in `checksums`. */
  readonly checksums: ChecksumCounts;
  /** ACKs that end in one of them, of those within one, and the most for one. */
  readonly acks: { readonly total: number; readonly inside: number; readonly most: number };
}

export interface ChecksumReport extends ChecksumCounts {
  /** Of `wrong`: one value over and over, so never filled in. */
  readonly patterns: readonly { readonly value: number; readonly count: number }[];
  /** Of `wrong`, what no pattern explains. */
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
  /** In its SYN; absent where no SYN is in the capture. */
  readonly announcedMss?: number;
  readonly superFrames?: SuperFrameReport;
  readonly checksums: ChecksumReport;
}

export interface ConnectionReport {
  readonly a: string;
  readonly b: string;
  readonly capturedAt: LocalSide;
  readonly why: readonly string[];
  /** What a segment carries at most; `assumed` where no SYN is in the capture. */
  readonly mss: { readonly value: number; readonly assumed: boolean };
  readonly directions: readonly DirectionReport[];
}

export interface InspectReport {
  readonly file: string;
  readonly frames: number;
  readonly tcp: number;
  readonly notTcp: number;
  readonly fragments: number;
  /** Headers cut off by the snaplen, and headers that contradict themselves. */
  readonly headersCut: number;
  readonly broken: number;
  /** Cut by the snaplen, headers whole. */
  readonly cut: number;
  /** Frames of connections beyond those that are kept apart. */
  readonly beyondLimit: number;
  readonly connections: readonly ConnectionReport[];
  readonly verdict: string;
  readonly commands: { readonly linux: readonly string[]; readonly windows: readonly string[] };
}
