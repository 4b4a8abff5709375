import type { Packet } from '../captures/packet.ts';
import { udpStatements } from '../inspect/advice.ts';
import { cutNote, unfilledNote } from '../inspect/coalesce-notes.ts';
import { Headers, readHeaders } from '../inspect/headers.ts';
import { UdpTraffic } from '../inspect/udp-traffic.ts';
import { isUnfilled } from '../inspect/unfilled.ts';

/** What the playground says of a capture beside its units: what `coalesce` and `inspect` say of it. */
export class CaptureNotes {
  #frames = 0;
  #cut = 0;
  #unfilled = 0;
  readonly #udp = new UdpTraffic();
  readonly #headers = new Headers();

  add({ frame, originalLength }: Pick<Packet, 'frame' | 'originalLength'>): void {
    this.#frames++;
    if (originalLength > frame.length) this.#cut++;
    if (isUnfilled(frame)) this.#unfilled++;
    if (readHeaders(frame, originalLength, this.#headers) === 'udp') this.#udp.add(this.#frames, frame, this.#headers);
  }

  /** Whole sentences. `name`: of the capture. */
  text(name: string): string[] {
    return [
      ...(this.#cut > 0 ? [`${cutNote(this.#cut, this.#frames)}.`] : []),
      ...(this.#unfilled > 0 ? [`${unfilledNote(this.#unfilled, this.#frames, name)}.`] : []),
      ...udpStatements(this.#udp.report()).map(({ text }) => text),
    ];
  }
}
