import { CaptureError } from './capture-error.ts';
import type { CaptureInterface } from './capture-interface.ts';
import type { Decoder } from './decoder.ts';
import { directionOf, ETHERNET, isKnownLink, LINK_HINT, toEthernet, unreadLink } from './link-type.ts';
import { lengthDefect, MAX_BATCH, type Packet, timeOf } from './packet.ts';
import { PCAP_HEADER, PCAP_RECORD, parsePcapHeader } from './pcap.ts';
import type { ReadWindow } from './read-window.ts';

export class PcapDecoder implements Decoder {
  readonly format = 'pcap';
  readonly interfaces: readonly CaptureInterface[] = [];
  isNano = false;
  linkType = 0;
  readonly #file: string;
  #littleEndian: boolean | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  decode(window: ReadWindow, into: Packet[]): number {
    if (this.#littleEndian === undefined) {
      if (window.length < PCAP_HEADER) return PCAP_HEADER;
      this.#littleEndian = this.#header(window);
    }
    const { bytes, view, end } = window;
    const littleEndian = this.#littleEndian;
    const { linkType } = this;
    const unit = this.isNano ? 1 : 1000;
    let { at } = window;
    while (end - at >= PCAP_RECORD && into.length < MAX_BATCH) {
      const captured = view.getUint32(at + 8, littleEndian);
      let originalLength = view.getUint32(at + 12, littleEndian);
      const defect = lengthDefect(captured, originalLength);
      if (defect !== undefined) throw new CaptureError(this.#file, defect, window.offset(at));
      const next = at + PCAP_RECORD + captured;
      if (next > end) {
        window.at = at;
        return PCAP_RECORD + captured;
      }
      let start = at + PCAP_RECORD;
      const time = timeOf(view.getUint32(at, littleEndian), view.getUint32(at + 4, littleEndian), unit);
      let direction: Packet['direction'];
      if (linkType !== ETHERNET) {
        direction = directionOf(linkType, bytes, start, next);
        start = toEthernet(linkType, bytes, start, next);
        if (start < next) originalLength += at + PCAP_RECORD - start;
      }
      into.push({
        frame: bytes.subarray(start, next),
        seconds: time.seconds,
        nanoseconds: time.nanoseconds,
        originalLength,
        direction,
        from: undefined,
        offset: window.offset(at),
      });
      at = next;
    }
    window.at = at;
    return PCAP_RECORD;
  }

  #header(window: ReadWindow): boolean {
    const { littleEndian, isNano, major, linkType } = parsePcapHeader(window.view, window.at);
    if (major !== 2) {
      throw new CaptureError(this.#file, `version ${major} of pcap`, window.offset() + 4, 'version 2 is read');
    }
    if (!isKnownLink(linkType)) {
      throw new CaptureError(this.#file, unreadLink(linkType), window.offset() + 20, LINK_HINT);
    }
    this.isNano = isNano;
    this.linkType = linkType;
    window.at += PCAP_HEADER;
    return littleEndian;
  }
}
