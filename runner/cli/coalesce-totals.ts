import type { Indication } from '../../reference-impl/indication.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import { countText } from '../../vectors/count-text.ts';
import { cutNote, filledInNote, unfilledNote } from '../inspect/coalesce-notes.ts';
import { isUnfilled } from '../inspect/unfilled.ts';

/** The summary at the end of `coalesce`. */
export class CoalesceTotals {
  dpcs = 0;
  #arrivals = 0;
  #cut = 0;
  #frames = 0;
  #merged = 0;
  #unfilled = 0;
  #filledIn = 0;
  readonly #endings = new Map<string, number>();

  /** `cut`: number of bytes that the capture lacks of the frame. */
  arrived(cut: number): void {
    this.#arrivals++;
    if (cut > 0) this.#cut++;
  }

  indicated({ frame, oob, arrivals, endedBy }: Indication): void {
    this.#frames++;
    if (oob.tcpChecksum === 'bad' && isUnfilled(frame)) this.#unfilled++;
    if (arrivals.length > 1) this.#merged++;
    this.#endings.set(endedBy, (this.#endings.get(endedBy) ?? 0) + 1);
  }

  /** Its checksum was never filled in, and it was marked so. */
  filledIn(): void {
    this.#filledIn++;
  }

  text(input: string): string {
    const ratio = this.#frames === 0 ? '' : ` (${(this.#arrivals / this.#frames).toFixed(2)} to one)`;
    const endings = [...this.#endings]
      .sort(([, a], [, b]) => b - a)
      .map(([id, count]) => `  ${String(count).padStart(9)}  ${id} ${nameOf(id)}\n`);
    return [
      `${input}: ${countText(this.#arrivals, 'frame')} in, in ${countText(this.dpcs, 'DPC')}; `,
      `${countText(this.#frames, 'frame')} out${ratio}, ${this.#merged} of them merged\n`,
      ...(endings.length === 0 ? [] : ['Ended by:\n', ...endings]),
      this.#cut === 0 ? '' : `${cutNote(this.#cut, this.#arrivals)}\n`,
      this.#filledIn === 0 ? '' : `${filledInNote(this.#filledIn, this.#arrivals)}\n`,
      this.#unfilled === 0 ? '' : `${unfilledNote(this.#unfilled, this.#arrivals, input)}\n`,
    ].join('');
  }
}

/** An indication names the catalogue's row; if several rules share it, this counts for all of them. */
function nameOf(id: string): string {
  return registry
    .filter((rule) => rule.id === id)
    .map(({ name }) => name)
    .join(', ');
}
