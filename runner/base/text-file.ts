import { readFileSync } from 'node:fs';

/** The text of a file that a person or a shell wrote, without a byte order mark. Windows PowerShell's `>` writes UTF-16. */
export function readTextFile(file: string): string {
  const bytes = readFileSync(file);
  const mark = bytes.toString('hex', 0, 2);
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
