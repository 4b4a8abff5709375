/** The length of sessions, in steps. Separate from the grammar, because the command's help needs them without fast-check. */

export const DEFAULT_MAX_LENGTH = 24;
/** A vector holds no more segments. */
export const MOST_LENGTH = 128;
