/** The receive buffers that a frame took, as text: `4096/4096,120/4096`, bytes written of bytes that each holds. */

import type { BufferFill } from '../../reference-impl/rules/rule.ts';

/** The key of an IND line, and of a recorded indication. */
export const BUFFERS = 'buffers';

export function renderFills(fills: readonly BufferFill[]): string {
  return fills.map(({ used, size }) => `${used}/${size}`).join(',');
}

/** Undefined: no such text. */
export function readFills(text: string): BufferFill[] | undefined {
  const fills: BufferFill[] = [];
  for (const word of text.split(',')) {
    const [, used, size] = /^(\d{1,9})\/(\d{1,9})$/.exec(word) ?? [];
    if (used === undefined || Number(used) > Number(size)) return undefined;
    fills.push({ used: Number(used), size: Number(size) });
  }
  return fills;
}
