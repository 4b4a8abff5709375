/** A usage or environment error: one line with a hint, exit status 2. Any other exception is a bug: a stack, exit 3. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** The hint: what to do about it, printed in parentheses. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }

  get line(): string {
    return `rsc-conformance: ${this.message} (${this.hint})`.replaceAll(/\s*[\r\n]+\s*/g, ' ');
  }
}
