/** Findings by cause, in Markdown, with the explanations from a file of causes. Findings without a cause come last. */

import { rangesText, replayText } from './case-text.ts';
import { type RunEvent, type SessionEvent, VERDICTS, type VectorEvent, type VerdictEvent } from './events.ts';
import { familyOf } from './family.ts';
import { code, plain, table } from './markdown-text.ts';
import { RuleTexts } from './rule-texts.ts';

export interface Cause {
  readonly title: string;
  /** Markdown: what happens, why, and how much it matters. */
  readonly text: readonly string[];
  readonly explains: (finding: { readonly rule: string; readonly field: string }, vector: string) => boolean;
}

export interface CauseDocument {
  readonly title: string;
  /** Markdown paragraphs before everything, and after it. */
  readonly introduction: readonly string[];
  readonly remarks: readonly string[];
  /** A finding belongs to the first cause that matches it. */
  readonly causes: readonly Cause[];
}

interface Case {
  readonly vector: VectorEvent;
  readonly verdict: VerdictEvent;
}

const SHOWN_ROWS = 40;

export class CauseTable {
  readonly #document: CauseDocument;
  #session: SessionEvent | undefined;
  readonly #cases: Case[] = [];
  #vector: VectorEvent | undefined;

  constructor(document: CauseDocument) {
    this.#document = document;
  }

