/** Writes the tables of keys in docs/rsc-line.md again: those of SET, IND and HELLO. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { CAPABILITY_KEYS, CAPABILITY_TABLE } from '../../runner/capabilities/capabilities.ts';
import { OOB_KEYS, OOB_TABLE } from '../../runner/rsc-line/oob-keys.ts';
import { SETTING_KEYS } from '../../runner/rsc-line/settings.ts';

export const RSC_LINE_PAGE = 'docs/rsc-line.md';

type Row = readonly string[];

const TABLES: Readonly<Record<string, () => string[]>> = {
  set: () =>
    table(
      ['key', 'values', 'what is set'],
      SETTING_KEYS.map(({ key, values, meaning }) => [code(key), code(values), meaning]),
    ),
  ind: () =>
    table(
      ['key', 'values', 'if left out', 'field', 'meaning'],
      OOB_KEYS.map((key) => {
        const { field, values, absent, meaning } = OOB_TABLE[key];
        return [code(key), code(values), code(String(absent)), field, meaning];
      }),
    ),
  hello: () =>
    table(
      ['key', 'values', 'default', 'meaning'],
      CAPABILITY_KEYS.map((key) => {
        const { kind, meaning } = CAPABILITY_TABLE[key];
        return [code(key), code(kind.shown), defaultText(CAPABILITY_TABLE[key].default), meaning];
      }),
    ),
};

export function rscLinePage(): string {
  let text = readFileSync(join(PACKAGE_ROOT, RSC_LINE_PAGE), 'utf8');
  for (const [name, make] of Object.entries(TABLES)) {
    const [begin, end] = [`<!-- table: ${name} -->`, `<!-- end: ${name} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${RSC_LINE_PAGE} has no place for the table ${name}`);
    text = `${text.slice(0, from + begin.length)}\n${make().join('\n')}\n${text.slice(to)}`;
  }
  return text;
}

function table(head: Row, rows: readonly Row[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

const code = (text: string): string => `\`${text}\``;

function defaultText(value: unknown): string {
  if (typeof value === 'boolean') return code(value ? 'on' : 'off');
  const isNothing = value === undefined || value === 0 || (Array.isArray(value) && value.length === 0);
  return isNothing ? '' : code(String(value));
}
