/** The expected output, computed only from the author's statements: which arrival joins, starts, or goes alone. */

export class ExpectedUnits {
  readonly groups: number[][] = [];
  #open: { readonly connection: number; readonly arrivals: number[] }[] = [];
  #arrivals = 0;

  isOpen(connection: number): boolean {
    return this.#open.some((unit) => unit.connection === connection);
  }

  /** Joins the unit of its connection, or starts one. */
  join(connection: number): void {
    const unit = this.#open.find((one) => one.connection === connection);
    if (unit === undefined) this.start(connection);
    else unit.arrivals.push(this.#arrivals++);
  }

  start(connection: number): void {
    this.#finish(connection);
    this.#open.push({ connection, arrivals: [this.#arrivals++] });
  }

  /** Alone, after the unit of its connection. */
  alone(connection: number): void {
    this.#finish(connection);
    this.unordered();
  }

  /** It is indicated at once and ends nothing. */
  unordered(): void {
    this.groups.push([this.#arrivals++]);
  }

  endAll(): void {
    this.groups.push(...this.#open.map(({ arrivals }) => arrivals));
    this.#open = [];
  }

  #finish(connection: number): void {
    this.groups.push(...this.#open.filter((unit) => unit.connection === connection).map(({ arrivals }) => arrivals));
    this.#open = this.#open.filter((unit) => unit.connection !== connection);
  }
}
