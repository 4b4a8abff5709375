/** Groups by their sizes, where arrivals come out in the order in which they came in. */
export function inOrder(...sizes: readonly number[]): number[][] {
  let at = 0;
  return sizes.map((size) => Array.from({ length: size }, () => at++));
}
