/**
 * A second implementation, written from the rules without code of the reference: as small as a driver's receive path,
 * with faults that can be switched on. The fault dictionary contains none of them, so they show whether diagnosis
 * explains other coalescers than the suite's own.
 */

import type { FrameStep } from '../../reference-impl/step.ts';
import type { OwnIndication, Subject } from '../../runner/selfcheck/subject.ts';

/** Each is one mistake in the code below. */
export const OTHER_FAULTS = [
  'ttl-of-first',
  'psh-lost',
  'window-of-first',
  'ack-of-first',
  'ecn-unseen',
  'ece-cwr-unseen',
  'padding-kept',
  'syn-fin-unseen',
  'reserved-bits-unseen',
  'ip-options-overtake',
  'all-overtake',
  'sequence-unseen',
  'length-of-first',
  'checksum-of-first',
  'bad-checksum-merged',
  'never-flushed',
  'dscp-unseen',
  'switch-off-ignored',
  'count-one-more',
  'fragments-merged',
  'others-dropped',
  'last-byte-lost',
  'no-limit',
  'older-ack-merged',
  'old-data-dropped',
  'flow-label-unseen',
  'newest-unit-first',
  'unit-twice',
  'third-segment-lost',
  'ipv6-count-missing',
  'id-of-last',
  'verdict-always-ok',
  'df-unseen',
] as const;

export type OtherFault = (typeof OTHER_FAULTS)[number];

interface Parsed {
  readonly raw: Buffer;
  readonly isV4: boolean;
  readonly isTcp: boolean;
  readonly isFragment: boolean;
  readonly hasExtras: boolean;
  readonly ip: number;
  readonly tcp: number;
  readonly data: number;
  readonly end: number;
  readonly key: string;
  readonly isSound: boolean;
}

interface Unit {
  readonly first: Parsed;
  readonly parts: Parsed[];
  nxt: number;
}

export function otherCoalescer(fault?: OtherFault): Subject {
  return (steps) => new Receiver(fault).play(steps);
}

class Receiver {
  readonly #fault: OtherFault | undefined;
  #units: Unit[] = [];
  #due: Omit<OwnIndication, 'step'>[] = [];
  readonly #on = { v4: true, v6: true };
  readonly #numbers = new Map<Parsed, number>();

  constructor(fault: OtherFault | undefined) {
    this.#fault = fault;
  }

