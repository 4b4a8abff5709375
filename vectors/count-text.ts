/** "1 frame", "2 frames"; "1 entry", "2 entries". `what`: a word whose plural takes an s, or -ies for a y after a consonant. */
export function countText(number: number, what: string): string {
  return `${number} ${number === 1 ? what : what.replace(/([^aeiou])y$/, '$1ie').concat('s')}`;
}
