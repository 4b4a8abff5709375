/** A vector's id as the name of a file, on any file system. */

import { createHash } from 'node:crypto';

const MOST = 120;

/** Different ids have different names, even if a file system ignores case. */
export function fileName(id: string): string {
  const plain = id.replaceAll('/', '.');
  if (/^[a-z0-9-]+(\/[a-z0-9-]+)+$/.test(id) && plain.length <= MOST) return plain;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return `${plain.replaceAll(/[^A-Za-z0-9.-]/g, '_').slice(0, MOST)}.${hash}`;
}
