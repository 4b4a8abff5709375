/** What the host gets: a frame and its out-of-band data. */
export interface Indication {
  /**
   * Bytes that do not change until they are given back (`Coalescer.recycle`). It may be a view of a longer buffer with
   * other frames: copy a frame before you transfer it to another thread, or if you keep only a few for long.
   */
  readonly frame: Uint8Array;
  readonly oob: OutOfBand;
  /** Numbers of the arrivals it is made of, in order; counted from 0 since `reset`. */
  readonly arrivals: number[];
  /** Id of the rule that ended the SCU, or made the frame go alone. */
  readonly endedBy: string;
  /** Its name: several rules can be in one row. */
  readonly endedByName: string;
}

/** NDIS_RSC_NBL_INFO, RscTcpTimestampDelta and the checksum information of a NET_BUFFER_LIST. */
export interface OutOfBand {
  readonly segCount: number;
  readonly dupAckCount: number;
  /** Only if segments with timestamps were merged. */
  readonly timestampDelta?: number;
  /** URO, only if datagrams were merged: their number, and the payload length of all but the last. */
  readonly uroSegCount?: number;
  readonly uroSegSize?: number;
  readonly ipChecksum: 'ok' | 'bad' | 'none';
  /** Of TCP, and of UDP while URO is on. */
  readonly tcpChecksum: 'ok' | 'bad' | 'none' | 'partial';
  /** Checksum fields that the host must ignore: both (1), one, or none (0). */
  readonly valueInvalid: 0 | 1 | 'ip' | 'tcp';
}
