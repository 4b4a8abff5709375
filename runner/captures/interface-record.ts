import type { CaptureInterface } from './capture-interface.ts';
import type { Clock } from './clock.ts';

/** What a block says of lost packets where nobody counted them. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

/** What the decoder knows of an interface while it reads. */
export class InterfaceRecord implements CaptureInterface {
  readonly number: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly linkType: number;
  readonly snaplen: number;
  readonly clock: Clock;
  packets = 0;
  /** Of its latest statistics block: they count from the start of the capture. */
  #counted: number | undefined;
  /** Sum of what its packets say was lost before each. */
  #told: number | undefined;

  constructor(facts: Pick<InterfaceRecord, 'number' | 'name' | 'description' | 'linkType' | 'snaplen' | 'clock'>) {
    this.number = facts.number;
    this.name = facts.name;
    this.description = facts.description;
    this.linkType = facts.linkType;
    this.snaplen = facts.snaplen;
    this.clock = facts.clock;
  }

  get dropped(): number | undefined {
    if (this.#counted === undefined || this.#told === undefined) return this.#counted ?? this.#told;
    return Math.max(this.#counted, this.#told);
  }

  /** A statistics block. */
  counted(drops: number): void {
    if (drops < UNKNOWN) this.#counted = drops;
  }

  /** A packet block: lost between it and the one before. */
  lostBefore(drops: number): void {
    if (drops < UNKNOWN) this.#told = (this.#told ?? 0) + drops;
  }
}
