/**
 * libpcap through the npm package cap: portable, Windows with Npcap included. This module hides its traps. It crashes the
 * process if it is used before `open` or after `close`, or if its buffer is collected. A closed object cannot be opened again.
 * It silently cuts frames to 65,535 bytes, and has neither drop counts nor timestamps.
 * It must not be loaded in a worker thread: it receives nothing there.
 */

import { createRequire } from 'node:module';
import { Ipv4At, Ipv6At } from '../../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../../reference-impl/wire/ipv6.ts';
import type { CapturedFrame, Injector, Observer, WireBackEnd } from './wire.ts';
import { WireError } from './wire.ts';

interface CapObject {
  open(device: string, filter: string, bufferSize: number, buffer: Buffer): string;
  close(): void;
  send(buffer: Buffer, length: number): void;
  setMinBytes?(bytes: number): void;
  on(event: 'packet', listener: (bytes: number, truncated: boolean) => void): void;
}

interface CapModule {
  readonly Cap: { new (): CapObject; findDevice?(address?: string): string | undefined };
}

const SNAPLEN = 65_535;
/** A slot of the ring holds the largest frame, so this is 1,023 of them. */
const RING = 64 << 20;
const MATCHES_NOTHING = 'less 0';

/** Throws if cap is not installed. */
export function loadCap(): WireBackEnd {
  const { Cap } = createRequire(import.meta.url)('cap') as CapModule;
  return {
    name: 'cap',
    openInjector: (name) => new CapInjector(new Cap(), name),
    openObserver: (name) => new CapObserver(new Cap(), name),
  };
}

/** Only an Ethernet interface is accepted, because vectors are Ethernet frames. */
function open(cap: CapObject, name: string, filter: string, ring: number, buffer: Buffer): void {
  let linkType: string;
  try {
    linkType = cap.open(name, filter, ring, buffer);
  } catch (error) {
    throw new WireError(`${name} cannot be opened: ${(error as Error).message}`);
  }
  if (linkType === 'ETHERNET') return;
  cap.close();
  throw new WireError(`${name} is no Ethernet interface (${linkType})`);
}

class CapInjector implements Injector {
  readonly #name: string;
  /** Held for as long as cap has a pointer to it. */
  readonly #scratch = Buffer.alloc(64);
  #cap: CapObject | undefined;

  constructor(cap: CapObject, name: string) {
    this.#name = name;
    // To send, it must be opened. A filter that nothing passes keeps it from capturing.
    open(cap, name, MATCHES_NOTHING, 1 << 16, this.#scratch);
    this.#cap = cap;
  }

  send(frame: Uint8Array): void {
    if (this.#cap === undefined) throw new WireError(`${this.#name} is closed`);
    try {
      this.#cap.send(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), frame.length);
    } catch (error) {
      throw new WireError(`${this.#name} does not send ${frame.length} bytes: ${(error as Error).message}`);
    }
  }

  close(): void {
    this.#cap?.close();
    this.#cap = undefined;
  }
}

class CapObserver implements Observer {
  /** Held for as long as cap has a pointer to it. */
  readonly #buffer = Buffer.alloc(SNAPLEN + 14);
  readonly #frames: CapturedFrame[] = [];
  #cap: CapObject | undefined;

  constructor(cap: CapObject, name: string) {
    open(cap, name, '', RING, this.#buffer);
    this.#cap = cap;
    cap.setMinBytes?.(0);
    cap.on('packet', (length) => {
      const frame = Uint8Array.from(this.#buffer.subarray(0, length));
      this.#frames.push({ frame, isCut: isCutAtSnaplen(frame) });
    });
  }

  take(): CapturedFrame | undefined {
    return this.#frames.shift();
  }

  drops(): undefined {
    return undefined;
  }

  close(): void {
    this.#cap?.close();
    this.#cap = undefined;
  }
}

/** cap reports "truncated" only if this buffer is too short. A frame that its snaplen cut shows only in the IP length. */
export function isCutAtSnaplen(frame: Uint8Array): boolean {
  if (frame.length < SNAPLEN) return false;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let at = 12;
  while ([0x8100, 0x88a8].includes(view.getUint16(at))) at += 4;
  const etherType = view.getUint16(at);
  const ip = at + 2;
  const end =
    etherType === 0x0800
      ? ip + view.getUint16(ip + Ipv4At.totalLength)
      : ip + IPV6_HEADER + view.getUint16(ip + Ipv6At.payloadLength);
  return (etherType === 0x0800 || etherType === 0x86dd) && end > frame.length;
}
