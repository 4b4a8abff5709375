import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandIn } from '../../../testing/command.ts';
import { copyExample, needs } from '../../../testing/example-program.ts';
import { ROOT } from '../../../testing/paths.ts';

const ADAPTERS = [
  { file: 'c/rsc_line.h', example: 'c-program', command: './coalescer 0', tools: [['cc']] },
  { file: 'python/rsc_line.py', example: 'python-program', command: 'python3 coalescer.py', tools: [['python3']] },
  { file: 'rust/src/lib.rs', example: 'rust-program', command: './coalescer', tools: [['rustc']] },
  { file: 'go/rscline.go', example: 'go-program', command: './coalescer', tools: [['go', 'version']] },
] as const;

const SOURCES = [...ADAPTERS.map(({ file }) => file), 'go/burst.go'];

/** Examples, and how the line begins from which on they connect their coalescer. */
const CONNECTIONS = [
  { file: 'c-program/coalescer.c', from: '/* What connects it' },
  { file: 'python-program/coalescer.py', from: 'class Target:' },
  { file: 'rust-program/src/main.rs', from: '//! ' },
  { file: 'go-program/main.go', from: '// ' },
  { file: 'wireguard-go/main.go', from: '// ' },
] as const;

/** No vector asks these; each line with what it is answered. The frame is no TCP, and goes up as it came. */
const FRAME = `${'02'.repeat(12)}88b5${'00'.repeat(46)}`;
const DIALOGUE: readonly (readonly [string, ...string[]])[] = [
  ['HELLO rsc-line 2', 'HELLO rsc-line 1 name=… version=1 timestamps=off vlan=off statistics=off'],
  ['RESET', '.'],
  ['WHATEVER', 'UNSUPPORTED'],
  ['STATS', 'UNSUPPORTED'],
  ['TICK 100', 'UNSUPPORTED'],
  ['SET uro=on', 'UNSUPPORTED'],
  ['SET rsc4=maybe', 'UNSUPPORTED'],
  ['SET rsc4=on later=1', 'UNSUPPORTED'],
  ['SET features=none', 'UNSUPPORTED'],
  // An error waits for the next answer, replaces what was due, and is then forgotten.
  [`RX ${FRAME}`],
  ['RX 0g'],
  ['RX 012'],
  ['RX'],
  ['DPC', 'ERR …'],
  ['DPC', '.'],
  ['RX 0g'],
  [`RX ${FRAME}`],
  ['RESET', '.'],
  ['DPC', '.'],
  // A line that is too long, and wrong: one error.
  [`RX ${'0'.repeat(300_001)}`],
  ['DPC', 'ERR …'],
  // Keys that were never announced are ignored; digits of either case; a CR before the LF.
  [`RX ${FRAME.toUpperCase()} csum=partial ipsec=1 later=1\r`],
  ['SET rsc6=off', `IND ${FRAME} seg=0 …`, '.'],
  ['BYE'],
];

/** Says what Burst gave it. The first byte of a buffer is the headroom's. */
const BURST = `package main

import (
	"bytes"

	rscline "github.com/rsc-conformance/rsc-conformance/adapters/go"
)

func main() {
	resets := 0
	forget := func() { resets++ }
	merge := func(frames [][]byte, uro bool, out *rscline.Answer) {
		first := 0
		if len(frames) > 0 {
			first = len(frames[0])
		}
		out.Indicate(bytes.Join(frames, nil), "first=%d uro=%t resets=%d", first, uro, resets)
	}
	rscline.Main("name=burst version=1 set=off uro=on", &rscline.Burst{Forget: forget, Merge: merge, Headroom: 2, Size: 64})
}
`;

function linesOf(...path: readonly string[]): string[] {
  return readFileSync(join(ROOT, ...path), 'utf8')
    .trimEnd()
    .split('\n');
}

describe('adapters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-adapters-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const file of SOURCES) {
    it(`${file} has fewer than 250 lines`, () => {
      const lines = linesOf('adapters', file);
      expect(lines.length).to.be.below(250);
      expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(120);
    });
  }

  for (const { file, from } of CONNECTIONS) {
    it(`examples/${file} connects its coalescer with fewer than 30 lines of code`, () => {
      const lines = linesOf('examples', file);
      const start = lines.findIndex((line) => line.startsWith(from));
      expect(start).to.not.equal(-1);
      // Neither blank lines and comments, nor what Go imports.
      const connection = lines
        .slice(start)
        .join('\n')
        .replace(/^import \(.*?^\)|^import .*?$/ms, '')
        .split('\n');
      const code = connection.filter((line) => !/^\s*(?:$|\/\/|\/\*|\*|""")/.test(line));
      expect(code.length).to.be.within(15, 29);
      expect(Math.max(...code.map((line) => line.length))).to.be.at.most(120);
    });
  }

  for (const { file, example, command, tools } of ADAPTERS) {
    it(`${file}: its example conforms`, async function () {
      for (const [tool, ask] of tools) needs(this, tool, ask);
      const copy = copyExample(folder, example);
      if (example !== 'python-program') {
        const { status, stderr } = spawnSync('make', ['--silent'], { cwd: copy, encoding: 'utf8' });
        expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
      }
      expect(answers(copy, command)).to.deep.equal(DIALOGUE.flatMap(([, ...answered]) => answered));

      const played = await commandIn(copy, 'run', '--target', `program:${command}`, '--shard', '1/16', '--strict');
      expect(played.status, played.stdout + played.stderr).to.equal(0);
      expect(played.stdout).to.match(/: \d+ vectors: \d{3} pass, \d+ pass-less, \d+ unsupported\.$/m);
    });
  }

  it('go/burst.go gives the frames of a DPC at once, in used buffers, and switches URO', function () {
    needs(this, 'go', 'version');
    const copy = copyExample(join(folder, 'burst'), 'go-program');
    rmSync(join(copy, 'coalescer.go'));
    writeFileSync(join(copy, 'main.go'), BURST);
    const { status, stderr } = spawnSync('go', ['build', '-o', 'coalescer', '.'], { cwd: copy, encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    const dialogue: readonly (readonly [string, ...string[]])[] = [
      ['RESET', '.'],
      ['RX 01'],
      ['RX 0203'],
      ['SET uro=on', '.'],
      ['SET rsc4=off', 'UNSUPPORTED'],
      ['DPC', 'IND a5a501a5a50203 first=3 uro=true resets=1', '.'],
      ['DPC', 'IND  first=0 uro=true resets=1', '.'],
      ['RX 01'],
      ['RESET', '.'],
      ['DPC', 'IND  first=0 uro=false resets=2', '.'],
    ];
    expect(replies(copy, './coalescer', dialogue)).to.deep.equal(dialogue.flatMap(([, ...answered]) => answered));
  });

  /** What it answers to the lines of a dialogue. */
  function replies(cwd: string, command: string, dialogue: readonly (readonly [string, ...string[]])[]): string[] {
    const input = dialogue.map(([line]) => `${line}\n`).join('');
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, input, encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    return stdout.trimEnd().split('\n');
  }

  /** What it answers to the dialogue, without what is its own. */
  function answers(cwd: string, command: string): string[] {
    return replies(cwd, command, DIALOGUE).map((line) =>
      line
        .replace(/name=\S+/, 'name=…')
        .replace(/^ERR .+/, 'ERR …')
        .replace(/ seg=0\b.*/, ' seg=0 …'),
    );
  }
});
