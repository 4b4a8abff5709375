/** The family of a vector's id: what is before the first slash. */
export function familyOf(id: string): string {
  return id.split('/', 1)[0] ?? id;
}
