/** A policy or capabilities in JSON: no limit is "none". */
export function plainJson(object: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, value === Number.POSITIVE_INFINITY ? 'none' : value]),
  );
}
