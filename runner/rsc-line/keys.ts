/** `key=value` words of a line, by key; words without a key are passed over. */
export function parseKeys(text: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const word of text.split(' ')) {
    const at = word.indexOf('=');
    if (at > 0) keys.set(word.slice(0, at), word.slice(at + 1));
  }
  return keys;
}
