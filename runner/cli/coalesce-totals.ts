import type { Indication } from '../../reference-impl/indication.ts';
import { registry } from '../../reference-impl/rules/index.ts';

/** What a person wants to know of a `coalesce` in the end. */
export class CoalesceTotals {
  dpcs = 0;
  #arrivals = 0;
  #cut = 0;
  #frames = 0;
  #merged = 0;
  readonly #endings = new Map<string, number>();

  /** `cut`: bytes of the frame that the capture does not hold. */
  arrived(cut: number): void {
    this.#arrivals++;
    if (cut > 0) this.#cut++;
  }

  indicated({ arrivals, endedBy }: Indication): void {
    this.#frames++;
    if (arrivals.length > 1) this.#merged++;
    this.#endings.set(endedBy, (this.#endings.get(endedBy) ?? 0) + 1);
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
    ].join('');
  }
}

function cutText(cut: number, arrivals: number): string {
  return [
    `${cut} of ${number(arrivals, 'frame')} were cut by the capture’s snaplen: `,
    'they hold no whole segments and are never merged (I8); capture with a larger snaplen\n',
  ].join('');
}

function number(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The rules whose part is the DPC's end and the switch have no say in the registry's order, but are in it. */
function nameOf(id: string): string {
  return registry.find((rule) => rule.id === id)?.name ?? '';
}
