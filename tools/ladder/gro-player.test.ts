/** The player that guests run, on this machine's own kernel: the same verdicts as the product's own target. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent } from '../../reports/events.ts';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { missingRights } from '../../runner/targets/live/privilege.ts';
import { needs } from '../../testing/example-program.ts';
import { MAIN } from '../../testing/paths.ts';

const GUEST = join(PACKAGE_ROOT, 'tools', 'ladder', 'guest');
const SOURCES = ['gro_player.c', 'window.c', 'packet_socket.c', 'veth_bench.c'];
/** Frames too short for an interface and cut ones, order within a DPC, tags, datagrams with URO switched. */
const SAMPLE = ['round-trip/*', 'indication/frames/cut/*', 'indication/tagged/*', 'uro/switch/*', 'uro/size/*'];
/** Microseconds: a machine that does much else has to fit a burst into it. */
const WINDOW = '20000';

describe('the player of the ladder’s guests', () => {
  let folder = '';
  before(function () {
    if (process.platform !== 'linux' || missingRights().length > 0) {
      if (process.env['CI'] !== undefined) throw new Error('the player needs Linux and root');
      this.skip();
    }
    for (const tool of ['cc', 'ethtool', 'unshare']) needs(this, tool);
    folder = mkdtempSync(join(tmpdir(), 'rsc-player-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  function verdictsOf(target: string, ...options: readonly string[]): Map<string, unknown> {
    const filters = SAMPLE.flatMap((filter) => ['--filter', filter]);
    const fixed = ['--no-config', '--profile', 'gro', '--reporter', 'none', '--out', 'out'];
    const { status, stderr } = spawnSync(
      process.execPath,
      [MAIN, 'run', '--target', target, ...options, ...filters, ...fixed],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status, stderr).to.equal(0);
    const events = readFileSync(join(folder, 'out', 'events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    return new Map(
      events.flatMap((line) => {
        const event = JSON.parse(line) as RunEvent;
        if (event.type !== 'verdict') return [];
        const frames = event.indications.map(({ step, frame }) => [step, frame]);
        return [[event.vector, [event.verdict, event.reason ?? '', event.findings, frames]] as const];
      }),
    );
  }

  it('gets the frames that the target linux-gro gets', () => {
    const program = join(folder, 'gro_player');
    const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', `-I${join(PACKAGE_ROOT, 'adapters', 'c')}`];
    execFileSync('cc', [...flags, '-o', program, ...SOURCES], { cwd: GUEST });
    const own = verdictsOf('linux-gro', '--window', WINDOW);
    const players = verdictsOf(`program:${program} ${WINDOW}`);
    expect(players.size).to.be.above(150);
    for (const [vector, verdict] of players) {
      const [kind, reason] = own.get(vector) as [string, string];
      // Which words say so is the runner's own.
      if (kind === 'unsupported') expect(verdict, `${vector}: ${reason}`).to.include(kind);
      else expect(verdict, vector).to.deep.equal(own.get(vector));
    }
  });
});
