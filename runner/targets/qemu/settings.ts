/** Settings of a QEMU under test. */

export type MachineType = 'pc' | 'q35' | 'microvm';
export type ClockType = 'flush' | 'wall';

export interface QemuSettings {
  /** The program, looked up in PATH. */
  readonly path: string;
  readonly machine: MachineType;
  /** Further arguments. */
  readonly extra: readonly string[];
  readonly clock: ClockType;
  /** How long the device waits before its timer flushes. */
  readonly intervalNs: number;
  /** Receive buffers are merged: VIRTIO_NET_F_MRG_RXBUF. */
  readonly mergeable: boolean;
  /** Milliseconds without progress after which QEMU counts as hanging. */
  readonly timeoutMs: number;
}

/** As long as QEMU allows (32 bits of nanoseconds): its timer never runs in `flush`, unless the machine is paused. */
export const FLUSH_INTERVAL_NS = 4_000_000_000;
/** QEMU's own default. */
export const WALL_INTERVAL_NS = 300_000;

export const DEFAULT_SETTINGS: QemuSettings = {
  path: 'qemu-system-x86_64',
  machine: 'pc',
  extra: [],
  clock: 'flush',
  intervalNs: FLUSH_INTERVAL_NS,
  mergeable: false,
  timeoutMs: 5000,
};
