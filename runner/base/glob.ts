/** Patterns over vector ids: the same for `--filter` and for a baseline. */

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * `*` is any run of characters, slashes included; `?` is one character. Without either, a path takes itself and what is
 * under it.
 */
export function globPattern(glob: string): RegExp {
  const body = glob.replaceAll(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\${c}`));
  return new RegExp(isGlob(glob) ? `^${body}$` : `^${body.replace(/\/$/, '')}(/.*)?$`, 's');
}
