/** Finds the bytes in which two byte strings differ, if some may be inserted or missing. */

export interface ByteDiff {
  /** One flag per byte. */
  readonly expected: readonly boolean[];
  readonly actual: readonly boolean[];
}

/** Bytes that must agree before the two count as in step again. */
const IN_STEP = 8;
/** How far ahead to look for inserted or missing bytes. */
const REACH = 256;

export function byteDiff(expected: Uint8Array, actual: Uint8Array): ByteDiff {
  const marks = { expected: flags(expected.length), actual: flags(actual.length) };
  let i = 0;
  let j = 0;
  while (i < expected.length && j < actual.length) {
    if (expected[i] === actual[j]) {
      i++;
      j++;
      continue;
    }
    const [skipped, inserted] = resume(expected, i, actual, j);
    marks.expected.fill(true, i, i + skipped);
    marks.actual.fill(true, j, j + inserted);
    i += skipped;
    j += inserted;
  }
  marks.expected.fill(true, i);
  marks.actual.fill(true, j);
  return marks;
}

/** How many bytes of each to skip next: the inserted or missing ones if the two agree after them, else one of each. */
function resume(a: Uint8Array, i: number, b: Uint8Array, j: number): readonly [number, number] {
  if (agree(a, i + 1, b, j + 1)) return [1, 1];
  for (let by = 1; by <= REACH; by++) {
    if (agree(a, i, b, j + by)) return [0, by];
    if (agree(a, i + by, b, j)) return [by, 0];
  }
  return [1, 1];
}

function agree(a: Uint8Array, i: number, b: Uint8Array, j: number): boolean {
  if (i + IN_STEP > a.length || j + IN_STEP > b.length) return false;
  for (let k = 0; k < IN_STEP; k++) if (a[i + k] !== b[j + k]) return false;
  return true;
}

function flags(length: number): boolean[] {
  return new Array<boolean>(length).fill(false);
}
