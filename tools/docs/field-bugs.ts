/** `docs/field-bugs.md`: bugs that were seen in the field, and the vectors that show each, from the flags. */

import { code, plain, table } from '../../reports/markdown-text.ts';
import { type Corpus, loadCorpus } from '../../vectors/corpus.ts';
import { type FlagMeaning, flagMeanings } from '../../vectors/flag-meanings.ts';
import type { Vector } from '../../vectors/vector.ts';

const MADE =
  '<!-- Made by `npm run docs` from vectors/flag-meanings.ts and the flags of the vectors: changes here are lost. -->';
/** Notes about the suite itself, not about a bug. */
const OWN_SOURCE = 'this suite';
/** If there are at most this many vectors, each is named; otherwise their topics are. */
const FEW = 4;

export function fieldBugs({ vectors }: Corpus = loadCorpus()): string {
  const bugs = Object.entries(flagMeanings).filter(([, { source }]) => source !== OWN_SOURCE);
  const carriers = new Map(bugs.map(([flag]) => [flag, vectors.filter(({ flags }) => flags.includes(flag))]));
  const all = new Set([...carriers.values()].flat());
  return [
    MADE,
    '',
    '# Bugs from the field',
    '',
    'For people who write or test a coalescer. This page lists bugs that deployed coalescers had, and the vectors that show each.',
    '',
    `${all.size} of the ${vectors.length} vectors show one of these ${bugs.length} bugs. Such a vector has the name of the bug as a flag. To`,
    'list the vectors of a flag, use `rsc-conformance list --flag FLAG`; to play them, `rsc-conformance run --flag FLAG`. A failing',
    'verdict names its flags. The product is where the bug was seen; it may be fixed there. The last column is the source.',
    ...kindsOf(bugs).flatMap((kind) => [
      '',
      `## ${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`,
      '',
      ...table(
        ['Flag', 'What it did', 'Seen in', 'Vectors', 'Source'],
        bugs
          .filter(([, { bugType }]) => bugType === kind)
          .map(([flag, { effect, product, source }]) => [
            code(flag),
            plain(effect),
            plain(product),
            vectorsText(carriers.get(flag) ?? []),
            plain(source),
          ]),
      ),
    ]),
    '',
  ].join('\n');
}

function kindsOf(bugs: readonly (readonly [string, FlagMeaning])[]): string[] {
  return [...new Set(bugs.map(([, { bugType }]) => bugType))].sort((a, b) => a.localeCompare(b, 'en'));
}

/** Each by its id if there are few; otherwise one count per topic. */
function vectorsText(carriers: readonly Vector[]): string {
  if (carriers.length <= FEW) return carriers.map(({ id }) => code(id)).join(', ');
  const topics = new Map<string, Vector[]>();
  for (const vector of carriers) {
    const topic = vector.id.split('/').slice(0, 2).join('/');
    topics.set(topic, [...(topics.get(topic) ?? []), vector]);
  }
  return [...topics]
    .map(([topic, list]) => (list.length === 1 ? code(list[0]?.id ?? topic) : `${code(`${topic}/*`)} ${list.length}`))
    .join(', ');
}
