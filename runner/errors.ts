/** A mistake of the user's, or an environment that lacks something: one line with a hint, exit status 2. */
export class UsageError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
