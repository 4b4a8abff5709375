import { addressOf, type Clause, documents, sectionOf } from '../../reference-impl/rules/documents.ts';
import { groRules } from '../../reference-impl/rules/gro-rules.ts';
import { RULE_IDS, registry, rulesOfRow } from '../../reference-impl/rules/index.ts';
import type { Rule } from '../../reference-impl/rules/rule.ts';
import type { RuleText } from '../../reports/events.ts';

/** The registry in words, by row of the catalogue: reports show it beside a rule's id. */
export function ruleTexts(): Record<string, RuleText[]> {
  const texts: Record<string, RuleText[]> = {};
  for (const row of RULE_IDS) {
    texts[row] = [...rulesOfRow(row), ...followedByGro(row)].map(({ name, level, summary, clause }) => ({
      name,
      level,
      summary,
      clause: clauseText(clause),
    }));
  }
  return texts;
}

/** Under a profile, the reference follows rules with their own names. */
function followedByGro(row: string): readonly Rule[] {
  return groRules.filter((rule) => rule.id === row && !registry.includes(rule));
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
