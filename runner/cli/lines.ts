const CHUNK = 1 << 16;

/** Joins lines into larger pieces before it prints them. */
export class Lines {
  readonly #write: (text: string) => void;
  #parts: string[] = [];
  #length = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(line: string): void {
    this.#parts.push(line, '\n');
    this.#length += line.length;
    if (this.#length > CHUNK) this.flush();
  }

  flush(): void {
    const write = this.#write;
    if (this.#parts.length > 0) write(this.#parts.join(''));
    this.#parts = [];
    this.#length = 0;
  }
}
