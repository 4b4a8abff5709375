/** How long sessions are, in steps. Apart from the grammar: the command's help needs them, and not fast-check. */

export const DEFAULT_MAX_LENGTH = 24;
/** A vector holds no more segments. */
export const MOST_LENGTH = 128;
