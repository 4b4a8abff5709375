/** A file of causes to begin with: the results of the diagnosis, for a person to name and explain. */

import { causeLines } from '../../reports/cause-text.ts';
import type { CauseEvent } from '../../reports/events.ts';
import { schemaReference } from '../base/schema-reference.ts';
import { CAUSES_SCHEMA } from './cause-file.ts';
import { CoveringPatterns } from './covering-patterns.ts';

/**
 * The file's text. `vectors`: ids of all judged vectors, so that a pattern matches no others. If several causes match a finding,
 * the first takes it: causes with the fewest vectors come first.
 */
export function causeDraft(
  file: string,
  title: string,
  causes: readonly CauseEvent[],
  vectors: readonly string[],
): string {
  const patterns = new CoveringPatterns(vectors);
  const document = {
    $schema: schemaReference(file, CAUSES_SCHEMA),
    title,
    causes: causes
      .filter(({ severity }) => severity !== 'error')
      .toSorted((a, b) => a.vectors.length - b.vectors.length)
      .map((cause) => {
        const [name = '', ...lines] = causeLines(cause);
        return {
          title: name,
          text: [`TODO: why? ${lines.join('. ')}.`],
          matches: [
            {
              rules: [...new Set(cause.findings.map(({ rule }) => rule))],
              fields: [...new Set(cause.findings.map(({ field }) => field))],
              vectors: patterns.cover(cause.vectors),
            },
          ],
        };
      }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
