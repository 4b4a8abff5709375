/**
 * A running program and its pending commands. Commands are written ahead; each gets exactly one answer, in order. Any failure
 * (it dies, hangs, floods, or sends invalid lines) ends the conversation with one reason.
 */

import type { ChildProcess } from 'node:child_process';
import { type Message, parseMessage } from '../../rsc-line/answers.ts';
import { LineSplitter } from '../../rsc-line/line-splitter.ts';
import { MAX_LINE, quote, quoteEnd } from '../../rsc-line/protocol.ts';
import { endCommand, startCommand } from '../started-command.ts';

export interface Indicated {
  readonly frame: Uint8Array;
  readonly keys: ReadonlyMap<string, string>;
}

export interface Answer {
  readonly indications: readonly Indicated[];
  /** How it ended. */
  readonly end: Exclude<Message, { kind: 'ind' | 'nonsense' }>;
}

/** The program cannot be used any more; `message` gives the reason, with its last output. */
export class ConversationError extends Error {}

interface Pending {
  readonly resolve: (answer: Answer | string) => void;
  readonly reject: (error: ConversationError) => void;
  /** Accept any first line: the greeting. */
  readonly raw: boolean;
}

const MAX_INDICATIONS = 20_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const STDERR_KEPT = 2000;
const BYE_MS = 2000;

const living = new Set<() => void>();

/** Ends the program with this process, unless this process is killed. Returns a function to call once the program has ended. */
function killAtExit(kill: () => void): () => void {
  if (living.size === 0) process.on('exit', killAll);
  living.add(kill);
  return () => {
    living.delete(kill);
    if (living.size === 0) process.removeListener('exit', killAll);
  };
}

function killAll(): void {
  for (const kill of living) kill();
}

export class Conversation {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  readonly #splitter = new LineSplitter();
  readonly #pending: Pending[] = [];
  #first = 0;
  #indications: Indicated[] = [];
  #bytes = 0;
  #outgoing: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #failure: ConversationError | undefined;
  #stderr = '';
  #lastLine = '';
  readonly #exited: Promise<void>;

  /** Starts `command`; in `folder`, if that is not the working directory. */
  constructor(command: string, timeoutMs: number, folder?: string) {
    this.#timeoutMs = timeoutMs;
    this.#child = startCommand(command, folder);
    const leave = killAtExit(() => endCommand(this.#child));
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        leave();
        this.#fail(signal === null ? `it exited with status ${code}` : `it was ended by ${signal}`);
        resolve();
      });
      this.#child.once('error', (error) => {
        leave();
        this.#fail(error.message);
        resolve();
      });
    });
    this.#child.stdin?.on('error', () => {});
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
    });
  }

  get failure(): ConversationError | undefined {
    return this.#failure;
  }

  /** Sends a line that has no answer. Nothing is written before `flush`. */
  send(line: string): void {
    this.#outgoing.push(line, '\n');
  }

  /** Sends a line and promises its answer; rejects with ConversationError. */
  ask(line: string): Promise<Answer> {
    return this.#expect(line, false) as Promise<Answer>;
  }

  /** Sends a line and promises the one line that answers it, whatever its text. */
  askRaw(line: string): Promise<string> {
    return this.#expect(line, true) as Promise<string>;
  }

  flush(): void {
    if (this.#outgoing.length === 0 || this.#failure !== undefined) return;
    const text = this.#outgoing.join('');
    this.#outgoing = [];
    this.#child.stdin?.write(text, 'latin1');
    this.#watch();
  }

  /** Sends BYE. A program that does not end within two seconds is killed. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#failure === undefined) {
      this.#failure = new ConversationError('the conversation is over');
      this.#rejectPending(this.#failure);
      this.#child.stdin?.end('BYE\n');
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, BYE_MS, 'late');
    });
    if ((await Promise.race([this.#exited, patience])) === 'late') {
      endCommand(this.#child);
      await this.#exited;
    }
    clearTimeout(timer);
  }

  #expect(line: string, raw: boolean): Promise<Answer | string> {
    this.send(line);
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#pending.push({ resolve, reject, raw });
    });
  }

  #read(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#bytes += chunk.length;
    const lines = this.#splitter.push(chunk);
    if (lines === undefined) this.#fail(`it printed a line of more than ${MAX_LINE.toLocaleString('en')} bytes`);
    else if (this.#bytes > MAX_ANSWER_BYTES) this.#fail('it printed more than 256 MiB in one answer');
    for (const line of lines ?? []) {
      if (this.#failure !== undefined) return;
      this.#take(line);
    }
  }

  #take(line: string): void {
    this.#lastLine = line;
    const pending = this.#pending[this.#first];
    if (pending === undefined) this.#fail(`it printed ${quote(line)} without a command`, true);
    else if (pending.raw) this.#answered(pending, line);
    else this.#takeMessage(pending, parseMessage(line));
  }

  #takeMessage(pending: Pending, message: Message): void {
    if (message.kind === 'nonsense') this.#fail(message.reason, true);
    else if (message.kind !== 'ind') this.#answered(pending, { indications: this.#indications, end: message });
    else if (this.#indications.push(message) > MAX_INDICATIONS) {
      this.#fail(`it indicated more than ${MAX_INDICATIONS} frames in one answer`);
    }
  }

  #answered(pending: Pending, answer: Answer | string): void {
    this.#first++;
    // Output before an answer does not explain how the next one failed.
    this.#lastLine = '';
    this.#indications = [];
    this.#bytes = 0;
    if (this.#first === this.#pending.length) {
      this.#pending.length = 0;
      this.#first = 0;
    }
    pending.resolve(answer);
    this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#pending.length === 0) return;
    const seconds = this.#timeoutMs / 1000;
    this.#timer = setTimeout(() => this.#fail(`it gave no answer within ${seconds} s`), this.#timeoutMs);
  }

  /** `reason`: what is wrong with a line, or why there is none. In that case the last line shows how far the program came. */
  #fail(reason: string, isOfLine = false): void {
    if (this.#failure !== undefined) return;
    clearTimeout(this.#timer);
    const words = this.#splitter.rest === '' ? this.#lastLine : this.#splitter.rest;
    const last = isOfLine || words === '' ? '' : `; its last line: ${quote(words)}`;
    const stderr = this.#stderr.trim() === '' ? '' : `; on stderr: ${quoteEnd(this.#stderr)}`;
    this.#failure = new ConversationError(`${reason}${last}${stderr}`);
    this.#rejectPending(this.#failure);
    endCommand(this.#child);
  }

  #rejectPending(reason: ConversationError): void {
    for (const { reject } of this.#pending.slice(this.#first)) reject(reason);
    this.#pending.length = 0;
    this.#first = 0;
  }
}
