import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { shellWord } from './shell-word.ts';

describe('a word of a command line', () => {
  it('comes out of a POSIX shell as it was', () => {
    const words = ['plain/one', '', "it's", 'a "b" c', '$HOME `x` \\', '*', 'a,b', 'program:./x 0'];
    const line = words.map((word) => shellWord(word, false)).join(' ');
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).to.deep.equal(words);
  });

  it('is quoted for cmd.exe on Windows, as its programs read it', () => {
    const quoted = (text: string): string => shellWord(text, true);
    expect(quoted('program:C:\\bin\\coalescer.exe')).to.equal('program:C:\\bin\\coalescer.exe');
    expect(quoted('C:\\with blank\\a.pcap')).to.equal('"C:\\with blank\\a.pcap"');
    expect(quoted('a,b')).to.equal('"a,b"');
    expect(quoted('')).to.equal('""');
    expect(quoted('program:"C:\\a b\\x.exe" 0')).to.equal('"program:\\"C:\\a b\\x.exe\\" 0"');
    expect(quoted('C:\\a b\\')).to.equal('"C:\\a b\\\\"');
    expect(quoted('a\\"b')).to.equal('"a\\\\\\"b"');
  });
});
