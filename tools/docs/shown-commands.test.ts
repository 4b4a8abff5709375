import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../../runner/base/errors.ts';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { parseCommand } from '../../runner/cli/command.ts';
import { COMMANDS } from '../../runner/cli/commands.ts';
import { commandIn } from '../../testing/command.ts';
import { FEW_VECTORS, fillPageFolder } from '../../testing/page-folder.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'examples', 'adapters'].flatMap((folder) =>
    readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(md|yml)$|Jenkinsfile$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  ),
];

/** Pages that another test runs from the first block to the last. */
const RUN_ELSEWHERE: readonly (readonly [page: RegExp, test: string])[] = [
  [/^docs\/write-an-adapter\.md$/, 'write-an-adapter.test.ts'],
  [/^examples\/(c|python)-program\/README\.md$/, 'examples.test.ts'],
  [/^docs\/ci\/(Jenkinsfile|.*\.yml)$/, 'ci-recipes.test.ts'],
];

/** Commands that cannot run on every machine, or not in the time of a test: they are only parsed. */
const PARSED_ONLY: readonly (readonly [command: RegExp, why: string])[] = [
  [/--target (live|linux-gro|qemu)/, 'needs root, and a device or QEMU'],
  [/--target dpdk-gro/, 'needs DPDK and a C compiler'],
  [/--target "?program:\$target/, 'needs Go and the coalescer itself'],
  [/^inject /, 'needs root, and waits for a run that sends it commands'],
  [/^selfcheck/, 'plays all vectors on hundreds of coalescers: selfcheck.test.ts'],
  [/^vectors lint/, 'reads all vectors: vectors.test.ts'],
  [/^vectors add /, 'changes the checkout: fuzz.test.ts'],
];

/** Generated pages, which show the same two commands for each row: one of each kind on a page is enough. */
const GENERATED = /^docs\/rules\//;

/** What the reader replaces. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  ID: FEW_VECTORS[0] as string,
  EVENTS: 'rsc-results/events.jsonl',
  'DIR/events.jsonl': 'rsc-results/events.jsonl',
  CAPTURE: 'sent.pcap',
  FILE: 'file',
  FLAG: 'ece-cwr-ignored',
};

/** The command lines that a page shows, in a block or between backticks. */
function shownOn(page: string): string[] {
  // A line that goes on in the next; quotes inside JSON.
  const text = readFileSync(join(PACKAGE_ROOT, page), 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .replaceAll('\\"', '"');
  return [...text.matchAll(/\brsc-conformance ([a-z][^`\n]*)/g)].map(([, line = '']) =>
    // The end of a string in JSON.
    line.split('"').length % 2 === 0 ? line.replace(/",?$/, '') : line,
  );
}

/** As a shell splits it, if the line only quotes. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(#|\||>|2>|&&|;|<|\()/.test(word)) break;
    found.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2').replace(/;$/, ''));
    if (word.endsWith(';')) break;
  }
  // An ellipsis at the end is for the reader to complete.
  return found.at(-1) === '...' ? found.slice(0, -1) : found;
}

/** A command that a text only names. */
const isNamed = (args: readonly string[]): boolean => args.length > 0 && args.every((word) => /^[a-z]+$/.test(word));

/** The same command over a few vectors or sessions. */
function narrowed([name = '', ...args]: readonly string[]): string[] {
  const filled = args.map((word) => PLACEHOLDERS[word] ?? word.replace(/\/\.\.\.$/, '/*'));
  if (name === 'run' || args[0] === 'export') return [name, ...filled, '--select-names', 'few.txt'];
  return name === 'fuzz' ? [name, ...filled, '--runs', '3'] : [name, ...filled];
}

/** The files and folders that the command says it writes. */
function written(args: readonly string[]): string[] {
  return args.filter((word, i) => ['--out', '--draft'].includes(args[i - 1] ?? '') && word !== '-');
}

/** What is wrong with lines of pages, each with its page, run in a copy of `prepared` one after the other. */
async function problemsOf(
  all: readonly (readonly [page: string, line: string])[],
  prepared: string,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-page-'));
  const problems: string[] = [];
  try {
    cpSync(prepared, folder, { recursive: true });
    for (const [page, line] of all) {
      const args = narrowed(words(line));
      const { status, stderr } = await commandIn(folder, ...args);
      // The program fails; where a page names the exit status, it must be that one.
      const most = /^(run|fuzz|causes)$/.test(args[0] ?? '') && !line.includes('exit status 0') ? 1 : 0;
      if (status > most) problems.push(`${page}: ${args.join(' ')}: exit status ${status}: ${stderr}`);
      for (const name of written(args))
        if (!existsSync(join(folder, name))) problems.push(`${page}: ${args.join(' ')}: no ${name}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return problems;
}

/** Those of a page that can run here, each once. */
function runnable(page: string): string[] {
  if (RUN_ELSEWHERE.some(([pattern]) => pattern.test(page))) return [];
  const lines = shownOn(page).filter((line) => {
    const [name, ...args] = words(line);
    if (isNamed(args) || (args.length === 0 && name !== 'doctor')) return false;
    return !PARSED_ONLY.some(([pattern]) => pattern.test(line));
  });
  const each = new Map(lines.map((line) => [GENERATED.test(page) ? words(line)[0] : words(line).join(' '), line]));
  return [...each.values()];
}

describe('commands that pages show', () => {
  it('are understood', async () => {
    const problems: string[] = [];
    let count = 0;
    for (const page of PAGES) {
      for (const line of shownOn(page)) {
        const [name = '', ...args] = words(line);
        const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
        if (load === undefined) {
          problems.push(`${page}: ${line}`);
          continue;
        }
        count++;
        if (isNamed(args) || args.length === 0) continue;
        try {
          parseCommand(await load(), args);
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          problems.push(`${page}: ${line}: ${error.message}`);
        }
      }
    }
    expect(problems).to.deep.equal([]);
    expect(count).to.be.above(100);
  });

  it('do what they say, over a few vectors', async () => {
    const prepared = mkdtempSync(join(tmpdir(), 'rsc-pages-'));
    try {
      await fillPageFolder(prepared);
      // What a page writes, the next one does not find; generated pages write nothing.
      const folders = new Map<string, (readonly [page: string, line: string])[]>();
      const shown = PAGES.flatMap((page) => runnable(page).map((line) => [page, line] as const));
      for (const [page, line] of shown) {
        const name = GENERATED.test(page) ? 'generated' : page;
        folders.set(name, [...(folders.get(name) ?? []), [page, line]]);
      }
      const problems: string[] = [];
      for (const lines of folders.values()) problems.push(...(await problemsOf(lines, prepared)));
      expect(problems).to.deep.equal([]);
      expect(shown.length).to.be.above(70);
    } finally {
      rmSync(prepared, { recursive: true, force: true });
    }
  });

  it('are run, or left out for a reason that still applies', () => {
    const all = PAGES.flatMap(shownOn);
    expect(PARSED_ONLY.filter(([pattern]) => !all.some((line) => pattern.test(line)))).to.deep.equal([]);
    expect(RUN_ELSEWHERE.filter(([pattern]) => !PAGES.some((page) => pattern.test(page)))).to.deep.equal([]);
  });
});
