import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../../runner/base/errors.ts';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { parseCommand } from '../../runner/cli/command.ts';
import { COMMANDS } from '../../runner/cli/commands.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'examples', 'adapters'].flatMap((folder) =>
    readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(md|yml)$|Jenkinsfile$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  ),
];

/** What a page shows: a command line in a block or between backticks, up to a comment, a pipe or a redirection. */
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

/** As a shell would, where it does nothing but quote. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(#|\||>|2>|&&|;|<|\()/.test(word)) break;
    found.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2').replace(/;$/, ''));
    if (word.endsWith(';')) break;
  }
  // What is left for the reader to complete.
  return found.at(-1) === '...' ? found.slice(0, -1) : found;
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
        // A command that is only named.
        if (args.every((word) => /^[a-z]+$/.test(word))) continue;
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
});
