/** A capture back end: one end sends whole Ethernet frames, the other sees them arrive. */

export interface CapturedFrame {
  readonly frame: Uint8Array;
  /** Bytes of the frame are missing: it is too long for the back end. */
  readonly isCut: boolean;
  /** The TCP checksum field has only the pseudo-header sum; undefined: the back end does not report it. */
  readonly isPartial?: boolean;
  /** Payload bytes of each merged segment but the last; 0: not merged; undefined: the back end does not report it. */
  readonly segmentSize?: number;
  /** The merged frames are UDP datagrams. */
  readonly isDatagrams?: boolean;
  /** The host need not verify its checksum. */
  readonly isValidated?: boolean;
}

export interface Injector {
  /** Sends one frame. Throws WireError if it was not sent. */
  send(frame: Uint8Array): void;
  close(): void;
}

export interface Observer {
  /** The next frame that arrived, or undefined. Never waits. */
  take(): CapturedFrame | undefined;
  /** Frames that were seen but lost before they could be taken, since the last call; undefined: unknown. */
  drops(): number | undefined;
  close(): void;
}

export const BACK_ENDS = ['af-packet', 'cap'] as const;
export type BackEnd = (typeof BACK_ENDS)[number];

export interface WireBackEnd {
  readonly name: BackEnd;
  openInjector(networkInterface: string): Injector;
  openObserver(networkInterface: string, options: { readonly promiscuous: boolean }): Observer;
}

/** The wire failed, not the device: sending was refused, or a socket could not be opened. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** A frame came out that the back end cannot show; it is lost. */
export class NotShownError extends WireError {}
