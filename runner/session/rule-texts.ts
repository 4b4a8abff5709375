import { addressOf, type Clause, documents, sectionOf } from '../../reference-impl/rules/documents.ts';
import { RULE_IDS, rulesOfRow } from '../../reference-impl/rules/index.ts';
import type { RuleText } from '../../reports/events.ts';

/** The registry in words, by row of the catalogue: what reports show beside a rule's id. */
export function ruleTexts(): Record<string, RuleText[]> {
  const texts: Record<string, RuleText[]> = {};
  for (const row of RULE_IDS) {
    texts[row] = rulesOfRow(row).map(({ name, level, summary, clause }) => ({
      name,
      level,
      summary,
      clause: clauseText(clause),
    }));
  }
  return texts;
}

function clauseText(clause: Clause): RuleText['clause'] {
  const { title, version } = documents[clause.doc];
  return {
    doc: clause.doc,
    title,
    ...(version === '' ? {} : { version }),
    url: addressOf(clause),
    section: sectionOf(clause),
  };
}
