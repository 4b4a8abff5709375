/**
 * Packet sockets of Linux (packet(7)), by FFI: frames of any size whole, a drop counter, and the virtio_net_hdr in which
 * the kernel says how large the merged segments were and whether the TCP checksum was filled in.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CapturedFrame, Injector, Observer, WireBackEnd } from './wire.ts';
import { NotShownError, WireError } from './wire.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_STATISTICS = 6;
const PACKET_AUXDATA = 8;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const EAGAIN = 11;
const EINVAL = 22;

/** struct virtio_net_hdr in front of every frame. */
const VNET_HEADER = 10;
const VNET_NEEDS_CSUM = 1;
const VNET_DATA_VALID = 2;
/** VIRTIO_NET_HDR_GSO_UDP_L4, without the ECN bit. */
const VNET_GSO_UDP_L4 = 5;
/** struct tpacket_auxdata after a cmsghdr of 16 bytes. */
const AUXDATA_TYPE_AT = 12;
const AUXDATA_AT = 16;
const VLAN_VALID = 0x10;
const VLAN_TPID_VALID = 0x40;
const DEFAULT_TPID = 0x8100;

/** IP's 65,535 bytes with link header and tags, and room to detect longer frames. */
const LARGEST_FRAME = 65_535 + 14 + 8 + 64;
const RECEIVE_BUFFER = 256 << 20;
const SEND_BUFFER = 64 << 20;
/** V8 may move typed arrays of up to 64 bytes; these stay where they are. */
const STABLE = 128;

interface Library {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number | bigint;
  recvmsg(fd: number, message: Uint8Array, flags: number): number | bigint;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number;
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array): number;
  close(fd: number): number;
  addressOf(bytes: Uint8Array): bigint;
  errno(): number;
}

/** Throws if koffi is not installed, or if this is not a 64-bit Linux. */
export function loadAfPacket(): WireBackEnd {
  if (process.platform !== 'linux') throw new WireError('packet sockets exist on Linux only');
  const library = loadLibrary();
  return {
    name: 'af-packet',
    openInjector: (name) => new PacketInjector(library, name),
    openObserver: (name, { promiscuous }) => new PacketObserver(library, name, promiscuous),
  };
}

function loadLibrary(): Library {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  if (koffi.sizeof('void *') !== 8) throw new WireError('packet sockets are used on 64-bit systems only');
  const c = koffi.load(null);
  return {
    socket: c.func('int socket(int, int, int)'),
    bind: c.func('int bind(int, void *, uint32_t)'),
    send: c.func('int64_t send(int, void *, uint64_t, int)'),
    recvmsg: c.func('int64_t recvmsg(int, void *, int)'),
    setsockopt: c.func('int setsockopt(int, int, int, void *, uint32_t)'),
    getsockopt: c.func('int getsockopt(int, int, int, void *, void *)'),
    close: c.func('int close(int)'),
    addressOf: (bytes) => BigInt(koffi.address(bytes) as bigint),
    errno: () => koffi.errno(),
  };
}

function openSocket(library: Library, name: string, protocol: number): number {
  const index = interfaceIndex(name);
  // Protocol 0 until it is bound; otherwise frames of every interface would be queued.
  const fd = library.socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) throw failure(library, 'a packet socket cannot be opened');
  const address = Buffer.alloc(STABLE);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(protocol, 2);
  address.writeInt32LE(index, 4);
  if (protocol !== 0) prepareReceiver(library, fd);
  if (library.bind(fd, address, 20) !== 0) {
    const error = failure(library, `a packet socket cannot be bound to ${name}`);
    library.close(fd);
    throw error;
  }
  return fd;
}

function prepareReceiver(library: Library, fd: number): void {
  const options = [
    [SOL_PACKET, PACKET_VNET_HDR, 1],
    [SOL_PACKET, PACKET_AUXDATA, 1],
    [SOL_PACKET, PACKET_IGNORE_OUTGOING, 1],
  ] as const;
  for (const [level, option, value] of options) {
    if (library.setsockopt(fd, level, option, int32(value), 4) === 0) continue;
    const error = failure(library, `packet socket option ${option} is refused`);
    library.close(fd);
    throw error;
  }
  // Not allowed inside a user namespace: then the default buffer is used, and loss is counted.
  library.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, int32(RECEIVE_BUFFER), 4);
}

class PacketInjector implements Injector {
  readonly #library: Library;
  readonly #name: string;
  #fd: number;

