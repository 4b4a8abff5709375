/**
 * The wire: two macvtap devices on the ends of a veth pair, in a network namespace that ends with this process. QEMU gets one,
 * this process writes frames to the other. Both put a virtio header before each frame by default, so opening them is enough.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { checksumPlaceOf } from '../../../reference-impl/virtio/checksum-place.ts';
import { HeaderFlag } from '../../../reference-impl/virtio/net-header.ts';
import { u16 } from '../../../reference-impl/wire/bytes.ts';
import { parseSegment, Segment } from '../../../reference-impl/wire/segment.ts';
import { UsageError } from '../../base/errors.ts';

/** The kernel's virtio header. All zero: no checksum to fill in or to trust. */
const KERNEL_HEADER = 10;
const SHORTEST_FRAME = 14;
/** The largest MTU of a veth device, and the Ethernet header. */
const LONGEST_FRAME: number = 65_535 + 14;
const TRIES = 5;
/** A line of /proc/net/dev. */
const Column = { receivedDropped: 3, sentDropped: 11 } as const;
const TAG_TYPES: readonly number[] = [0x8100, 0x88a8];
/** The kernel removes a tag on the way, and reads the EtherType after it. */
const SHORTEST_TAGGED_FRAME = 20;

/** Why a frame would not arrive at the other end; undefined if it would. */
export function whyNotCarried(frame: Uint8Array): string | undefined {
  const { length } = frame;
  if (length < SHORTEST_FRAME) return `a frame of ${length} bytes does not pass through macvtap`;
  if (length > LONGEST_FRAME) return `a frame of ${length} bytes is longer than a veth device takes`;
  const isTagged = TAG_TYPES.includes(u16(frame, 12));
  if (isTagged && length < SHORTEST_TAGGED_FRAME) return `the kernel drops a tagged frame of ${length} bytes`;
  return undefined;
}

/** This process chooses the device numbers. They name the files in /dev for all namespaces. */
const SET_UP = `
set -e
mount -t sysfs none /sys 2>/dev/null || true
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
ip link add v0 type veth peer name v1
ip link set v0 mtu 65535
ip link set v1 mtu 65535
ip link add index "$1" link v0 name m0 type macvtap mode passthru
ip link add index "$2" link v1 name m1 type macvtap mode passthru
for i in m0 m1; do ip link set $i txqueuelen 10000; done
for i in v0 v1 m0 m1; do ip link set $i up promisc on; done
echo "ready $(cat /sys/class/net/m0/tap"$1"/dev) $(cat /sys/class/net/m1/tap"$2"/dev)"
exec cat
`;

export class MacvtapPair {
  /** QEMU's end, for a child process to inherit. */
  readonly qemuEnd: number;
  readonly #ours: number;
  readonly #holder: ChildProcess;
  readonly #ended: Promise<void>;
  #isOpen = true;

  private constructor(holder: ChildProcess, ended: Promise<void>, qemuEnd: number, ours: number) {
    this.#holder = holder;
    this.#ended = ended;
    this.qemuEnd = qemuEnd;
    this.#ours = ours;
  }

