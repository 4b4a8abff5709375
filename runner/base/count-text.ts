/** "1 frame", "2 frames". `what`: a word whose plural takes an s. */
export function countText(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
