/** A client of QEMU's qtest protocol: one line for each request, answers in the order of the requests, so they are pipelined. */

import type { Duplex } from 'node:stream';

interface Waiting {
  readonly line: string;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/** QEMU has ended, or refuses a request. */
export class QtestError extends Error {
  override readonly name = 'QtestError';
}

export class Qtest {
  readonly #socket: Duplex;
  readonly #waiting: Waiting[] = [];
  #text = '';
  #failure: QtestError | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#feed(chunk));
    const fail = (): void => this.#fail(new QtestError('QEMU closed the qtest connection'));
    socket.on('end', fail);
    socket.on('close', fail);
    socket.on('error', fail);
  }

  /** Why no request is possible any more; undefined while QEMU listens. */
  get failure(): QtestError | undefined {
    return this.#failure;
  }

  close(): void {
    this.#fail(new QtestError('the qtest connection was closed'));
    this.#socket.destroy();
  }

  /** The answer after OK. Rejects with QtestError. */
  ask(line: string): Promise<string> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#socket.write(`${line}\n`, 'latin1');
    });
  }

  /** QEMU answers before it runs the timers of that round of its main loop, so after two answers every timer that was due has run. */
  async settle(): Promise<void> {
    await this.ask('endianness');
    await this.ask('endianness');
  }

  write8(address: number, value: number): Promise<string> {
    return this.ask(`writeb ${address} ${value}`);
  }

  write16(address: number, value: number): Promise<string> {
    return this.ask(`writew ${address} ${value}`);
  }

  write32(address: number, value: number): Promise<string> {
    return this.ask(`writel ${address} ${value >>> 0}`);
  }

  read8(address: number): Promise<number> {
    return this.#number(`readb ${address}`);
  }

  read16(address: number): Promise<number> {
    return this.#number(`readw ${address}`);
  }

  read32(address: number): Promise<number> {
    return this.#number(`readl ${address}`);
  }

  portWrite32(port: number, value: number): Promise<string> {
    return this.ask(`outl ${port} ${value >>> 0}`);
  }

  portRead32(port: number): Promise<number> {
    return this.#number(`inl ${port}`);
  }

  async #number(line: string): Promise<number> {
    return Number(await this.ask(line));
  }

  #feed(chunk: string): void {
    const lines = (this.#text + chunk).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('IRQ ')) continue;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) continue;
      if (line.startsWith('OK')) waiting.resolve(line.slice(3));
      else waiting.reject(new QtestError(`qtest answers ${JSON.stringify(line)} to ${JSON.stringify(waiting.line)}`));
    }
  }

  #fail(error: QtestError): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
