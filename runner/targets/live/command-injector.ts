/** The far end: a command such as `ssh peer rsc-conformance inject --interface IF`, which reads a plan and sends it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UsageError } from '../../base/errors.ts';
import { INJECT_GREETING, planLines } from './inject-plan.ts';
import type { Bursts } from './paced.ts';
import { WireError } from './wire.ts';

const PATIENCE_MS = 30_000;

export class CommandInjector implements Bursts {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #last = '';

  private constructor(command: string) {
    this.#child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => {});
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#last = text.toString('utf8').trim().split('\n').at(-1) ?? '';
    });
    if (this.#child.stdout === null) throw new Error('no pipe');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Throws UsageError if the command does not inject. */
  static async start(command: string): Promise<CommandInjector> {
    const injector = new CommandInjector(command);
    const greeting = await injector.#line().catch((error: Error) => error.message);
    if (greeting !== INJECT_GREETING) {
      injector.#child.kill();
      throw new UsageError(
        `--inject-command ${JSON.stringify(command)} did not send its greeting: ${greeting}`,
        `its first line must be ${JSON.stringify(INJECT_GREETING)}, as rsc-conformance inject prints it`,
      );
    }
    return injector;
  }

  async send(frames: readonly Uint8Array[]): Promise<void> {
    this.#child.stdin?.write(planLines(frames));
    const answer = await this.#line();
    if (answer !== `SENT ${frames.length}`) throw new WireError(`the far end answered ${JSON.stringify(answer)}`);
  }

  async #line(): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new WireError('the far end does not answer')), PATIENCE_MS);
    });
    try {
      const next = await Promise.race([this.#lines.next(), silence]);
      if (next.done === true) throw new WireError(`the far end ended${this.#last === '' ? '' : `: ${this.#last}`}`);
      return next.value;
    } finally {
      clearTimeout(timer);
    }
  }
}
