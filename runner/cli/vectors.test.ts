import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';

const ONE = 'exceptions/flags/psh-merges/ipv4';

describe('vectors, the command', () => {
  const folder = testFolder();

  const vectors = (...args: string[]): Promise<CommandResult> => commandIn(folder, 'vectors', ...args);

  it('exports what is selected', async () => {
    writeFileSync(join(folder, 'names'), `${ONE} # one\n`);
    const args = ['--format', 'pcap', '--out', 'one', '--select-names', 'names'];
    const { status, stdout } = await vectors('export', ...args);
    expect(stdout).to.match(/^1 vector as pcap in one: \d+ files, 1 MB; corpus sha256 [0-9a-f]{64}\n$/);
    expect(status).to.equal(0);
    const { vectors: entries } = JSON.parse(readFileSync(join(folder, 'one/index.json'), 'utf8'));
    expect(entries.map(({ id }: { id: string }) => id)).to.deep.equal([ONE]);
  });

  it('makes captures that coalesce reads as they are meant', async () => {
    const [sent, made] = [join(folder, `one/${ONE}.sent.pcap`), join(folder, 'made.pcap')];
    const { status } = await commandIn(folder, 'coalesce', sent, '--dpc-gap', '5000000', '--out', made);
    expect(status).to.equal(0);
    const frames = (file: string): string =>
      readFileSync(file)
        .subarray(24 + 16)
        .toString('hex');
    expect(frames(made)).to.equal(frames(join(folder, `one/${ONE}.expected.pcap`)));
  });

  it('says so where nothing is selected', async () => {
    const args = ['--format', 'json', '--out', 'none', '--rule', 'C1', '--flag', 'length-wraps'];
    const { status, stderr } = await vectors('export', ...args);
    expect(stderr).to.match(/Nothing selected/);
    expect(status).to.equal(1);
  });

  const refused: [string[], RegExp][] = [
    [['export'], /needs --format \(pcap, json, rsc-line\)/],
    [['export', '--format', 'jsn', '--out', 'x'], /--format cannot be "jsn" \(did you mean json\?\)/],
    [['export', '--format', 'json'], /needs --out/],
    [['export', '--format', 'json', '--out', '.'], /contains other files: .*--force/],
    [['generate', '--out', 'x'], /--out is for vectors export/],
    [['lint', '--rule', 'C1'], /--rule is for vectors export/],
  ];
  for (const [args, line] of refused) {
    it(`refuses ${args.join(' ')} in one line`, async () => {
      const { status, stdout, stderr } = await vectors(...args);
      expect(stderr).to.match(line);
      expect(stderr).to.match(/^rsc-conformance: [^\n]+\n$/);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    });
  }
});
