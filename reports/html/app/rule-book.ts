/** The rules in words: those the run was judged by, or this page's own. */

import { RULE_IDS, registry } from '../../../reference-impl/rules/index.ts';
import type { RuleText, SessionEvent } from '../../events.ts';

const DOCUMENTS: Readonly<Record<string, string>> = {
  'ndis-rsc': 'Microsoft NDIS documentation, Receive Segment Coalescing',
  'ndis-rsc-statistics': 'Microsoft NDIS documentation, statistics of Receive Segment Coalescing',
  'ndis-checksum': 'Microsoft NDIS documentation, checksum offload',
  rfc9293: 'RFC 9293, TCP',
  rfc7323: 'RFC 7323, TCP timestamps',
  rfc791: 'RFC 791, IPv4',
  virtio: 'VIRTIO specification',
  derived: 'follows from the stated aim',
};

export class RuleBook {
  readonly rows: readonly string[];
  readonly #texts: Readonly<Record<string, readonly RuleText[]>>;

  constructor(session?: SessionEvent) {
    this.#texts = session?.ruleTexts ?? ownTexts();
    this.rows = Object.keys(this.#texts);
  }

  /** The rules of a row of the catalogue. */
  row(id: string): readonly RuleText[] {
    return Object.hasOwn(this.#texts, id) ? (this.#texts[id] ?? []) : [];
  }

  /** One rule of a row, or what the row is about. */
  summary(id: string, name?: string): string {
    const texts = this.row(id);
    return (texts.find((text) => text.name === name) ?? texts[0])?.summary ?? '';
  }
}

export function clauseText({ doc, section }: RuleText['clause']): string {
  return `${Object.hasOwn(DOCUMENTS, doc) ? DOCUMENTS[doc] : doc}: ${section}`;
}

function ownTexts(): Record<string, readonly RuleText[]> {
  return Object.fromEntries(
    RULE_IDS.map((row) => [row, registry.filter(({ id }) => id === row)] as const).filter(
      ([, rules]) => rules.length > 0,
    ),
  );
}