  play(steps: readonly FrameStep[]): ReturnType<Subject> {
    const indications: OwnIndication[] = [];
    let arrival = 0;
    steps.forEach((step, index) => {
      if ('rx' in step) {
        const parsed = read(Buffer.from(step.rx));
        this.#numbers.set(parsed, arrival++);
        this.#receive(parsed, step.ipsec === true || step.csum !== undefined);
        return;
      }
      if ('dpc' in step && !(this.#has('never-flushed') && index < steps.length - 1)) this.#flush(() => true);
      if ('set' in step) this.#set(step.set);
      if (!('dpc' in step) && !('set' in step)) return;
      for (const one of this.#due) indications.push({ ...one, step: index });
      this.#due = [];
    });
    return { indications, statistics: undefined };
  }

  #has(fault: OtherFault): boolean {
    return this.#fault === fault;
  }

  #set({ rsc4, rsc6, rxcsum }: Extract<FrameStep, { set: unknown }>['set']): void {
    this.#on.v4 = rsc4 ?? this.#on.v4;
    this.#on.v6 = rsc6 ?? this.#on.v6;
    if (this.#has('switch-off-ignored')) return;
    this.#flush(({ first }) => rxcsum !== undefined || !(first.isV4 ? this.#on.v4 : this.#on.v6));
  }

  #receive(one: Parsed, isMarked: boolean): void {
    if (!one.isTcp) {
      if (!this.#has('others-dropped') || one.isFragment) this.#alone(one);
      return;
    }
    const held = this.#units.find(({ first }) => first.key === one.key);
    if (isMarked || this.#isException(one) || !(one.isV4 ? this.#on.v4 : this.#on.v6)) {
      const isLeft = this.#has('all-overtake') || (this.#has('ip-options-overtake') && one.hasExtras);
      if (held !== undefined && !isLeft) this.#end(held);
      this.#alone(one);
      return;
    }
    if (held !== undefined && this.#has('old-data-dropped') && distance(seqOf(one), held.nxt) < 0 && one.end > one.data)
      return;
    if (held !== undefined && this.#joins(held, one)) {
      if (this.#has('third-segment-lost') && held.parts.length === 2) {
        held.nxt = (held.nxt + one.end - one.data) >>> 0;
        return;
      }
      held.parts.push(one);
      held.nxt = (held.nxt + one.end - one.data) >>> 0;
      return;
    }
    if (held !== undefined) this.#end(held);
    if (one.end === one.data) this.#alone(one);
    else this.#units.push({ first: one, parts: [one], nxt: (seqOf(one) + one.end - one.data) >>> 0 });
  }

  #isException(one: Parsed): boolean {
    const flags = one.raw.readUInt16BE(one.tcp + 12) & 0xfff;
    if (!one.isSound && !this.#has('bad-checksum-merged')) return true;
    if (one.hasExtras) return true;
    if (one.isFragment && !this.#has('fragments-merged')) return true;
    if ((flags & 0xf00) !== 0 && !this.#has('reserved-bits-unseen')) return true;
    if ((flags & 0x27) !== 0 && !this.#has('syn-fin-unseen')) return true;
    return (flags & 0x10) === 0 || one.data - one.tcp !== 20;
  }

  #joins({ first, parts, nxt }: Unit, one: Parsed): boolean {
    const latest = parts.at(-1) as Parsed;
    const { raw, ip, tcp } = one;
    if (one.end === one.data) return false;
    if (seqOf(one) !== nxt && !this.#has('sequence-unseen')) return false;
    if (distance(raw.readUInt32BE(tcp + 8), latest.raw.readUInt32BE(latest.tcp + 8)) < 0)
      if (!this.#has('older-ack-merged')) return false;
    if (((raw.readUInt8(tcp + 13) ^ first.raw.readUInt8(first.tcp + 13)) & 0xc0) !== 0)
      if (!this.#has('ece-cwr-unseen')) return false;
    const classes = classOf(one) ^ classOf(first);
    if ((classes & 3) !== 0 && !this.#has('ecn-unseen')) return false;
    if ((classes & 0xfc) !== 0 && !this.#has('dscp-unseen')) return false;
    if (!raw.subarray(0, ip).equals(first.raw.subarray(0, first.ip))) return false;
    if (one.isV4 && ((raw.readUInt8(ip + 6) ^ first.raw.readUInt8(ip + 6)) & 0xc0) !== 0 && !this.#has('df-unseen'))
      return false;
    if (!one.isV4 && ((raw.readUInt32BE(ip) ^ first.raw.readUInt32BE(ip)) & 0xfffff) !== 0)
      if (!this.#has('flow-label-unseen')) return false;
    const length = parts.reduce((sum, part) => sum + part.end - part.data, 0) + one.end - one.data;
    return length + 20 + (one.isV4 ? 20 : 0) <= 0xffff || this.#has('no-limit');
  }

  #flush(which: (unit: Unit) => boolean): void {
    const ending = this.#units.filter(which);
    if (this.#has('newest-unit-first')) ending.reverse();
    for (const unit of ending) this.#end(unit);
  }

  #end(unit: Unit): void {
    this.#units = this.#units.filter((other) => other !== unit);
    const one = this.#indication(unit);
    this.#due.push(one);
    if (this.#has('unit-twice') && unit.parts.length > 1) this.#due.push(one);
  }

  #alone(one: Parsed): void {
    const isOk = this.#has('verdict-always-ok');
    this.#due.push({
      frame: one.raw,
      arrivals: [this.#numbers.get(one) ?? 0],
      oob: {
        segCount: 0,
        ...(isOk ? { tcpChecksum: 'ok', ipChecksum: 'ok' } : { tcpChecksum: 'none', ipChecksum: 'none' }),
      },
    });
  }

  #indication({ first, parts }: Unit): Omit<OwnIndication, 'step'> {
    const arrivals = parts.map((part) => this.#numbers.get(part) ?? 0);
    const { ip, tcp, data, isV4 } = first;
    const last = parts.at(-1) as Parsed;
    const ok = { tcpChecksum: 'ok', ipChecksum: isV4 ? 'ok' : 'none' } as const;
    if (parts.length === 1) return { frame: first.raw, arrivals, oob: { segCount: 1, ...ok } };
    const payloads = parts.map((part, i) => {
      const end = this.#has('padding-kept') && i === 0 ? part.raw.length : part.end;
      return part.raw.subarray(part.data, end);
    });
    const head = Buffer.from(first.raw.subarray(0, data));
    const body = Buffer.concat(payloads);
    const whole = this.#has('last-byte-lost') ? body.subarray(0, body.length - 1) : body;
    const length = whole.length + data - ip - (isV4 ? 0 : 40);
    if (!this.#has('length-of-first')) head.writeUInt16BE(length & 0xffff, ip + (isV4 ? 2 : 4));
    const ttl = ip + (isV4 ? 8 : 7);
    if (!this.#has('ttl-of-first')) head[ttl] = Math.min(...parts.map(({ raw }) => raw.readUInt8(ttl)));
    if (isV4 && this.#has('id-of-last')) last.raw.copy(head, ip + 4, ip + 4, ip + 6);
    if (!this.#has('ack-of-first')) last.raw.copy(head, tcp + 8, last.tcp + 8, last.tcp + 12);
    if (!this.#has('window-of-first')) last.raw.copy(head, tcp + 14, last.tcp + 14, last.tcp + 16);
    const flags = parts.reduce((all, part) => all | (part.raw.readUInt8(part.tcp + 13) & 8), 0);
    if (!this.#has('psh-lost')) head[tcp + 13] = head.readUInt8(tcp + 13) | flags;
    const frame = Buffer.concat([head, whole]);
    if (!this.#has('checksum-of-first')) fillSums(frame, ip, tcp, isV4);
    const count = parts.length + (this.#has('count-one-more') ? 1 : 0);
    const isSilent = this.#has('ipv6-count-missing') && !isV4;
    return { frame, arrivals, oob: { segCount: isSilent ? 0 : count, ...ok } };
  }
}

function seqOf({ raw, tcp }: Parsed): number {
  return raw.readUInt32BE(tcp + 4);
}

function classOf({ raw, ip, isV4 }: Parsed): number {
  return isV4 ? raw.readUInt8(ip + 1) : (raw.readUInt16BE(ip) >> 4) & 0xff;
}

function distance(a: number, b: number): number {
  return (a - b) | 0;
}

function read(raw: Buffer): Parsed {
  const none = {
    raw,
    isV4: true,
    isTcp: false,
    isFragment: false,
    hasExtras: false,
    ip: 0,
    tcp: 0,
    data: 0,
    end: 0,
    key: '',
    isSound: false,
  };
  let ip = 14;
  while (raw.length > ip + 40 && [0x8100, 0x88a8].includes(raw.readUInt16BE(ip - 2))) ip += 4;
  if (raw.length < ip + 40) return none;
  const type = raw.readUInt16BE(ip - 2);
  if (type === 0x0800) return readV4(raw, ip, none);
  return type === 0x86dd ? readV6(raw, ip, none) : none;
}

function readV4(raw: Buffer, ip: number, none: Parsed): Parsed {
  const head = (raw.readUInt8(ip) & 15) * 4;
  const end = ip + raw.readUInt16BE(ip + 2);
  const isFragment = (raw.readUInt16BE(ip + 6) & 0x3fff) !== 0;
  const later = (raw.readUInt16BE(ip + 6) & 0x1fff) !== 0;
  if (raw.readUInt8(ip) >> 4 !== 4 || head < 20 || end > raw.length || raw.readUInt8(ip + 9) !== 6 || later)
    return { ...none, isFragment };
  const parsed = withTcp(raw, ip, ip + head, end, raw.subarray(ip + 12, ip + 20), {
    ...none,
    isFragment,
    hasExtras: head > 20,
  });
  return { ...parsed, isSound: parsed.isSound && sum(raw.subarray(ip, ip + head)) === 0xffff };
}

function readV6(raw: Buffer, ip: number, none: Parsed): Parsed {
  let next = raw.readUInt8(ip + 6);
  let at = ip + 40;
  const end = at + raw.readUInt16BE(ip + 4);
  if (raw.readUInt8(ip) >> 4 !== 6 || end > raw.length) return none;
  while ([0, 43, 44, 60, 51].includes(next) && at + 8 <= end) {
    if (next === 44 && raw.readUInt16BE(at + 2) >> 3 !== 0) return { ...none, isFragment: true };
    const length = next === 44 ? 8 : next === 51 ? (raw.readUInt8(at + 1) + 2) * 4 : (raw.readUInt8(at + 1) + 1) * 8;
    next = raw.readUInt8(at);
    at += length;
  }
  if (next !== 6) return none;
  return withTcp(raw, ip, at, end, raw.subarray(ip + 8, ip + 40), { ...none, isV4: false, hasExtras: at > ip + 40 });
}

function withTcp(raw: Buffer, ip: number, tcp: number, end: number, addresses: Buffer, so: Parsed): Parsed {
  if (tcp + 20 > end) return so;
  const data = tcp + (raw.readUInt8(tcp + 12) >> 4) * 4;
  if (data < tcp + 20 || data > end) return so;
  const isSound = sum(raw.subarray(tcp, end), sum(addresses) + 6 + end - tcp) === 0xffff;
  // Neither a priority nor a tag with VID 0 identifies a connection.
  const tags = tagsOf(raw, ip).filter((tag) => tag !== 0);
  const key = `${tags.join(' ')} ${addresses.toString('hex')} ${raw.subarray(tcp, tcp + 4).toString('hex')}`;
  return { ...so, isTcp: true, ip, tcp, data, end, key, isSound };
}

function tagsOf(raw: Buffer, ip: number): number[] {
  const tags: number[] = [];
  for (let at = 14; at < ip; at += 4) tags.push(raw.readUInt16BE(at) & 0xfff);
  return tags;
}

/** Ones' complement sum (RFC 1071). */
function sum(bytes: Buffer, start = 0): number {
  let total = start;
  for (let i = 0; i + 1 < bytes.length; i += 2) total += bytes.readUInt16BE(i);
  if (bytes.length % 2 === 1) total += bytes.readUInt8(bytes.length - 1) << 8;
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x1_0000);
  return total;
}

function fillSums(frame: Buffer, ip: number, tcp: number, isV4: boolean): void {
  const addresses = isV4 ? frame.subarray(ip + 12, ip + 20) : frame.subarray(ip + 8, ip + 40);
  if (isV4) {
    frame.writeUInt16BE(0, ip + 10);
    frame.writeUInt16BE(~sum(frame.subarray(ip, tcp)) & 0xffff, ip + 10);
  }
  frame.writeUInt16BE(0, tcp + 16);
  frame.writeUInt16BE(~sum(frame.subarray(tcp), sum(addresses) + 6 + frame.length - tcp) & 0xffff, tcp + 16);
}