  constructor(library: Library, name: string) {
    this.#library = library;
    this.#name = name;
    this.#fd = openSocket(library, name, 0);
    library.setsockopt(this.#fd, SOL_SOCKET, SO_SNDBUFFORCE, int32(SEND_BUFFER), 4);
  }

  send(frame: Uint8Array): void {
    if (this.#fd < 0) throw new WireError(`${this.#name} is closed`);
    const sent = Number(this.#library.send(this.#fd, frame, frame.length, 0));
    if (sent !== frame.length) throw failure(this.#library, `${this.#name} does not send ${frame.length} bytes`);
  }

  close(): void {
    if (this.#fd >= 0) this.#library.close(this.#fd);
    this.#fd = -1;
  }
}

class PacketObserver implements Observer {
  readonly #library: Library;
  readonly #bytes = Buffer.alloc(VNET_HEADER + LARGEST_FRAME);
  readonly #control = Buffer.alloc(STABLE);
  readonly #vector = Buffer.alloc(STABLE);
  readonly #message = Buffer.alloc(STABLE);
  #fd: number;

  constructor(library: Library, name: string, promiscuous: boolean) {
    this.#library = library;
    this.#fd = openSocket(library, name, ETH_P_ALL);
    if (promiscuous) {
      // struct packet_mreq; the kernel takes it back when the socket is closed.
      const request = Buffer.alloc(STABLE);
      request.writeInt32LE(interfaceIndex(name), 0);
      request.writeUInt16LE(1, 4);
      library.setsockopt(this.#fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, 16);
    }
    this.#vector.writeBigUInt64LE(library.addressOf(this.#bytes), 0);
    this.#vector.writeBigUInt64LE(BigInt(this.#bytes.length), 8);
  }

  take(): CapturedFrame | undefined {
    if (this.#fd < 0) return undefined;
    this.#writeMessage();
    const library = this.#library;
    const length = Number(library.recvmsg(this.#fd, this.#message, MSG_DONTWAIT | MSG_TRUNC));
    if (length < 0) {
      const errno = library.errno();
      if (errno === EAGAIN) return undefined;
      // Before Linux 6.2 (commit 860b7f27b8f7) the virtio header had no type for a unit of datagrams.
      if (errno === EINVAL)
        throw new NotShownError('the kernel cannot show a frame that came out: Linux 6.2 and newer can');
      throw failure(library, 'frames cannot be received');
    }
    if (length < VNET_HEADER) return undefined;
    const bytes = this.#bytes;
    return {
      frame: this.#withTag(bytes.subarray(VNET_HEADER, Math.min(length, bytes.length))),
      isCut: length > bytes.length,
      isPartial: ((bytes[0] as number) & VNET_NEEDS_CSUM) !== 0,
      isValidated: ((bytes[0] as number) & VNET_DATA_VALID) !== 0,
      segmentSize: bytes[1] === 0 ? 0 : bytes.readUInt16LE(4),
      isDatagrams: ((bytes[1] as number) & 0x7f) === VNET_GSO_UDP_L4,
    };
  }

  /** Reading the counter clears it. */
  drops(): number | undefined {
    const value = Buffer.alloc(STABLE);
    const length = Buffer.alloc(STABLE);
    length.writeUInt32LE(8, 0);
    if (this.#library.getsockopt(this.#fd, SOL_PACKET, PACKET_STATISTICS, value, length) !== 0) return undefined;
    return value.readUInt32LE(4);
  }

  close(): void {
    if (this.#fd >= 0) this.#library.close(this.#fd);
    this.#fd = -1;
  }

  /** struct msghdr: recvmsg writes into it, so it is written again each time. */
  #writeMessage(): void {
    const message = this.#message;
    message.fill(0, 0, 56);
    this.#control.fill(0, 0, 64);
    message.writeBigUInt64LE(this.#library.addressOf(this.#vector), 16);
    message.writeBigUInt64LE(1n, 24);
    message.writeBigUInt64LE(this.#library.addressOf(this.#control), 32);
    message.writeBigUInt64LE(64n, 40);
  }

  /** A copy. The kernel removes the outer VLAN tag before a packet socket sees the frame, and reports it beside the frame. */
  #withTag(frame: Uint8Array): Uint8Array {
    const control = this.#control;
    const hasAuxdata = control.readInt32LE(8) === SOL_PACKET && control.readInt32LE(AUXDATA_TYPE_AT) === PACKET_AUXDATA;
    const status = hasAuxdata ? control.readUInt32LE(AUXDATA_AT) : 0;
    if ((status & VLAN_VALID) === 0 || frame.length < 12) return Uint8Array.from(frame);
    const tagged = new Uint8Array(frame.length + 4);
    tagged.set(frame.subarray(0, 12), 0);
    tagged.set(frame.subarray(12), 16);
    const tpid = (status & VLAN_TPID_VALID) !== 0 ? control.readUInt16LE(AUXDATA_AT + 18) : DEFAULT_TPID;
    const tci = control.readUInt16LE(AUXDATA_AT + 16);
    tagged.set([tpid >> 8, tpid & 0xff, tci >> 8, tci & 0xff], 12);
    return tagged;
  }
}

function interfaceIndex(name: string): number {
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8'));
  } catch {
    throw new WireError(`there is no network interface ${name}`);
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(STABLE);
  bytes.writeInt32LE(value, 0);
  return bytes;
}

const ERRNO: Readonly<Record<number, string>> = {
  1: 'not permitted',
  11: 'its send buffer is full',
  13: 'not permitted',
  22: 'invalid',
  90: 'longer than its MTU',
  100: 'the interface is down',
  105: 'its queue is full',
};

function failure(library: Library, what: string): WireError {
  const errno = library.errno();
  return new WireError(`${what}: ${ERRNO[errno] ?? `errno ${errno}`}`);
}