  /** `directory` is for device files if /dev has none. Throws UsageError if the kernel or the rights do not allow it. */
  static async open(directory: string): Promise<MacvtapPair> {
    let last = '';
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const first = 100_000 + 2 * Math.floor(Math.random() * 400_000);
      const opened = await tryOpen(directory, first);
      if (typeof opened !== 'string') return MacvtapPair.#from(opened);
      last = opened;
    }
    throw new UsageError(
      `cannot create a macvtap device in a network namespace: ${last || 'no reason given'}`,
      'rsc-conformance doctor lists what the target qemu needs',
    );
  }

  static #from({ holder, ended, ends }: Opened): MacvtapPair {
    return new MacvtapPair(holder, ended, ends[0], ends[1]);
  }

  /**
   * False: there is no room now. Throws if the kernel does not accept the frame at all. The header marks a frame whose TCP
   * checksum was left to offload.
   */
  send(frame: Uint8Array, isPartial = false): boolean {
    const bytes = Buffer.alloc(KERNEL_HEADER + frame.length);
    if (isPartial) markPartial(bytes, frame);
    bytes.set(frame, KERNEL_HEADER);
    try {
      // Never blocking: a writer that filled the send buffer is not woken up again.
      writeSync(this.#ours, bytes);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
      throw error;
    }
  }

  /**
   * Frames that the kernel has dropped on their way so far. Its queue of received frames is shared by everything that this
   * machine's processors receive, in any namespace.
   */
  get lost(): number {
    const lines = readFileSync(`/proc/${this.#holder.pid}/net/dev`, 'utf8').split('\n');
    const count = (device: string, column: number): number => {
      const [, numbers = ''] = lines.find((line) => line.trim().startsWith(`${device}:`))?.split(':') ?? [];
      return Number(numbers.trim().split(/\s+/)[column] ?? 0);
    };
    return count('v1', Column.sentDropped) + count('m0', Column.receivedDropped);
  }

  /** The namespace goes with its last process, and both devices with it. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.qemuEnd);
    closeSync(this.#ours);
    this.#holder.stdin?.end();
    await this.#ended;
  }
}

/** virtio 1.2, 5.1.6.2: NEEDS_CSUM, and where the sum starts and goes. */
function markPartial(header: Buffer, frame: Uint8Array): void {
  const place = checksumPlaceOf(parseSegment(frame, new Segment()));
  if (place === undefined) return;
  header.writeUInt8(HeaderFlag.needsCsum, 0);
  header.writeUInt16LE(place.start, 6);
  header.writeUInt16LE(place.offset, 8);
}

interface Opened {
  readonly holder: ChildProcess;
  readonly ended: Promise<void>;
  readonly ends: readonly [number, number];
}

/** A string: why not. */
async function tryOpen(directory: string, first: number): Promise<Opened | string> {
  const numbers = [first, first + 1] as const;
  // Its standard input is a pipe of this process: however this process ends, it reads the end of the pipe, and ends.
  const holder = spawn('unshare', ['--net', '--mount', 'sh', '-c', SET_UP, 'sh', ...numbers.map(String)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  holder.stdin.on('error', () => {});
  let complaint = '';
  holder.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => {
    holder.on('exit', () => resolve());
    holder.on('error', (error) => {
      complaint += error.message;
      resolve();
    });
  });
  const devices = await Promise.race([readyLine(holder), ended.then(() => undefined)]);
  if (devices === undefined) return complaint.trim().split('\n').at(-1) ?? '';
  const opened: number[] = [];
  try {
    for (const [i, number] of numbers.entries()) {
      const path = deviceFile(directory, number, devices[i] as string);
      opened.push(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
      if (path.startsWith(directory)) rmSync(path, { force: true });
    }
    return { holder, ended, ends: [opened[0] as number, opened[1] as number] };
  } catch (error) {
    for (const file of opened) closeSync(file);
    holder.stdin.end();
    await ended;
    return (error as Error).message;
  }
}

/** Major and minor numbers of both devices, "254:1". */
function readyLine(holder: ChildProcess): Promise<readonly string[]> {
  return new Promise((resolve) => {
    let text = '';
    holder.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const words = /^ready (\d+:\d+) (\d+:\d+)$/m.exec(text);
      if (words !== null) resolve(words.slice(1));
    });
  });
}

/** The file that devtmpfs made; or, if /dev is something else, a new one. */
function deviceFile(directory: string, number: number, device: string): string {
  const usual = `/dev/tap${number}`;
  if (existsSync(usual)) return usual;
  const path = join(directory, `tap${number}`);
  execFileSync('mknod', [path, 'c', ...device.split(':')]);
  return path;
}
