/**
 * The rules in words, from session events: the report on an event file of another version shows that version's clauses.
 */

import type { RuleText, SessionEvent } from './events.ts';

type Texts = NonNullable<SessionEvent['ruleTexts']>;

export class RuleTexts {
  /** Rows of the catalogue, in its order. */
  readonly rows: readonly string[];
  readonly #texts: ReadonlyMap<string, readonly RuleText[]>;

  /** With several sessions, the first that has a row gives its texts. */
  constructor(...sources: readonly (Texts | undefined)[]) {
    const texts = new Map<string, readonly RuleText[]>();
    for (const source of sources)
      for (const [row, rules] of Object.entries(source ?? {})) if (!texts.has(row)) texts.set(row, rules);
    this.#texts = texts;
    this.rows = [...texts.keys()];
  }

  /** The rules of a row; none if the events do not contain the row. */
  row(id: string): readonly RuleText[] {
    return this.#texts.get(id) ?? [];
  }

  /** One rule of a row, or the first if the row has none of this name; empty if there is no such row. */
  summary(id: string, name?: string): string {
    const texts = this.row(id);
    return (texts.find((text) => text.name === name) ?? texts[0])?.summary ?? '';
  }

  /** The sources of a row: its clauses, each once, joined by "; ". Empty if there is no such row. */
  clauses(id: string): string {
    return [...new Set(this.row(id).map(({ clause }) => clauseText(clause)))].join('; ');
  }
}

/** "Transmission Control Protocol (August 2022): 3.4"; the document's key if the events contain no title. */
export function clauseText({ doc, title, version, section }: RuleText['clause']): string {
  const document = title ?? doc;
  const source = version === undefined ? document : `${document} (${version})`;
  return section === title ? source : `${source}: ${section}`;
}
