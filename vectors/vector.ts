/** A vector: the steps, and the expected output under the default policy. `vectors/schema` has the same as JSON Schema. */

import type { Policy } from '../reference-impl/policy.ts';
import type { Level } from '../reference-impl/rules/rule.ts';
import type { Setting } from '../reference-impl/step.ts';
import type { FrameSpec } from '../reference-impl/wire/build.ts';
import type { ChecksumMark } from '../reference-impl/wire/segment.ts';

import type { Tunnel } from './tunnel.ts';

/** One segment: `payload` bytes of the position code at its sequence number. */
export interface SegmentSpec extends Partial<Omit<FrameSpec, 'payload' | 'src' | 'dst' | 'sport' | 'dport'>> {
  /** Index into the vector's connections; 0 if left out. */
  readonly connection?: number;
  /** Payload length in bytes; 0 if left out. */
  readonly payload?: number;
  /** Another version of the same stream's bytes: a retransmission that carries other data. 0 if left out. */
  readonly payloadVersion?: number;
  /** The tunnel around it; the fields are those of the inner packet. */
  readonly tunnel?: Tunnel;
  /** Marked out of band: protected by IPsec. */
  readonly ipsec?: boolean;
  /** Out-of-band mark of the TCP checksum. Partial: the field is the pseudo-header's sum, except as `corrupt` says. */
  readonly csum?: Exclude<ChecksumMark, 'none'>;
}

/** The ends of a connection. No other vector has them, so vectors can share a burst. */
export interface Connection {
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

export type Step =
  | { readonly receive: SegmentSpec }
  | { readonly endOfDpc: true }
  /** Microseconds. */
  | { readonly wait: number }
  | { readonly set: Setting };

/** One expected frame: its arrivals (numbered from 0), and the step whose answer has it. */
export interface ExpectedIndication {
  readonly arrivals: readonly number[];
  readonly step: number;
  readonly endedBy: string;
}

export interface Vector {
  /** Semantic and stable: family/topic/variant/ipv4. */
  readonly id: string;
  readonly title: string;
  /** Rows of the catalogue. */
  readonly rules: readonly string[];
  readonly level: Level;
  /** Explained in flag-meanings.ts. */
  readonly flags: readonly string[];
  readonly connections: readonly Connection[];
  readonly steps: readonly Step[];
  readonly expect: readonly ExpectedIndication[];
  /** The output under policies that group differently. */
  readonly otherwise: readonly { readonly policy: Partial<Policy>; readonly expect: readonly ExpectedIndication[] }[];
}
