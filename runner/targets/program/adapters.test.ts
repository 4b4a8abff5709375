import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

describe('adapters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-adapters-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const { file, example, command, tools } of ADAPTERS) {
    it(`${file} has less than 250 lines, and its example conforms`, async function () {
      for (const [tool, ask] of tools) needs(this, tool, ask);
      const lines = readFileSync(join(ROOT, 'adapters', file), 'utf8')
        .trimEnd()
        .split('\n');
      expect(lines.length).to.be.below(250);
      expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(120);

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

  /** What it answers to the dialogue, without what is its own. */
  function answers(cwd: string, command: string): string[] {
    const input = DIALOGUE.map(([line]) => `${line}\n`).join('');
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, input, encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .replace(/name=\S+/, 'name=…')
          .replace(/^ERR .+/, 'ERR …')
          .replace(/ seg=0\b.*/, ' seg=0 …'),
      );
  }
});