  event(event: RunEvent): void {
    if (event.type === 'session') this.#session = event;
    else if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict' && this.#vector !== undefined) {
      this.#cases.push({ vector: this.#vector, verdict: event });
    }
  }

  /** Vectors with a finding that no cause explains. */
  get unexplained(): readonly string[] {
    return this.#cases.filter((one) => this.#causesOf(one).has(undefined)).map(({ vector }) => vector.vector);
  }

  /** Titles of causes that explain nothing. */
  get idle(): readonly string[] {
    const seen = new Set(this.#cases.flatMap((one) => [...this.#causesOf(one)]));
    return this.#document.causes.filter((cause) => !seen.has(cause)).map(({ title }) => title);
  }

  /** Ids of the vectors that were judged. */
  get vectors(): readonly string[] {
    return this.#cases.map(({ vector }) => vector.vector);
  }

  /** Titles of the causes of these findings on a vector, in the document's order. */
  titlesOf(vector: string, findings: readonly { readonly rule: string; readonly field: string }[]): readonly string[] {
    const causes = new Set(findings.map((finding) => this.#causeOf(finding, vector)));
    return this.#document.causes.filter((cause) => causes.has(cause)).map(({ title }) => title);
  }

  text(): string {
    const { title, introduction, remarks, causes } = this.#document;
    const seen = causes.filter((cause) => this.#casesOf(cause).length > 0);
    return `${[
      `# ${title}`,
      '',
      ...paragraphs(introduction),
      ...this.#provenance(),
      ...this.#counts(),
      '## Deviations, by cause',
      '',
      ...this.#overview(seen),
      ...seen.flatMap((cause, i) => this.#section(cause, i + 1)),
      ...this.#rest(),
      ...this.#less(),
      ...this.#right(),
      ...paragraphs(remarks),
    ]
      .join('\n')
      .trimEnd()}\n`;
  }

  #causeOf(finding: { readonly rule: string; readonly field: string }, vector: string): Cause | undefined {
    return this.#document.causes.find((cause) => cause.explains(finding, vector));
  }

  #causesOf({ vector, verdict }: Case): Set<Cause | undefined> {
    return new Set(verdict.findings.map((finding) => this.#causeOf(finding, vector.vector)));
  }

  #casesOf(cause: Cause): Case[] {
    return this.#cases.filter((one) => this.#causesOf(one).has(cause));
  }

  /** The shortest vector that shows only this cause, if there is one. */
  #smallest(cause: Cause): Case | undefined {
    const weight = (one: Case): number[] => {
      const frames = one.vector.steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
      const bytes = frames.reduce((sum, { length }) => sum + length / 2, 0);
      return [this.#causesOf(one).size, frames.length, one.vector.steps.length, bytes];
    };
    const compare = (a: Case, b: Case): number => {
      const [left, right] = [weight(a), weight(b)];
      const at = left.findIndex((value, i) => value !== right[i]);
      if (at >= 0) return (left[at] as number) - (right[at] as number);
      return a.vector.vector < b.vector.vector ? -1 : 1;
    };
    return this.#casesOf(cause).sort(compare)[0];
  }

  #provenance(): string[] {
    const session = this.#session;
    if (session === undefined) return [];
    const { targetVersion, digest, version, command } = session;
    const made = `${code(command)}, suite ${plain(version)}, vectors ${code(digest.slice(0, 12))}.`;
    return [`Target: ${plain(targetVersion)}. Made from the events of ${made}`, ''];
  }

  #counts(): string[] {
    const shown = VERDICTS.filter((verdict) => this.#cases.some((one) => one.verdict.verdict === verdict));
    const families = [...new Set(this.#cases.map(({ vector }) => familyOf(vector.vector)))];
    const count = (verdict: string, family?: string): string =>
      String(
        this.#cases.filter(
          (one) => one.verdict.verdict === verdict && (family === undefined || familyOf(one.vector.vector) === family),
        ).length,
      );
    return [
      ...table(
        ['Family', ...shown],
        [
          ...families.map((family) => [plain(family), ...shown.map((verdict) => count(verdict, family))]),
          ['all', ...shown.map((verdict) => count(verdict))],
        ],
      ),
      '',
    ];
  }

  #overview(causes: readonly Cause[]): string[] {
    const rows = causes.map((cause, i) => [
      String(i + 1),
      plain(cause.title),
      this.#rulesOf(cause)
        .map((rule) => rule.id)
        .join(' '),
      String(this.#casesOf(cause).length),
    ]);
    return [...table(['', 'Cause', 'Rules', 'Vectors'], rows), ''];
  }

  #rulesOf(cause: Cause): { readonly id: string; readonly level: string }[] {
    const rules = new Map<string, Set<string>>();
    for (const { vector, verdict } of this.#cases) {
      for (const finding of verdict.findings) {
        if (this.#causeOf(finding, vector.vector) !== cause) continue;
        rules.set(finding.rule, (rules.get(finding.rule) ?? new Set()).add(finding.level));
      }
    }
    return [...rules].sort().map(([id, levels]) => ({ id, level: [...levels].sort().join(' and ') }));
  }

  #section(cause: Cause, number: number): string[] {
    const smallest = this.#smallest(cause);
    const texts = new RuleTexts(this.#session?.ruleTexts);
    const rules = this.#rulesOf(cause).map(({ id, level }) => `- ${id} (${level}): ${plain(texts.clauses(id))}`);
    return [
      `### ${number}. ${plain(cause.title)}`,
      '',
      ...paragraphs(cause.text),
      'Rules:',
      '',
      ...rules,
      '',
      ...(smallest === undefined ? [] : this.#example(cause, smallest)),
    ];
  }

  #example(cause: Cause, { vector, verdict }: Case): string[] {
    const own = verdict.findings.filter((finding) => this.#causeOf(finding, vector.vector) === cause);
    const rows = own
      .slice(0, SHOWN_ROWS)
      .map(({ rule, arrivals, field, expected, actual }) => [
        rule,
        rangesText(arrivals),
        code(field),
        plain(expected),
        plain(actual),
      ]);
    return [
      `Smallest vector: ${code(vector.vector)} (${plain(vector.title)}).`,
      '',
      '```text',
      ...stepLines(vector),
      ...expectedLines(verdict),
      ...actualLines(verdict),
      '```',
      '',
      ...table(['Rule', 'Frames', 'Field', 'Should be', 'Is'], rows),
      '',
      `Again: ${code(replayText(this.#session, vector.vector))}`,
      '',
    ];
  }

  #rest(): string[] {
    const rest = this.unexplained;
    if (rest.length === 0) return [];
    return ['## Not explained yet', '', ...rest.map((vector) => `- ${code(vector)}`), ''];
  }

  #less(): string[] {
    const topics = new Map<string, number[]>();
    for (const { vector, verdict } of this.#cases) {
      if (verdict.verdict !== 'pass-less') continue;
      const topic = vector.vector.split('/').slice(0, 2).join('/');
      topics.set(topic, [...(topics.get(topic) ?? []), verdict.ratio]);
    }
    if (topics.size === 0) return [];
    const rows = [...topics].map(([topic, ratios]) => {
      const mean = (100 * ratios.reduce((sum, ratio) => sum + ratio, 0)) / ratios.length;
      return [code(topic), String(ratios.length), `${mean.toFixed(0)} %`];
    });
    return [
      '## Legal, but less',
      '',
      'Coalescing is best effort. In these vectors fewer segments were merged than the rules allow, and nothing was wrong.',
      '',
      ...table(['Topic', 'Vectors', 'Merges made, of those allowed'], rows),
      '',
    ];
  }

  /** Rules about which vectors were judged, without a finding anywhere. */
  #right(): string[] {
    const judged = this.#cases.filter(({ verdict }) => !['unsupported', 'error'].includes(verdict.verdict));
    const breached = new Set(judged.flatMap(({ verdict }) => verdict.findings.map(({ rule }) => rule)));
    const rules = [...new Set(judged.flatMap(({ vector }) => vector.rules))].sort();
    const right = rules.filter((rule) => !breached.has(rule));
    // A key that no vector could show was not tested.
    const [first, ...others] = judged.map(({ verdict }) => verdict.notObserved);
    const never = (first ?? []).filter((what) => others.every((list) => list.includes(what)));
    const limit = never.length === 0 ? [] : ['', `Never observed, and so never judged: ${plain(never.join(', '))}.`];
    return ['## Rules without a finding', '', `${right.join(' ')}.`, ...limit, ''];
  }
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [text, '']);
}

/** Frames as a packet analyser lists them: enough to recognise them; `show` has the bytes. */
function stepLines({ steps }: VectorEvent): string[] {
  let arrival = 0;
  return steps.map((step) => {
    if ('rx' in step) return `in   #${arrival++} ${step.rx.length / 2} bytes ${excerpt(step.rx)}`;
    if ('dpc' in step) return '     end of DPC';
    return `     ${JSON.stringify(step)}`;
  });
}

function expectedLines({ decisions }: VerdictEvent): string[] {
  return decisions.map(({ arrival, did, rule }) => `ref  #${arrival} ${did} (${rule})`);
}

function actualLines({ indications }: VerdictEvent): string[] {
  return indications.map(
    ({ frame, arrivals }) => `out  ${rangesText(arrivals) || '?'} ${frame.length / 2} bytes ${excerpt(frame)}`,
  );
}

/** After the MAC addresses: EtherType and headers. */
function excerpt(hex: string): string {
  const MACS = 24;
  const SHOWN = 132;
  const words = hex.slice(MACS, MACS + SHOWN).match(/.{1,8}/g) ?? [];
  return `${words.join(' ')}${hex.length > MACS + SHOWN ? ' ...' : ''}`;
}
