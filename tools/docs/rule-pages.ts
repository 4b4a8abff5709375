/** `docs/rules`: one page per family, from the registry, the vectors, their flags and the planted faults. */

import { addressOf, type Clause, documents, placeOf } from '../../reference-impl/rules/documents.ts';
import { registry, rulesOfRow } from '../../reference-impl/rules/index.ts';
import type { Level, Rule } from '../../reference-impl/rules/rule.ts';
import { code, plain, table } from '../../reports/markdown-text.ts';
import type { Fault } from '../../runner/selfcheck/fault.ts';
import { faults } from '../../runner/selfcheck/faults.ts';
import { type Corpus, loadCorpus } from '../../vectors/corpus.ts';
import { FAMILIES } from '../../vectors/family.ts';
import { flagMeanings } from '../../vectors/flag-meanings.ts';
import type { Vector } from '../../vectors/vector.ts';

const FOLDER = 'docs/rules';
const MADE = '<!-- Made by `npm run docs` from the registry of rules: changes here are lost. -->';
const OTHERS = { name: 'others', title: 'Further rules' };

const LEVELS: Readonly<Record<Level, string>> = {
  must: 'a breach is a **fail**',
  derived: 'no source says it, but it follows from the stated aim of the sources; a breach is a **fail**',
  should:
    'a breach is a **warn**, which fails under `--strict`. If the clause is derived, the host’s TCP cannot notice the breach',
  may: 'a tolerated choice: either way passes',
};

interface Page {
  readonly name: string;
  readonly title: string;
  readonly ids: readonly string[];
}

/** Path, relative to the package, to text. */
export function rulePages(corpus: Corpus = loadCorpus()): Map<string, string> {
  const planted = faults();
  const pages = pagesOf();
  const texts = new Map<string, string>([[`${FOLDER}/README.md`, overview(pages)]]);
  for (const page of pages) texts.set(`${FOLDER}/${page.name}.md`, pageText(page, corpus.vectors, planted));
  return texts;
}

function pagesOf(): Page[] {
  const ids = [...new Set(registry.map(({ id }) => id))];
  const pages = FAMILIES.map(({ name, title, letter }) => ({
    name,
    title,
    ids: sorted(ids.filter((id) => lettersOf(id) === letter)),
  }));
  const left = ids.filter((id) => !pages.some((page) => page.ids.includes(id)));
  return [...pages, { ...OTHERS, ids: sorted(left) }].filter((page) => page.ids.length > 0);
}

function lettersOf(id: string): string {
  return /^[A-Z]+/.exec(id)?.[0] ?? '';
}

/** E2 before E10. */
function sorted(ids: readonly string[]): string[] {
  return [...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function overview(pages: readonly Page[]): string {
  const rows = pages.flatMap(({ name, ids }) =>
    ids.map((id) => {
      const rules = rulesOfRow(id);
      const summary = rules.map((rule) => plain(rule.summary)).join(' ');
      return [
        `[${id}](${name}.md#${id.toLowerCase()})`,
        [...new Set(rules.map(({ level }) => level))].join(', '),
        summary,
      ];
    }),
  );
  return [
    MADE,
    '',
    '# The rules',
    '',
    'For everyone who wants to know what a rule asks, or where it comes from. Every rule that is judged is here, by family, with its',
    'level, its source and its vectors. A row of the catalogue, such as E3, can have several rules, each with its own level:',
    '',
    ...Object.entries(LEVELS).map(([level, meaning]) => `- **${level}**: ${meaning}.`),
    '',
    ...table(['Rule', 'Level', 'What it says'], rows),
    '',
    '## Sources',
    '',
    'A clause names a heading of its source and links to it. The wording here is our own. Where the sources disagree, a finding',
    'names [both places](../disagreements.md).',
    '',
    ...Object.values(documents).map(
      ({ title, publisher, version, url }) =>
        `- [${plain(title)}](${url}): ${[publisher, version].filter((word) => word !== '').join(', ')}`,
    ),
    '',
  ].join('\n');
}

function pageText({ title, ids }: Page, vectors: readonly Vector[], planted: readonly Fault[]): string {
  return [
    MADE,
    '',
    `# ${title}`,
    '',
    `For everyone who looks up one of the rules ${ids[0]} to ${ids.at(-1)}: what it asks, its source, its vectors, and the planted faults that break it.`,
    '[All rules](README.md) has the levels and the sources.',
    ...ids.flatMap((id) => [
      '',
      `## ${id}`,
      '',
      ...table(
        ['Rule', 'Level', 'What it says', 'Clause'],
        rulesOfRow(id).map(({ name, level, summary, clause, disagreement }) => [
          code(name),
          level,
          plain(summary),
          placesOf(clause, disagreement),
        ]),
      ),
      '',
      ...vectorLines(id, vectors),
      '',
      ...faultLines(id, planted),
    ]),
    '',
  ].join('\n');
}

/** The clause, and the other place if the sources disagree. */
function placesOf(clause: Clause, disagreement: Rule['disagreement']): string {
  const others = (disagreement?.readings ?? []).flatMap(({ clause: other }) => (other === undefined ? [] : [other]));
  const links = [clause, ...others].map((place) => `[${plain(placeOf(place))}](${addressOf(place)})`);
  return [...new Set(links)].join('; but see ');
}

function vectorLines(id: string, vectors: readonly Vector[]): string[] {
  const about = vectors.filter(({ rules }) => rules.includes(id));
  const [first] = about;
  if (first === undefined) return ['**Vectors**: none, because the reference cannot show it.'];
  const topics = new Map<string, number>();
  const flags = new Set<string>();
  for (const vector of about) {
    const topic = vector.id.split('/').slice(0, 2).join('/');
    topics.set(topic, (topics.get(topic) ?? 0) + 1);
    for (const flag of vector.flags) flags.add(flag);
  }
  const seen = [...flags].sort().flatMap((flag) => {
    const note = flagMeanings[flag];
    return note === undefined
      ? []
      : [`- \`${flag}\`: ${plain(note.effect)} (${plain(note.product)}; ${plain(note.source)})`];
  });
  return [
    `**Vectors** (${about.length}; \`rsc-conformance list --rule ${id}\`): ${[...topics].map(([topic, count]) => `\`${topic}\` ${count}`).join(', ')}. To see one in words: \`rsc-conformance explain ${first.id}\`.`,
    ...(seen.length === 0 ? [] : ['', '**Seen in the field**, by the flags of these vectors:', '', ...seen]),
  ];
}

function faultLines(id: string, planted: readonly Fault[]): string[] {
  const own = planted.filter(({ name }) => name.startsWith(`${id}/`));
  const others = planted.filter(({ name, blames }) => !name.startsWith(`${id}/`) && blames.includes(id));
  const names = (list: readonly Fault[]): string => list.map(({ name }) => `\`${name}\``).join(', ');
  return [
    own.length === 0
      ? '**Planted faults**: none breaks only this rule.'
      : `**Planted faults** that break it, each caught by \`selfcheck\`: ${names(own)}.`,
    ...(others.length === 0 ? [] : ['', `Faults that can also show as ${id}: ${names(others)}.`]),
  ];
}
