/** Where a command writes: results to `out`, everything else to `err`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** For `out` and for `err`: a terminal that shows colours, and NO_COLOR is not set. */
  readonly color: { readonly out: boolean; readonly err: boolean };
  /** `err` is a terminal: progress may be shown. */
  readonly terminal: boolean;
  /**
   * Results go to files from now on: the command ends as it would, even if `out` is no longer read (`run | head`).
   * Not called: it ends when its reader does.
   */
  keepOn?(): void;
}
