/** One QEMU with its process, memory, wire and device. No guest runs: its only processor is halted. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { GuestMemory } from './guest-memory.ts';
import { MacvtapPair } from './macvtap-pair.ts';
import { MmioTransport } from './mmio-transport.ts';
import { MEMORY_SIZE, NetworkDevice } from './network-device.ts';
import { PciTransport } from './pci-transport.ts';
import { Qtest, QtestError } from './qtest.ts';
import type { QemuSettings } from './settings.ts';

const ROM_SIZE = 65_536;
/** cli; hlt; jmp to the hlt: at the address where a PC's processor starts. */
const HALT = [0xfa, 0xf4, 0xeb, 0xfd];
const MEBIBYTE = 1024 * 1024;
const MEMORY: number = Math.ceil(MEMORY_SIZE / MEBIBYTE) * MEBIBYTE;
const LAST_WORDS = 4000;
const PATIENCE_MS = 10_000;

export class Machine {
  readonly device: NetworkDevice;
  readonly wire: MacvtapPair;
  readonly qtest: Qtest;
  readonly #parts: Parts;

  private constructor(parts: Parts, wire: MacvtapPair, qtest: Qtest, device: NetworkDevice) {
    this.#parts = parts;
    this.wire = wire;
    this.qtest = qtest;
    this.device = device;
  }

  /** Rejects with QtestError, which has QEMU's last message, or with UsageError if this machine cannot run it. */
  static async start(settings: QemuSettings): Promise<Machine> {
    const parts = new Parts();
    try {
      const wire = await parts.openWire();
      const memory = parts.openMemory();
      const rom = parts.writeRom();
      const qtest = parts.spawn(settings.path, argumentsOf(settings, memory.path, rom), wire.qemuEnd);
      const alive = parts.withLastWords(qtest.ask('endianness'));
      await inTime(alive, 'QEMU does not answer on its qtest connection');
      // QEMU has opened its files: nothing is left over, however this process ends.
      parts.removeFiles();
      const { machine } = settings;
      const transport = await (machine === 'microvm' ? MmioTransport.find(qtest) : PciTransport.find(qtest));
      return new Machine(parts, wire, qtest, new NetworkDevice(memory, transport));
    } catch (error) {
      await parts.close();
      throw error;
    }
  }

  /** How QEMU ended, with its last message; undefined while it runs. */
  get obituary(): string | undefined {
    return this.#parts.obituary;
  }

  get pid(): number {
    return this.#parts.pid;
  }

  /** Waits for the exit status of a QEMU that closed its connection. */
  async end(): Promise<string> {
    return this.#parts.end();
  }

  async close(): Promise<void> {
    this.qtest.close();
    await this.#parts.close();
  }
}

/** What must be undone so far. */
class Parts {
  readonly #directory: string = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rsc-conformance-'));
  #wire: MacvtapPair | undefined;
  #memory: GuestMemory | undefined;
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #words = '';
  obituary: string | undefined;
  /** QEMU ends with this process, however that ends. */
  readonly #onExit = (): void => {
    this.#process?.kill('SIGKILL');
    this.removeFiles();
  };

  constructor() {
    process.on('exit', this.#onExit);
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  async openWire(): Promise<MacvtapPair> {
    this.#wire = await MacvtapPair.open(this.#directory);
    return this.#wire;
  }

  openMemory(): GuestMemory {
    this.#memory = new GuestMemory(join(this.#directory, 'memory'), MEMORY);
    return this.#memory;
  }

  writeRom(): string {
    const rom = new Uint8Array(ROM_SIZE).fill(0xf4);
    rom.set(HALT, ROM_SIZE - 16);
    const path = join(this.#directory, 'rom');
    writeFileSync(path, rom);
    return path;
  }

  spawn(path: string, args: readonly string[], tap: number): Qtest {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', path, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', tap, 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#words = (this.#words + chunk.toString()).slice(-LAST_WORDS);
      });
    }
    this.#exited = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        this.obituary = this.#describe(signal === null ? `with status ${code}` : `by ${signal}`);
        resolve();
      });
      child.on('error', (error) => {
        this.#words += error.message;
      });
    });
    return new Qtest(child.stdio[4] as Duplex);
  }

  /** A failed connection does not show the cause: what QEMU printed before does. */
  async withLastWords<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch {
      throw new QtestError(await this.end());
    }
  }

  async end(): Promise<string> {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, 1000).unref());
    await Promise.race([this.#exited, patience]);
    return this.obituary ?? this.#describe('');
  }

  async close(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    if (this.obituary === undefined) this.#process?.kill('SIGKILL');
    await this.#exited;
    await this.#wire?.close();
    this.#memory?.close();
    this.removeFiles();
  }

  removeFiles(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #describe(how: string): string {
    const words = this.#words.trim().split('\n').slice(-3).join(' / ');
    const end = how === '' ? 'QEMU closed its qtest connection' : `QEMU ended ${how}`;
    return words === '' ? end : `${end}: ${words}`;
  }
}

function argumentsOf(settings: QemuSettings, memory: string, rom: string): string[] {
  const { machine, intervalNs, extra } = settings;
  const network = `netdev=n0,mac=52:54:00:12:34:56,guest_rsc_ext=on,rsc_interval=${intervalNs},rx_queue_size=1024`;
  const kind =
    machine === 'microvm'
      ? ['-machine', 'microvm,pit=off,pic=off,rtc=off,isa-serial=off,memory-backend=ram']
      : ['-machine', `${machine},memory-backend=ram`];
  const device =
    machine === 'microvm'
      ? ['-global', 'virtio-mmio.force-legacy=false', '-device', `virtio-net-device,${network}`]
      : ['-device', `virtio-net-pci,disable-legacy=on,vectors=0,romfile=,${network}`];
  return [
    ...kind,
    // Debian ships no qtest accelerator; its protocol works under any.
    ...['-accel', 'tcg', '-bios', rom, '-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-m', `${MEMORY / MEBIBYTE}M`],
    ...['-object', `memory-backend-file,id=ram,size=${MEMORY},mem-path=${memory},share=on`],
    // QEMU 7.2 takes a chardev for qtest only by this name.
    ...['-chardev', 'socket,id=qtest,fd=4', '-qtest', 'chardev:qtest', '-qtest-log', 'none'],
    ...['-netdev', 'tap,id=n0,fd=3'],
    ...device,
    ...extra,
  ];
}

async function inTime<T>(promise: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QtestError(complaint)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
