/** The messages between the runner and the wire process, over IPC. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { UdpGro } from './udp-gro.ts';
import type { BackEnd, CapturedFrame } from './wire.ts';

export interface OpenRequest {
  readonly do: 'open';
  readonly observe: string;
  /** An interface of this machine, or a command that implements the plan format of `inject`. */
  readonly inject: { readonly interface: string } | { readonly command: string };
  readonly capture: BackEnd | undefined;
  readonly promiscuous: boolean;
  /** Microseconds of the window method; undefined: pauses separate the bursts. */
  readonly windowUs: number | undefined;
}

export interface BenchRequest {
  readonly do: 'bench';
  readonly windowUs: number;
  readonly udp: UdpGro;
}

export interface PlayRequest {
  readonly do: 'play';
  /** The frames of each burst. */
  readonly bursts: readonly (readonly Uint8Array[])[];
  /** For each burst: whether datagrams are merged; left out: never. Only a bench can switch it. */
  readonly uro?: readonly boolean[];
  /** Milliseconds to wait after each burst; not used with a window. */
  readonly pauseMs: number;
  /** What the device may drop, and so is not waited for. */
  readonly drops: Capabilities['drops'];
}

export type WireRequest = OpenRequest | BenchRequest | PlayRequest;

/** What a bench can do. */
export interface Benched {
  /** Its kernel can merge plain UDP in the requested way. */
  readonly canUro: boolean;
}

export interface Opened {
  readonly capture: BackEnd;
  /** It can show merged datagrams of plain UDP. */
  readonly showsUro: boolean;
}

export interface Played {
  /** The frames that arrived after each burst. */
  readonly captured: readonly (readonly CapturedFrame[])[];
  /** Frames that the capture lost; undefined: unknown. */
  readonly drops: number | undefined;
  readonly voids: number;
}

export type WireAnswer =
  | { readonly number: number; readonly value: unknown }
  | {
      readonly number: number;
      readonly failure: { readonly kind: 'usage' | 'wire' | 'bug'; readonly message: string; readonly hint: string };
    };
