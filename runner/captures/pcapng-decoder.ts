import { CaptureError } from './capture-error.ts';
import { Clock } from './clock.ts';
import type { Decoder } from './decoder.ts';
import { InterfaceRecord } from './interface-record.ts';
import { directionOf, isKnownLink, LINK_HINT, toEthernet, unreadLink } from './link-type.ts';
import { lengthDefect, MAX_BATCH, MAX_CAPTURED, type Packet } from './packet.ts';
import { BLOCK_FRAME, Block, BYTE_ORDER, Option, PACKET_FRAME, SIMPLE_FRAME, STATISTICS_HEAD } from './pcapng.ts';
import type { ReadWindow } from './read-window.ts';

/** A packet, and options after it. */
const MAX_BLOCK = MAX_CAPTURED + 1024 * 1024;
const MAX_INTERFACES = 65_536;
/** The lengths that blocks must have at least. */
const LEAST: Readonly<Record<number, number>> = {
  [Block.section]: 28,
  [Block.interface]: 20,
  [Block.packet]: PACKET_FRAME,
  [Block.simple]: SIMPLE_FRAME,
  [Block.enhanced]: PACKET_FRAME,
};
/** In the obsolete packet block. */
const UNKNOWN_DROPS = 0xffff;
/** Bytes of a name to keep: there may be very many interfaces. */
const MOST_TEXT = 256;
const NO_TIME = { seconds: 0, nanoseconds: 0 };

