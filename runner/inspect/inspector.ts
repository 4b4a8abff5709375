/** Takes a capture's packets one by one and says in the end what offloads did to it. Memory is bounded. */

import { formatAddress } from '../../reference-impl/wire/address.ts';
import { i32, u16 } from '../../reference-impl/wire/bytes.ts';
import type { Packet } from '../captures/packet.ts';
import { advise } from './advice.ts';
import { checksumState } from './checksum-state.ts';
import { Connection } from './connection.ts';
import { reportConnection } from './connection-report.ts';
import { Headers, readHeaders } from './headers.ts';
import { type LocalSide, localSide, type Sign, signs, weightOf } from './local-side.ts';
import type { InspectReport } from './report.ts';

/** Connections that are kept apart: some 3 KB each. */
export const MOST_CONNECTIONS: number = 10_000;
/** The sum of a host's signs that decides where a connection's own say too little. */
const ENOUGH = 3;

export class Inspector {
  readonly #most: number;
  readonly #headers = new Headers();
  readonly #connections = new Map<string, Connection>();
  #frames = 0;
  #tcp = 0;
  #notTcp = 0;
  #fragments = 0;
  #headersCut = 0;
  #broken = 0;
  #cut = 0;
  #beyondLimit = 0;

  constructor(mostConnections: number = MOST_CONNECTIONS) {
    this.#most = mostConnections;
  }

  /** Reads the packet and keeps nothing of its bytes. Takes any bytes. */
  add(packet: Packet): void {
    const headers = this.#headers;
    const { frame, originalLength } = packet;
    this.#frames++;
    const kind = readHeaders(frame, Math.max(originalLength, frame.length), headers);
    if (kind === 'not-tcp') this.#notTcp++;
    else if (kind === 'fragment') this.#fragments++;
    else if (kind === 'cut') this.#headersCut++;
    else if (kind === 'broken') this.#broken++;
    else {
      this.#tcp++;
      if (headers.isCut) this.#cut++;
      this.#addTcp(packet, headers);
    }
  }

  /** `name`: the interface in the commands. */
  report(file: string, name: string): InspectReport {
    const all = [...this.#connections.values()];
    const signsOf = new Map(all.map((connection) => [connection, signs(connection)]));
    const hosts = hostWeights(signsOf);
    const connections = all.map((connection) => {
      const own = signsOf.get(connection) as Sign[];
      return reportConnection(connection, ...decide(connection, own, hosts));
    });
    const counts = {
      file,
      frames: this.#frames,
      tcp: this.#tcp,
      notTcp: this.#notTcp,
      fragments: this.#fragments,
      headersCut: this.#headersCut,
      broken: this.#broken,
      cut: this.#cut,
      beyondLimit: this.#beyondLimit,
    };
    return { ...counts, connections, ...advise(connections, counts, name) };
  }

  #addTcp(packet: Packet, headers: Headers): void {
    const { frame } = packet;
    const { addresses, addressLength, tcpOffset } = headers;
    const length = 2 * addressLength;
    const forward = keyOf(frame, addresses, addressLength, tcpOffset, false);
    let connection = this.#connections.get(forward);
    let isFromA = connection !== undefined;
    connection ??= this.#connections.get(keyOf(frame, addresses, addressLength, tcpOffset, true));
    if (connection === undefined) {
      if (this.#connections.size >= this.#most) {
        this.#beyondLimit++;
        return;
      }
      isFromA = true;
      connection = new Connection({
        a: frame.slice(addresses, addresses + addressLength),
        b: frame.slice(addresses + addressLength, addresses + length),
        portA: u16(frame, tcpOffset),
        portB: u16(frame, tcpOffset + 2),
        isSynthetic: isZero(frame, 0, 6),
      });
      this.#connections.set(forward, connection);
    }
    connection.add(packet, headers, checksumState(frame, headers), isFromA);
  }
}

/** Addresses and ports, of the frame or of one in the other direction. A string, because a Map compares by it. */
function keyOf(frame: Uint8Array, addresses: number, length: number, tcp: number, isReversed: boolean): string {
  const [first, second] = isReversed ? [addresses + length, addresses] : [addresses, addresses + length];
  const [from, to] = isReversed ? [tcp + 2, tcp] : [tcp, tcp + 2];
  let key = '';
  for (let at = 0; at < length; at += 4) key += `${i32(frame, first + at)},${i32(frame, second + at)},`;
  return `${key}${u16(frame, from)},${u16(frame, to)}`;
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** What all connections of a host say of it: positive where it ran the capture. */
function hostWeights(signsOf: ReadonlyMap<Connection, readonly Sign[]>): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [{ addressA, addressB }, all] of signsOf) {
    const towardsA = weightOf(all, 'a') - weightOf(all, 'b');
    for (const [address, weight] of [
      [addressA, towardsA],
      [addressB, -towardsA],
    ] as const) {
      const text = formatAddress(address);
      weights.set(text, (weights.get(text) ?? 0) + weight);
    }
  }
  return weights;
}

function decide(
  connection: Connection,
  all: readonly Sign[],
  hosts: ReadonlyMap<string, number>,
): [side: LocalSide, why: readonly string[]] {
  const own = localSide(connection, all);
  if (own === 'both') return ['both', ['both directions leave checksums to be filled in, or are marked as sent']];
  if (own !== undefined) return [own, all.filter(({ local }) => local === own).map(({ why }) => why)];
  const a = hosts.get(formatAddress(connection.addressA)) ?? 0;
  const b = hosts.get(formatAddress(connection.addressB)) ?? 0;
  if (Math.abs(a - b) < ENOUGH) return ['unknown', []];
  return [a > b ? 'a' : 'b', ['other connections of this host say so']];
}
