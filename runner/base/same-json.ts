/** Whether two values are the same JSON text, without making the text: keys in the same order, undefined left out. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return typeof a === 'number' && typeof b === 'number' && JSON.stringify(a) === JSON.stringify(b);
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isSameJson(item, b[i]))
    );
  const [ours, theirs] = [entriesOf(a), entriesOf(b)];
  return (
    ours.length === theirs.length &&
    ours.every(([key, value], i) => key === theirs[i]?.[0] && isSameJson(value, theirs[i][1]))
  );
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
