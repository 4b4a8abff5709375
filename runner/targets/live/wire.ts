/** What a capture back end is: one end that sends whole Ethernet frames, one that sees them arrive. */

export interface CapturedFrame {
  readonly frame: Uint8Array;
  /** Bytes of the frame are missing: the back end cannot hold it whole. */
  readonly isCut: boolean;
  /** The TCP checksum field holds only the pseudo-header sum; undefined: the back end does not say. */
  readonly isPartial?: boolean;
  /** Payload of each merged segment but the last, in bytes; 0: not merged; undefined: the back end does not say. */
  readonly segmentSize?: number;
  /** What was merged are datagrams of UDP. */
  readonly isDatagrams?: boolean;
  /** The host need not verify its checksum. */
  readonly isValidated?: boolean;
}

export interface Injector {
  /** Sends one frame. Throws WireError where it was not sent. */
  send(frame: Uint8Array): void;
  close(): void;
}

export interface Observer {
  /** The next frame that arrived; undefined: none is there now. Never waits. */
  take(): CapturedFrame | undefined;
  /** Frames that were seen but lost before they could be taken, since asked last; undefined: not known. */
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

/** The wire failed, not the device: sending was refused, a socket could not be opened. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** A frame came out that the back end cannot show; it is lost. */
export class NotShownError extends WireError {}
