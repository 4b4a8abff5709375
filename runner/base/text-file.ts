import { readFileSync } from 'node:fs';

/** The text of a file that a person or a shell wrote, without a byte order mark. Windows PowerShell's `>` writes UTF-16. */
export function readTextFile(file: string): string {
  const bytes = readFileSync(file);
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}
