import type { Indication } from '../../reference-impl/indication.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import { isUnfilled } from '../inspect/unfilled.ts';

/** What a person wants to know of a `coalesce` in the end. */
export class CoalesceTotals {
  dpcs = 0;
  #arrivals = 0;
  #cut = 0;
  #frames = 0;
  #merged = 0;
  #unfilled = 0;
  #filledIn = 0;
  readonly #endings = new Map<string, number>();

  /** `cut`: bytes of the frame that the capture does not hold. */
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
      `${input}: ${number(this.#arrivals, 'frame')} in, in ${number(this.dpcs, 'DPC')}; `,
      `${number(this.#frames, 'frame')} out${ratio}, ${this.#merged} of them merged\n`,
      ...(endings.length === 0 ? [] : ['Ended by:\n', ...endings]),
      this.#cut === 0 ? '' : cutText(this.#cut, this.#arrivals),
      this.#filledIn === 0 ? '' : filledInText(this.#filledIn, this.#arrivals),
      this.#unfilled === 0 ? '' : unfilledText(this.#unfilled, this.#arrivals, input),
    ].join('');
  }
}

function cutText(cut: number, arrivals: number): string {
  return [
    `${cut} of ${number(arrivals, 'frame')} were cut by the capture’s snaplen: `,
    'they hold no whole segments, are never merged (I8) and stay in their place: what was pending before them was ',
    'indicated first; capture with a larger snaplen\n',
  ].join('');
}

function filledInText(count: number, arrivals: number): string {
  return [
    `${count} of ${number(arrivals, 'frame')} have a TCP checksum that was never filled in (pseudo-header sum or zero): `,
    'taken as marked partial (K1), and filled in where they go on (K5)\n',
  ].join('');
}

function unfilledText(unfilled: number, arrivals: number, input: string): string {
  return [
    `${unfilled} of ${number(arrivals, 'frame')} have a TCP checksum that was never filled in (pseudo-header sum or zero): `,
    `the work of an offload, but a coalescer takes them for wrong (E2) unless they are marked; --unfilled partial marks them, `,
    `rsc-conformance inspect ${input} says more\n`,
  ].join('');
}

function number(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** An indication names the catalogue's row; where several rules share it, all of them. */
function nameOf(id: string): string {
  return registry
    .filter((rule) => rule.id === id)
    .map(({ name }) => name)
    .join(', ');
}
