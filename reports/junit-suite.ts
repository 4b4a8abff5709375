/** A suite of a JUnit report, its cases as data until the end: a tree of their elements would be ten times as big. */

import { type Attributes, openTag, textElement } from './xml-text.ts';

export interface JunitCase {
  readonly classname: string;
  readonly name: string;
  /** Seconds. */
  readonly time: number;
  readonly properties: readonly Property[];
  readonly outcome?: JunitOutcome | undefined;
  /** Standard output; empty: none. */
  readonly output?: string;
}

/** Left out: it passed. */
export type JunitOutcome =
  | { readonly kind: 'failure' | 'error'; readonly message: string; readonly type: string; readonly body?: string }
  | { readonly kind: 'skipped' };

export interface JunitCounts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

type Property = readonly [name: string, value: string];

export class JunitSuite {
  readonly #head: Attributes;
  readonly #properties: Property[];
  readonly #cases: CaseText[] = [];
  readonly #outcomes = { failure: 0, error: 0, skipped: 0 };
  #seconds = 0;

  constructor(head: Attributes, properties: readonly Property[]) {
    this.#head = head;
    this.#properties = [...properties];
  }

  property(name: string, value: string): void {
    this.#properties.push([name, value]);
  }

  add(one: JunitCase): CaseText {
    const text = new CaseText(one);
    this.#cases.push(text);
    this.#seconds += one.time;
    if (one.outcome !== undefined) this.#outcomes[one.outcome.kind]++;
    return text;
  }

  get counts(): JunitCounts {
    const { failure, error, skipped } = this.#outcomes;
    return { tests: this.#cases.length, failures: failure, errors: error, skipped };
  }

  text(): string {
    const head = openTag('testsuite', { ...this.#head, time: rounded(this.#seconds), ...this.counts });
    const cases = this.#cases.map((one) => one.text());
    return [`  ${head}>`, ...propertyLines('    ', this.#properties), ...cases, '  </testsuite>'].join('\n');
  }
}

/** What a suite keeps of a case; more properties may follow. */
export class CaseText {
  readonly #head: string;
  readonly #properties: Property[];
  readonly #rest: string;

  constructor({ classname, name, time, properties, outcome, output = '' }: JunitCase) {
    this.#head = `    ${openTag('testcase', { classname, name, time: rounded(time) })}>`;
    this.#properties = [...properties];
    const rest = ['    </testcase>'];
    if (output !== '') rest.unshift(`      ${textElement('system-out', {}, output)}`);
    if (outcome !== undefined) rest.unshift(`      ${outcomeText(outcome)}`);
    this.#rest = rest.join('\n');
  }

  property(name: string, value: string): void {
    this.#properties.push([name, value]);
  }

  text(): string {
    return [this.#head, ...propertyLines('      ', this.#properties), this.#rest].join('\n');
  }
}

function propertyLines(indent: string, properties: readonly Property[]): string[] {
  if (properties.length === 0) return [];
  const lines = properties.map(([name, value]) => `${indent}  ${openTag('property', { name, value })}/>`);
  return [`${indent}<properties>`, ...lines, `${indent}</properties>`];
}

function outcomeText(outcome: JunitOutcome): string {
  if (outcome.kind === 'skipped') return textElement('skipped', {});
  const { kind, message, type, body } = outcome;
  return textElement(kind, { message, type }, body);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
