import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { matchingFiles } from './matching-files.ts';

describe('names with wildcards', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-names-'));
  before(() => {
    for (const name of ['shard-2', 'shard-10', 'other']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'events.jsonl'), '');
    }
    writeFileSync(join(folder, 'A.PCAP'), '');
  });
  after(() => rmSync(folder, { recursive: true }));

  const matching = (pattern: string): string[] =>
    matchingFiles(`${folder}/${pattern}`).map((file) => file.slice(folder.length + 1));

  it('become the files that match, in the order of their names', () => {
    expect(matching('shard-*/events.jsonl')).to.deep.equal(['shard-10/events.jsonl', 'shard-2/events.jsonl']);
    expect(matching('shard-?/e*')).to.deep.equal(['shard-2/events.jsonl']);
    expect(matching('*.pcap')).to.deep.equal(['A.PCAP']);
  });

  it('stay as they are where nothing matches, and where there are none', () => {
    for (const name of ['shard-*/absent', '*/*/*', 'absent/*', 'plain (1).pcap'])
      expect(matching(name), name).to.deep.equal([name]);
  });
});
