/**
 * Runs what a page of documentation shows, and compares what it says comes out. No tests of its own.
 *
 *     ```python file=x.py       the block is written to x.py
 *     ```python append=x.py     or after what is there
 *     ```sh                     run in a folder of its own; a block `text` after it is what it prints (both streams)
 *     ```text head=3 tail=4     only the first three and the last four lines are shown, with a line `...` between
 *     ```sh whole               plays all vectors. Here it plays those that stand for all, and what it prints may differ from
 *                               the page in its numbers; with FULL=1 it plays all of them
 *
 * UPDATE_DOCS=1 in the environment rewrites the blocks `text` instead of comparing them.
 */

import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { PACKAGE_ROOT } from '../runner/base/version.ts';
import { loadCorpus } from '../vectors/corpus.ts';
import { isFull } from './full.ts';
import { representative } from './representative.ts';

const isUpdating = process.env['UPDATE_DOCS'] !== undefined;

interface Block {
  readonly language: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
  /** The lines of the page outside its text blocks. */
  readonly from: number;
  readonly to: number;
}

/** The folder may contain files. Throws chai's error if a block prints something else than the page shows. */
export function executePage(page: string, folder: string): void {
  const file = join(PACKAGE_ROOT, page);
  const lines = readFileSync(file, 'utf8').split('\n');
  const blocks = blocksOf(lines);
  const rewritten: { readonly block: Block; readonly text: string }[] = [];
  const environment = { ...process.env, NO_COLOR: '1', PATH: `${shimIn(folder)}${delimiter}${process.env['PATH']}` };
  const part = isFull || isUpdating ? undefined : join(folder, '.bin', 'part');
  if (part !== undefined) writeFileSync(part, standingForAll(lines).join('\n'));
  blocks.forEach((block, i) => {
    const name = block.attributes.get('file') ?? block.attributes.get('append');
    if (name !== undefined) {
      const write = block.attributes.has('file') ? writeFileSync : appendFileSync;
      write(join(folder, name), block.text);
    } else if (block.language === 'sh') {
      const isPart = part !== undefined && block.attributes.has('whole');
      const run = spawnSync('bash', ['-c', `exec 2>&1\n${block.text}`], {
        cwd: folder,
        env: isPart ? { ...environment, PART: part } : environment,
        encoding: 'utf8',
      });
      const shown = blocks[i + 1]?.language === 'text' ? blocks[i + 1] : undefined;
      const where = `${page}:${block.from}: ${block.text.trim()}`;
      const printed = shortened(normalized(run.stdout, folder), shown?.attributes ?? new Map());
      if (shown === undefined) expect({ printed, status: run.status }, where).to.deep.equal({ printed: '', status: 0 });
      else if (isUpdating) rewritten.push({ block: shown, text: printed });
      else if (isPart) expectPart(printed, shown.text, where);
      else expect(printed, where).to.equal(shown.text);
    }
  });
  for (const { block, text } of rewritten.reverse()) {
    lines.splice(block.from, block.to - block.from, ...text.replace(/\n$/, '').split('\n'));
  }
  if (rewritten.length > 0) writeFileSync(file, lines.join('\n'));
}

/** Together with the vectors that the page names, because a line about them would be missing. */
function standingForAll(page: readonly string[]): string[] {
  const { vectors } = loadCorpus();
  const chosen = new Set(representative(vectors));
  const text = page.join('\n');
  return vectors.filter((vector) => chosen.has(vector) || text.includes(vector.id)).map(({ id }) => id);
}

/** The same lines except for numbers and examples, on a page about all vectors. */
function expectPart(printed: string, shown: string, where: string): void {
  expect(outline(printed), where).to.equal(outline(shown));
  expect(/ (\d+) vectors: /.exec(shown)?.[1], where).to.equal(String(loadCorpus().vectors.length));
}

function outline(text: string): string {
  return text
    .replaceAll(/ \([^ ()]+\/[^ ()]+( and \d+ more)?\)$/gm, ' (...)')
    .replaceAll(/\d+(\.\d+)?/g, 'N')
    .replaceAll(/ +/g, ' ');
}

/** A `rsc-conformance` that runs the current build; it plays a part of the vectors if `PART` names a file of them. */
function shimIn(folder: string): string {
  const bin = join(folder, '.bin');
  const shim = join(bin, 'rsc-conformance');
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    shim,
    `#!/bin/sh\nexec '${process.execPath}' '${join(PACKAGE_ROOT, 'dist/runner/cli/main.js')}' "$@" \${PART:+--select-names "$PART"}\n`,
  );
  chmodSync(shim, 0o755);
  return bin;
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let from = -1;
  lines.forEach((line, i) => {
    if (!line.startsWith('```')) return;
    if (from < 0) {
      from = i;
      return;
    }
    const [language = '', ...words] = (lines[from] ?? '').slice(3).split(' ');
    const attributes = new Map(words.map((word) => word.split('=') as [string, string]));
    blocks.push({ language, attributes, text: `${lines.slice(from + 1, i).join('\n')}\n`, from: from + 1, to: i });
    from = -1;
  });
  return blocks;
}

/** Removes what differs from machine to machine, from time to time, or with the vectors. */
function normalized(text: string, folder: string): string {
  return text
    .replaceAll(folder, '.')
    .replaceAll(/^Vectors [0-9a-f]{12}, version .*$/gm, 'Vectors ..., version ...')
    .replaceAll(/^(.*\bcauses?\b[^.]*)\. The fault dictionary is of other vectors .*:$/gm, '$1:')
    .replaceAll(/\d+(\.\d+)? m?s\b/g, '... s')
    .replaceAll(/ +$/gm, '');
}

function shortened(text: string, attributes: ReadonlyMap<string, string>): string {
  const [head, tail] = [Number(attributes.get('head') ?? 0), Number(attributes.get('tail') ?? 0)];
  const lines = text.replace(/\n$/, '').split('\n');
  if (head + tail === 0 || lines.length <= head + tail + 1) return text;
  return `${[...lines.slice(0, head), '...', ...lines.slice(lines.length - tail)].join('\n')}\n`;
}
