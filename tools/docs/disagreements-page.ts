/** `docs/disagreements.md`: where the sources disagree, from the table in the rules. */

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
    'For everyone who got a warning, or wonders why a rule only warns. After it you know both readings of each such point, what the',
    'judge does, and how to choose a reading.',
    '',
    'Microsoft’s pages give the rules as flowcharts and as prose, and the two do not always agree. Other points can be read in two',
    'ways. A reading that a source allows never fails. If one source says *must* and another says *should*, or nothing, the milder',
    'word counts: the verdict is a warning (a failure under `--strict`). A finding on such a point names both places.',
    '',
    'If the last column has a key, `--policy KEY=VALUE` chooses the reading that the reference follows. `duplicateacks`, `checksums`',
    'and `ipv6limit` are also capabilities: a target that announces one is judged by that reading. To list the values, run',
    '`rsc-conformance doctor --explain-capabilities`.',
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
