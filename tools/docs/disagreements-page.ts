/** `docs/disagreements.md`: where the sources disagree, from the one table of it. */

import { disagreements, type Reading } from '../../reference-impl/rules/disagreements.ts';
import { addressOf, placeOf } from '../../reference-impl/rules/documents.ts';
import { code, plain, table } from '../../reports/markdown-text.ts';
import { FAMILIES } from '../../vectors/family.ts';

const MADE = '<!-- Made by `npm run docs` from reference-impl/rules/disagreements.ts: changes here are lost. -->';

export function disagreementsPage(): string {
  const rows = disagreements.map(({ point, rows: ids, readings: [one, other], verdict, key }) => [
    `${plain(point)} (${ids.map(ruleLink).join(', ')})`,
    reading(one),
    reading(other),
    plain(verdict),
    key === undefined ? '' : code(key),
  ]);
  return [
    MADE,
    '',
    '# Where the sources disagree',
    '',
    'Microsoft’s pages draw the rules as flowcharts and spell them out in prose, and the two do not always agree; other points',
    'can be read in two ways. Nobody is failed for a reading that a source allows: where one source says must and another',
    'should, or nothing, the milder word holds, and the verdict is a warning (a failure under `--strict`). A finding on such a',
    'point names both places.',
    '',
    'Where a key stands in the last column, `--policy KEY=VALUE` says which reading the reference keeps. `duplicateacks`,',
    '`checksums` and `ipv6limit` are capabilities, too: a target that announces one is judged by that reading. `rsc-conformance',
    'doctor --explain-capabilities` lists the values.',
    '',
    ...table(['Point', 'One reading', 'The other', 'Verdict', 'Key'], rows),
    '',
  ].join('\n');
}

function reading({ clause, says }: Reading): string {
  return clause === undefined ? plain(says) : `${plain(says)} ([${plain(placeOf(clause))}](${addressOf(clause)}))`;
}

function ruleLink(id: string): string {
  const family = FAMILIES.find(({ letter }) => id.startsWith(letter));
  return family === undefined ? id : `[${id}](rules/${family.name}.md#${id.toLowerCase()})`;
}
