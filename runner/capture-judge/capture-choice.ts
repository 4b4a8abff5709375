/** Which interfaces of a side's captures are judged. */

import { UsageError } from '../base/errors.ts';
import { type CaptureInterface, interfaceText, isChosen } from '../captures/capture-interface.ts';
import type { CaptureFacts } from '../captures/capture-series.ts';

export class CaptureChoice {
  readonly #option: string;
  readonly #choices: readonly string[];
  readonly #known = new Map<CaptureInterface, boolean>();

  /** No `choices`: all of them. `option`: the option to name in errors. */
  constructor(option: string, choices: readonly string[]) {
    this.#option = option;
    this.#choices = choices;
  }

  /** Throws UsageError if the format of a capture names no interfaces. */
  check(captures: readonly CaptureFacts[]): void {
    if (this.#choices.length === 0) return;
    const plain = captures.find(({ format }) => format !== 'pcapng');
    if (plain === undefined) return;
    throw new UsageError(
      `${plain.file} is a classic pcap, which names no interfaces: --${this.#option} has nothing to choose from`,
      `leave --${this.#option} out, or capture as pcapng`,
    );
  }

  takes(from: CaptureInterface | undefined): boolean {
    if (this.#choices.length === 0 || from === undefined) return true;
    let known = this.#known.get(from);
    if (known === undefined) {
      known = this.#choices.some((choice) => isChosen(from, choice));
      this.#known.set(from, known);
    }
    return known;
  }

  /** A choice that matched no interface, once all of them are known. */
  unknown(interfaces: readonly CaptureInterface[], file: string): UsageError | undefined {
    const missing = this.#choices.find((choice) => !interfaces.some((one) => isChosen(one, choice)));
    if (missing === undefined) return undefined;
    const held = interfaces.map(interfaceText).join(', ');
    return new UsageError(
      `--${this.#option} ${missing}: ${file} has no such interface`,
      interfaces.length === 0 ? 'it describes no interface' : `it has ${held}`,
    );
  }
}
