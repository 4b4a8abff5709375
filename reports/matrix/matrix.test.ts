import { expect } from 'chai';
import { FINDING, played, RUN, SESSION } from '../../testing/sample-run.ts';
import type { RunEvent } from '../events.ts';
import { noCounts } from '../run-summary.ts';
import { Column, matrixOf } from './matrix.ts';
import { matrixHtml } from './matrix-html.ts';
import { matrixMarkdown } from './matrix-markdown.ts';

describe('matrix', () => {
  function column(source: string, events: readonly RunEvent[]): Column {
    const made = new Column(source);
    for (const event of events) made.event(event);
    return made;
  }

  const before = column('a.jsonl', RUN);
  const after = column('b.jsonl', [
    SESSION,
    ...played('exceptions/a', 'fail', { findings: [FINDING] }),
    ...played('exceptions/b', 'pass'),
    ...played('exceptions/c', 'fail', { findings: [{ ...FINDING, rule: 'I7', message: '#1 never came out.' }] }),
    ...played('headers/d', 'unsupported', { reason: 'the target does no IPv6' }),
    ...played('headers/new', 'pass'),
  ]);

  it('tells fixed, broken and changed', () => {
    const { difference } = matrixOf([before, after]);
    const names = (changes: readonly { vector: string }[] = []): string[] => changes.map(({ vector }) => vector);
    expect(names(difference?.fixed)).to.deep.equal(['exceptions/b']);
    expect(names(difference?.broken)).to.deep.equal(['exceptions/a']);
    expect(names(difference?.changed)).to.deep.equal(['exceptions/c']);
    expect(difference?.onlyAfter).to.deep.equal(['headers/new']);
    expect(difference?.onlyBefore).to.deep.equal(['headers/e', 'headers/f', 'headers/g']);
  });

  it('compares no two targets as if they were one', () => {
    const other = column('c.jsonl', [{ ...SESSION, target: 'reference', digest: 'other' }, ...RUN.slice(1)]);
    const matrix = matrixOf([before, other]);
    expect(matrix.difference).to.equal(undefined);
    expect(matrix.caveats.join()).to.include('different versions of');
    expect(matrixOf([before, before, before]).difference).to.equal(undefined);
  });

  it('has a row a rule and a row a vector, with the limits of each run', () => {
    const matrix = matrixOf([before, after]);
    expect(matrix.labels).to.deep.equal(['program:./x 1 (a.jsonl)', 'program:./x 1 (b.jsonl)']);
    const e3 = matrix.rules.find(({ rule }) => rule === 'E3')?.cells[0];
    // Vectors about it that fail by another rule, or are an error, say nothing of it.
    expect(e3?.named).to.deep.equal({ ...noCounts(), fail: 3, warn: 1 });
    expect(e3).to.deep.include({ judged: 5, unsupported: 1, verdict: 'fail' });
    const i7 = matrix.rules.find(({ rule }) => rule === 'I7')?.cells;
    expect(i7?.map((cell) => cell.named.fail)).to.deep.equal([0, 1]);
    const page = matrixHtml(matrix);
    const markdown = matrixMarkdown(matrix);
    const [text = ''] = SESSION.ruleTexts?.['E3']?.map(({ summary }) => summary) ?? [];
    for (const report of [page, markdown]) expect(report).to.include(text);
    for (const text of [page, markdown]) {
      expect(text).to.include('Not observed: valueInvalid').and.to.include('the target does no IPv6');
      expect(text).to.include('the runs did not play the same vectors'.replace('the', 'The'));
      for (const { vector } of matrix.vectors) expect(text, vector).to.include(vector);
    }
  });

  it('is of three and more', () => {
    const three = matrixOf([before, after, column('c.jsonl', [{ ...SESSION, target: 'reference' }, ...RUN.slice(1)])]);
    for (const { cells } of [...three.rules, ...three.vectors]) expect(cells).to.have.length(3);
    for (const report of [matrixHtml(three), matrixMarkdown(three)]) expect(report).to.include('reference');
  });

  it('is a page that asks the network for nothing, and says everything in words', () => {
    const page = matrixHtml(matrixOf([before, after]));
    expect(page).to.match(/^<!doctype html>\n<html lang="en">/);
    expect(page).to.include("default-src 'none'");
    expect(page).not.to.match(/\b(?:src|href)="(?!#)/);
    expect(page).not.to.match(/url\(|@import|fetch\(/);
    expect(page).to.include('prefers-color-scheme: dark');
    for (const [, row] of page.matchAll(/<tbody>\n([\s\S]*?)<\/tbody>/g))
      for (const line of (row ?? '').trim().split('\n')) expect(line).to.match(/^<tr[^>]*><th scope="row">/);
    for (const [, kind, cell] of page.matchAll(/<td class="v-(\w[\w-]*)"[^>]*>([^<]*)</g))
      expect(cell).to.include(kind === 'none' ? 'not played' : kind);
  });

  it('has colours that can be read in both schemes', () => {
    const page = matrixHtml(matrixOf([before]));
    const schemes = [...page.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) =>
      Object.fromEntries(
        [...(body ?? '').matchAll(/--(\w+): (#[0-9a-f]+)/g)].map(([, name, value]) => [name ?? '', value ?? '']),
      ),
    );
    expect(schemes).to.have.length(2);
    for (const scheme of schemes)
      for (const name of ['text', 'pass', 'less', 'warn', 'fail', 'error', 'dim', 'link'])
        for (const back of name === 'text' ? ['back', 'head'] : ['back'])
          expect(contrast(scheme[name] ?? '', scheme[back] ?? ''), `${name} on ${back}`).to.be.at.least(4.5);
  });
});

/** WCAG 2.1: relative luminance, and its ratio. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const digits = color.length === 4 ? [...color.slice(1)].map((d) => d + d) : (color.slice(1).match(/../g) ?? []);
    const [red = 0, green = 0, blue = 0] = digits.map((pair) => {
      const part = Number.parseInt(pair, 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
