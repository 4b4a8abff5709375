/** Patterns over vector ids: the same for `--filter` and for a baseline. */

import { UsageError } from './errors.ts';

/** Ids have some sixty characters. */
const MOST_CHARACTERS = 1000;

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * `*` matches any characters, slashes included; `?` matches one. Without either, a path matches itself and everything
 * under it. Throws UsageError for a pattern that is longer than any id.
 */
export function globPattern(glob: string): RegExp {
  if (glob.length > MOST_CHARACTERS)
    throw new UsageError(
      `the pattern ${glob.slice(0, 20)}... has ${glob.length} characters`,
      `at most ${MOST_CHARACTERS}; --select-names takes a list of ids`,
    );
  const body = glob.replaceAll(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\${c}`));
  return new RegExp(isGlob(glob) ? `^${body}$` : `^${body.replace(/\/$/, '')}(/.*)?$`, 's');
}
