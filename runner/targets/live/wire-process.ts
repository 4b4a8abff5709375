/** The runner's end of the wire process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../base/errors.ts';
import type { WireAnswer, WireRequest } from './messages.ts';
import { WireError } from './wire.ts';

const ENTRY = fileURLToPath(new URL('./wire-main.js', import.meta.url));
const GRACE_MS = 2000;
const LAST_WORDS_MS = 50;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class WireProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #words = '';
  #why: Error | undefined;

  /** `isolated`: in a network namespace of its own, which needs CAP_SYS_ADMIN and ends with the process. */
  constructor(isolated: boolean) {
    const node = [process.execPath, ENTRY];
    const [file = '', ...args] = isolated ? ['unshare', '--net', '--mount', ...node] : node;
    // A signal that a terminal sends to the foreground must not end it before the runner does.
    const child = spawn(file, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      detached: true,
    });
    this.#child = child;
    child.stderr?.on('data', (text: Buffer) => {
      this.#words = `${this.#words}${text.toString('utf8')}`.slice(-2000);
    });
    child.on('message', (answer: WireAnswer) => this.#answered(answer));
    this.#ended = new Promise((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        const isMissing = error.code === 'ENOENT';
        this.#fail(isMissing ? new UsageError(`${file} is not installed`, 'install util-linux') : error);
        resolve();
      });
      // Not 'close': it never comes once this end has disconnected.
      child.on('exit', (code, signal) => {
        const settle = (): void => {
          const last = this.#words.trim().split('\n').at(-1) ?? '';
          const how = signal === null ? `exit status ${code}` : signal;
          this.#fail(new WireError(`the wire process ended (${how})${last === '' ? '' : `: ${last}`}`));
          resolve();
        };
        // Its last output may still be on its way.
        if (this.#waiting.size === 0) settle();
        else setTimeout(settle, LAST_WORDS_MS);
      });
    });
  }

  get isAlive(): boolean {
    return this.#why === undefined;
  }

  /** Rejects with UsageError or WireError; anything else is a bug. */
  ask<T>(request: WireRequest): Promise<T> {
    if (this.#why !== undefined) return Promise.reject(this.#why);
    const number = this.#number++;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(number, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ number, request }, (error) => {
        if (error !== null) this.#fail(error);
      });
    });
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #answered(answer: WireAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (waiting === undefined) return;
    if ('value' in answer) {
      waiting.resolve(answer.value);
      return;
    }
    const { kind, message, hint } = answer.failure;
    const makers = {
      usage: () => new UsageError(message, hint),
      wire: () => new WireError(message),
      bug: () => new Error(message),
    };
    waiting.reject(makers[kind]());
  }

  #fail(error: Error): void {
    this.#why ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#why);
    this.#waiting.clear();
  }
}
