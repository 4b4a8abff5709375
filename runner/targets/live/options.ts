/** Options of a live target. */

import type { UdpGro } from './udp-gro.ts';
import type { BackEnd } from './wire.ts';

export interface LiveOptions {
  readonly capture: BackEnd | undefined;
  readonly inject: string | undefined;
  readonly injectCommand: string | undefined;
  readonly observe: string | undefined;
  readonly dutMac: string | undefined;
  readonly dutIp4: string | undefined;
  readonly dutIp6: string | undefined;
  /** Milliseconds between DPCs; undefined: the default. */
  readonly dpcPauseMs: number | undefined;
  /** Microseconds; undefined: left as it is. */
  readonly groFlushTimeoutUs: number | undefined;
  /** Microseconds of the window method; undefined: the default. */
  readonly windowUs: number | undefined;
  /** How linux-gro merges plain UDP; undefined: the default. */
  readonly udpGro: UdpGro | undefined;
}

export const NO_LIVE_OPTIONS: LiveOptions = {
  capture: undefined,
  inject: undefined,
  injectCommand: undefined,
  observe: undefined,
  dutMac: undefined,
  dutIp4: undefined,
  dutIp6: undefined,
  dpcPauseMs: undefined,
  groFlushTimeoutUs: undefined,
  windowUs: undefined,
  udpGro: undefined,
};
