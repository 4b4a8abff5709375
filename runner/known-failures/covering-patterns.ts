/** A set of ids as few patterns, each of which matches nothing else among all ids. */

/** The least number of ids for a pattern: everything under a path, or ids with the same end. */
const LEAST_UNDER = 2;
const LEAST_ALIKE = 3;

/** Sorted: `a/b/*` and `a/*`+`/ipv4` if all their matches are in the set, single ids for the rest. */
export class CoveringPatterns {
  /** Every pattern of these two forms that matches an id, with all its matches. */
  readonly #matches = new Map<string, string[]>();

  constructor(corpus: readonly string[]) {
    for (const id of corpus) {
      for (const pattern of patternsOf(id)) {
        const matched = this.#matches.get(pattern);
        if (matched === undefined) this.#matches.set(pattern, [id]);
        else matched.push(id);
      }
    }
  }

  /** Equal sets give equal patterns, in any order. */
  cover(ids: Iterable<string>): string[] {
    const wanted = new Set([...ids].sort());
    const candidates = new Map<string, readonly string[]>();
    for (const id of wanted) {
      for (const pattern of patternsOf(id)) {
        const matched = this.#matches.get(pattern) ?? [];
        if (matched.length >= leastOf(pattern) && matched.every((one) => wanted.has(one)))
          candidates.set(pattern, matched);
      }
    }
    // The pattern that covers most comes first; its ids count for no other.
    const left = new Set(wanted);
    const chosen: string[] = [];
    const ordered = [...candidates].sort(([a, one], [b, other]) => other.length - one.length || byText(a, b));
    for (;;) {
      let best: string | undefined;
      let most = 0;
      for (const [pattern, matched] of ordered) {
        if (matched.length <= most) break;
        const gain = matched.filter((id) => left.has(id)).length;
        if (gain > most && gain >= leastOf(pattern)) [best, most] = [pattern, gain];
      }
      if (best === undefined) break;
      chosen.push(best);
      for (const id of candidates.get(best) ?? []) left.delete(id);
    }
    return [...chosen, ...left].sort(byText);
  }
}

function leastOf(pattern: string): number {
  return pattern.endsWith('*') ? LEAST_UNDER : LEAST_ALIKE;
}

/** For a/b/c: a/*, a/b/*, a/*`/c`. */
function patternsOf(id: string): string[] {
  const parts = id.split('/');
  const patterns: string[] = [];
  for (let before = 1; before < parts.length; before++) {
    for (let after = 0; before + after < parts.length; after++) {
      patterns.push([...parts.slice(0, before), '*', ...parts.slice(parts.length - after)].join('/'));
    }
  }
  return patterns;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
