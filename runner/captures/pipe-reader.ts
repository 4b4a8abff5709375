import { Socket } from 'node:net';

/** Reads a pipe without a blocked thread: such a thread keeps the process from ending. */
export class PipeReader {
  readonly #socket: Socket;
  #defect: Error | undefined;
  #isOver = false;
  #wake: () => void = () => {};

  /** Owns the descriptor from here on. */
  constructor(descriptor: number) {
    this.#socket = new Socket({ fd: descriptor, readable: true, writable: false });
    this.#socket.on('readable', () => this.#wake());
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => this.#end());
    this.#socket.on('error', (error) => {
      this.#defect = error;
      this.#end();
    });
  }

  /** Fills at most `length` bytes of `into` from `at` on; 0 at the end. One call at a time. */
  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    for (;;) {
      const waiting = Math.min(length, this.#socket.readableLength);
      const chunk: Buffer | null = waiting > 0 ? this.#socket.read(waiting) : this.#socket.read();
      if (chunk !== null) {
        into.set(chunk.subarray(0, length), at);
        if (chunk.length > length) this.#socket.unshift(chunk.subarray(length));
        return Math.min(chunk.length, length);
      }
      if (this.#defect !== undefined) throw this.#defect;
      if (this.#isOver) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}
