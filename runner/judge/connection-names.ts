/** Connections as text, each made once: captures and sessions repeat the same ones. */

import type { Segment } from '../../reference-impl/wire/segment.ts';

/** Names to keep. */
const MOST = 65_536;

interface Known {
  readonly key: Int32Array;
  readonly name: string;
}

export class ConnectionNames {
  /** By hash; if several share one, the last. */
  readonly #known = new Map<number, Known>();

  of({ hash, key, keyWords }: Segment): string {
    const known = this.#known.get(hash);
    if (known !== undefined && isSame(known.key, key, keyWords)) return known.name;
    const own = key.slice(0, keyWords);
    const name = own.join(' ');
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(hash, { key: own, name });
    return name;
  }
}

function isSame(known: Int32Array, key: Int32Array, words: number): boolean {
  if (known.length !== words) return false;
  for (let i = 0; i < words; i++) if (known[i] !== key[i]) return false;
  return true;
}