export class PcapngDecoder implements Decoder {
  readonly format = 'pcapng';
  isNano = false;
  readonly interfaces: InterfaceRecord[] = [];
  readonly #file: string;
  #littleEndian = false;
  /** Those of this section; `interfaces` has those of the whole file. */
  #interfaces: InterfaceRecord[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  decode(window: ReadWindow, into: Packet[]): number {
    while (window.length >= BLOCK_FRAME && into.length < MAX_BATCH) {
      const { view, at } = window;
      const type = view.getUint32(at, this.#littleEndian);
      if (type === Block.section) this.#byteOrder(window);
      const length = view.getUint32(at + 4, this.#littleEndian);
      if (length < (LEAST[type] ?? BLOCK_FRAME) || length > MAX_BLOCK || length % 4 !== 0) {
        throw this.#defect(`a block claims ${length} bytes`, window);
      }
      if (window.length < length) return length;
      if (view.getUint32(at + length - 4, this.#littleEndian) !== length) {
        throw this.#defect('a block’s two lengths differ', window);
      }
      if (type === Block.section) this.#section(window);
      else if (type === Block.interface) this.#interface(window, length);
      else if (type === Block.enhanced || type === Block.packet) this.#packet(window, length, type, into);
      else if (type === Block.simple) this.#simple(window, length, into);
      else if (type === Block.statistics) this.#statistics(window, length);
      window.at += length;
    }
    return BLOCK_FRAME;
  }

  #byteOrder(window: ReadWindow): void {
    const { view, at } = window;
    this.#littleEndian = view.getUint32(at + 8, true) === BYTE_ORDER;
    if (view.getUint32(at + 8, this.#littleEndian) !== BYTE_ORDER) throw this.#defect('no byte-order magic', window, 8);
  }

  #section(window: ReadWindow): void {
    const { view, at } = window;
    const major = view.getUint16(at + 12, this.#littleEndian);
    if (major !== 1) throw this.#defect(`version ${major} of pcapng`, window, 12);
    this.#interfaces = [];
  }

  #interface(window: ReadWindow, length: number): void {
    const { view, bytes, at } = window;
    const end = at + length - 4;
    let resolution = 6;
    let offset = 0;
    let name: string | undefined;
    let description: string | undefined;
    const text = (start: number, size: number): string | undefined => textOf(bytes.subarray(start, start + size));
    for (let option = at + 16; option + 4 <= end; ) {
      const code = view.getUint16(option, this.#littleEndian);
      const size = view.getUint16(option + 2, this.#littleEndian);
      if (code === Option.end) break;
      if (option + 4 + size > end) throw this.#defect('an option reaches past its block', window, option - at);
      if (code === Option.resolution && size >= 1) resolution = bytes[option + 4] as number;
      if (code === Option.offset && size >= 8) offset = Number(view.getBigInt64(option + 4, this.#littleEndian));
      if (code === Option.name) name = text(option + 4, size);
      if (code === Option.description) description = text(option + 4, size);
      option += 4 + ((size + 3) & ~3);
    }
    if (this.#interfaces.length === MAX_INTERFACES) throw this.#defect('too many interfaces in a section', window);
    const clock = new Clock(resolution, offset);
    this.isNano ||= clock.isNano;
    const record = new InterfaceRecord({
      number: this.interfaces.length,
      name,
      description,
      linkType: view.getUint16(at + 8, this.#littleEndian),
      snaplen: view.getUint32(at + 12, this.#littleEndian),
      clock,
    });
    this.#interfaces.push(record);
    // For files that were concatenated: interfaces beyond this number are read and not listed.
    if (this.interfaces.length < MAX_INTERFACES) this.interfaces.push(record);
  }

  /** Implausible counts are no defect of the packets. */
  #statistics({ view, at }: ReadWindow, length: number): void {
    if (length < STATISTICS_HEAD + 4) return;
    const record = this.#interfaces[view.getUint32(at + 8, this.#littleEndian)];
    let drops: number | undefined;
    this.#options(view, at + STATISTICS_HEAD, at + length - 4, (code, value, size) => {
      if ((code !== Option.interfaceDrops && code !== Option.systemDrops) || size !== 8) return;
      drops = (drops ?? 0) + Number(view.getBigUint64(value, this.#littleEndian));
    });
    if (drops !== undefined) record?.counted(drops);
  }

  /** The options between two places, as far as they are complete: a defect in them does not affect the packets. */
  #options(
    view: DataView,
    start: number,
    end: number,
    each: (code: number, value: number, size: number) => void,
  ): void {
    for (let option = start; option + 4 <= end; ) {
      const code = view.getUint16(option, this.#littleEndian);
      const size = view.getUint16(option + 2, this.#littleEndian);
      if (code === Option.end || option + 4 + size > end) return;
      each(code, option + 4, size);
      option += 4 + ((size + 3) & ~3);
    }
  }

  #packet(window: ReadWindow, length: number, type: number, into: Packet[]): void {
    const { view, at } = window;
    const littleEndian = this.#littleEndian;
    const id = type === Block.packet ? view.getUint16(at + 8, littleEndian) : view.getUint32(at + 8, littleEndian);
    const from = this.#from(id, window);
    const captured = view.getUint32(at + 20, littleEndian);
    if (captured > length - PACKET_FRAME) {
      throw this.#defect(`a packet claims ${captured} bytes in a block of ${length}`, window);
    }
    from.clock.read(view.getUint32(at + 12, littleEndian), view.getUint32(at + 16, littleEndian));
    const options = at + 28 + ((captured + 3) & ~3);
    const end = at + length - 4;
    const marked = type === Block.enhanced && end - options > 4 ? this.#marked(view, options, end, from) : undefined;
    if (type === Block.packet) {
      const drops = view.getUint16(at + 10, littleEndian);
      if (drops !== UNKNOWN_DROPS) from.lostBefore(drops);
    }
    this.#add(window, from, at + 28, captured, view.getUint32(at + 24, littleEndian), from.clock, marked, into);
  }

  /** The direction in an enhanced packet's options; it also adds the packets lost before this one. */
  #marked(view: DataView, start: number, end: number, from: InterfaceRecord): Packet['direction'] {
    let bits = 0;
    this.#options(view, start, end, (code, value, size) => {
      if (code === Option.flags && size === 4) bits = view.getUint32(value, this.#littleEndian) & 3;
      if (code === Option.dropCount && size === 8)
        from.lostBefore(Number(view.getBigUint64(value, this.#littleEndian)));
    });
    return bits === 1 ? 'in' : bits === 2 ? 'out' : undefined;
  }

  /** It has no time and no captured length. */
  #simple(window: ReadWindow, length: number, into: Packet[]): void {
    const from = this.#from(0, window);
    const original = window.view.getUint32(window.at + 8, this.#littleEndian);
    const most = from.snaplen === 0 ? original : Math.min(original, from.snaplen);
    this.#add(window, from, window.at + 12, Math.min(most, length - SIMPLE_FRAME), original, NO_TIME, undefined, into);
  }

  #from(id: number, window: ReadWindow): InterfaceRecord {
    const from = this.#interfaces[id];
    if (from === undefined) throw this.#defect(`a packet from interface ${id}, which is not described`, window);
    if (!isKnownLink(from.linkType)) {
      throw this.#defect(`a packet of ${unreadLink(from.linkType)}`, window, 0, LINK_HINT);
    }
    return from;
  }

  #add(
    window: ReadWindow,
    from: InterfaceRecord,
    data: number,
    captured: number,
    original: number,
    { seconds, nanoseconds }: { readonly seconds: number; readonly nanoseconds: number },
    marked: Packet['direction'],
    into: Packet[],
  ): void {
    const defect = lengthDefect(captured, original);
    if (defect !== undefined) throw this.#defect(defect, window);
    const end = data + captured;
    const direction = marked ?? directionOf(from.linkType, window.bytes, data, end);
    const start = toEthernet(from.linkType, window.bytes, data, end);
    from.packets++;
    into.push({
      frame: window.bytes.subarray(start, end),
      seconds,
      nanoseconds,
      originalLength: start < end ? original + data - start : original,
      direction,
      from,
      offset: window.offset(),
    });
  }

  #defect(what: string, window: ReadWindow, within: number = 0, hint?: string): CaptureError {
    return new CaptureError(this.#file, what, window.offset() + within, hint);
  }
}

/** Text of an option; some writers end it with a zero. */
function textOf(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, MOST_TEXT)).replace(/\0+$/, '');
  return text === '' ? undefined : text;
}
