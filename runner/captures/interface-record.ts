import type { CaptureInterface } from './capture-interface.ts';
import type { Clock } from './clock.ts';

/** The drop count of a block if drops were not counted. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

/** What the decoder keeps about an interface while it reads. */
export class InterfaceRecord implements CaptureInterface {
  readonly number: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly linkType: number;
  readonly snaplen: number;
  readonly clock: Clock;
  packets = 0;
  /** From its latest statistics block: these count from the start of the capture. */
  #counted: number | undefined;
  /** Sum of the drop counts of its packets. */
  #lost: number | undefined;

  constructor(facts: Pick<InterfaceRecord, 'number' | 'name' | 'description' | 'linkType' | 'snaplen' | 'clock'>) {
    this.number = facts.number;
    this.name = facts.name;
    this.description = facts.description;
    this.linkType = facts.linkType;
    this.snaplen = facts.snaplen;
    this.clock = facts.clock;
  }

  get dropped(): number | undefined {
    if (this.#counted === undefined || this.#lost === undefined) return this.#counted ?? this.#lost;
    return Math.max(this.#counted, this.#lost);
  }

  /** A statistics block. */
  counted(drops: number): void {
    if (drops < UNKNOWN) this.#counted = drops;
  }

  /** A packet block: frames lost between it and the one before. */
  lostBefore(drops: number): void {
    if (drops < UNKNOWN) this.#lost = (this.#lost ?? 0) + drops;
  }
}
