/** Takes a capture's packets one by one, and reports at the end what offloads did to it. Memory is bounded. */

import { formatAddress } from '../../reference-impl/wire/address.ts';
import { i32, u16 } from '../../reference-impl/wire/bytes.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import type { Packet } from '../captures/packet.ts';
import { advise } from './advice.ts';
import { Connection } from './connection.ts';
import { reportConnection } from './connection-report.ts';
import { Headers, readHeaders } from './headers.ts';
import { excludedBy, hasUnfilled, type LocalSide, localSide, type Side, type Sign, signs } from './local-side.ts';
import type { InspectReport } from './report.ts';
import { SeenSegments } from './seen-segments.ts';
import { UdpTraffic } from './udp-traffic.ts';

/** The most combinations of encapsulations that are counted. */
const MOST_KINDS = 32;
/** The most connections that are kept apart; each takes about 3 KB. */
export const MOST_CONNECTIONS: number = 10_000;

export class Inspector {
  readonly #most: number;
  readonly #headers = new Headers();
  readonly #connections = new Map<string, Connection>();
  #frames = 0;
  readonly #seen = new SeenSegments();
  readonly #udp = new UdpTraffic();
  readonly #encapsulated = new Map<string, number>();
  #tcp = 0;
  #other = 0;
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
    if (headers.encapsulation !== '') this.#enclosed(headers.encapsulation);
    if (kind === 'other') this.#other++;
    else if (kind === 'udp') this.#udp.add(this.#frames, frame, headers);
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
  report(file: string, name: string, dropped?: number): InspectReport {
    const all = [...this.#connections.values()];
    const signsOf = new Map(all.map((connection) => [connection, signs(connection)]));
    const hosts = knownHosts(signsOf);
    const connections = all.map((connection) => {
      const own = signsOf.get(connection) as Sign[];
      return reportConnection(connection, ...decide(connection, own, hosts));
    });
    const udp = this.#udp.report();
    const counts = {
      file,
      frames: this.#frames,
      tcp: this.#tcp,
      udp,
      notTcp: this.#other + udp.frames,
      fragments: this.#fragments,
      headersCut: this.#headersCut,
      broken: this.#broken,
      cut: this.#cut,
      beyondLimit: this.#beyondLimit,
      encapsulated: Object.fromEntries(this.#encapsulated),
    };
    const drops = dropped === undefined ? {} : { dropped };
    return { ...counts, ...drops, connections, ...advise(connections, counts, name) };
  }

  #enclosed(kinds: string): void {
    const known = this.#encapsulated.get(kinds);
    if (known !== undefined || this.#encapsulated.size < MOST_KINDS) this.#encapsulated.set(kinds, (known ?? 0) + 1);
  }

  #addTcp(packet: Packet, headers: Headers): void {
    const { frame } = packet;
    const { addresses, addressLength, tcpOffset } = headers;
    const length = 2 * addressLength;
    const { encapsulation } = headers;
    const forward = keyOf(frame, addresses, addressLength, tcpOffset, false) + encapsulation;
    let connection = this.#connections.get(forward);
    let isFromA = connection !== undefined;
    connection ??= this.#connections.get(keyOf(frame, addresses, addressLength, tcpOffset, true) + encapsulation);
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
        portB: u16(frame, tcpOffset + TcpAt.destinationPort),
        isSynthetic: isZero(frame, 0, 6),
        encapsulation,
        id: this.#connections.size + 1,
      });
      this.#connections.set(forward, connection);
    }
    connection.add(this.#frames, packet, headers, isFromA, this.#seen);
  }
}

/** Addresses and ports, of the frame or of one in the other direction. A string, because a Map compares by it. */
function keyOf(frame: Uint8Array, addresses: number, length: number, tcp: number, isReversed: boolean): string {
  const [first, second] = isReversed ? [addresses + length, addresses] : [addresses, addresses + length];
  const [from, to] = isReversed ? [tcp + TcpAt.destinationPort, tcp] : [tcp, tcp + TcpAt.destinationPort];
  let key = '';
  for (let at = 0; at < length; at += 4) key += `${i32(frame, first + at)},${i32(frame, second + at)},`;
  return `${key}${u16(frame, from)},${u16(frame, to)}`;
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Hosts that captured (true) or did not (false), as some connection shows; left out if connections contradict each other. */
function knownHosts(signsOf: ReadonlyMap<Connection, readonly Sign[]>): Map<string, boolean> {
  const hosts = new Map<string, boolean | undefined>();
  const say = (address: Uint8Array, isLocal: boolean): void => {
    const text = formatAddress(address);
    hosts.set(text, hosts.has(text) && hosts.get(text) !== isLocal ? undefined : isLocal);
  };
  for (const [{ addressA, addressB }, all] of signsOf) {
    const side = excludedBy(all);
    if (side === undefined) continue;
    say(addressA, side === 'a');
    say(addressB, side === 'b');
  }
  return new Map([...hosts].filter((each): each is [string, boolean] => each[1] !== undefined));
}

function decide(
  connection: Connection,
  all: readonly Sign[],
  hosts: ReadonlyMap<string, boolean>,
): [side: LocalSide, why: readonly string[]] {
  const own = localSide(connection, all);
  if (own === 'both') return ['both', ['both directions leave checksums to be filled in, or are marked as sent']];
  const side = own ?? sideOf(connection, all, hosts);
  if (side === undefined) return ['unknown', undecided(connection, all)];
  const why = all.filter(({ local }) => local === side).map((sign) => sign.why);
  const other = side === 'a' ? connection.fromB : connection.fromA;
  return [
    side,
    [
      ...(own === undefined ? ['other connections of this host say so'] : why),
      ...(hasUnfilled(other)
        ? ['the other side’s checksums arrive unfilled: the link between the two is virtual']
        : []),
    ],
  ];
}

/** The side that other connections of the two hosts show, unless the connection's own signs contradict each other. */
function sideOf(connection: Connection, all: readonly Sign[], hosts: ReadonlyMap<string, boolean>): Side | undefined {
  if (all.some(({ excludes }) => excludes)) return undefined;
  const a = hosts.get(formatAddress(connection.addressA));
  const b = hosts.get(formatAddress(connection.addressB));
  if (a === b) return undefined;
  if (a === true || (a === undefined && b === false)) return b === true ? undefined : 'a';
  return a === false || a === undefined ? 'b' : undefined;
}

function undecided({ addressA, addressB }: Connection, all: readonly Sign[]): string[] {
  if (all.some(({ excludes }) => excludes)) return ['the signs contradict each other'];
  return all.map(({ local }) => {
    const host = formatAddress(local === 'a' ? addressA : addressB);
    return `frames of one segment from ${host} have a TCP checksum that was not filled in: ${host} captured them, or a virtual link carried them`;
  });
}
