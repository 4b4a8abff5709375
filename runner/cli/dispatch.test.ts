import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CommandResult, commandIn } from '../../testing/command.ts';

const ONE = 'exceptions/flags/psh-merges/ipv4';

describe('command line', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-conformance-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const command = (...args: string[]): Promise<CommandResult> => commandIn(folder, ...args);

  const refused: [string[], RegExp][] = [
    [['rum'], /no command rum \(did you mean run\?\)/],
    [['--versoin'], /--versoin/],
    [['run', '--filtre', 'x'], /no option --filtre \(did you mean --filter\?\)/],
    [['run', '--filter'], /--filter needs a value/],
    [['run', '--filter', '--strict'], /--filter needs a value/],
    [['run', '--strict=yes'], /--strict takes no value/],
    [['run', '--help=yes'], /--help takes no value/],
    [['run', '--bogus'], /no option --bogus \((?!did you mean)/],
    [['run', '--profile', 'foo'], /--profile cannot be "foo" \((?!did you mean)/],
    [['run', '--rule', 'ZZ'], /no rule ZZ \((?!did you mean)/],
    [['run', '--target', 'program:./absent'], /status 127; .*\(is the path right\? /],
    [['run', '--target', 'program:exit 0'], /\(docs\/write-an-adapter\.md shows/],
    [['run', '--out', 'a', '--out', 'b'], /--out is given twice/],
    [['run', 'exceptions'], /run does not take "exceptions"/],
    [['run', '--filter', 'exceptions/flags/psh-merge/ipv4'], /did you mean exceptions\/flags\/psh-merges\/ipv4\?/],
    [['run', '--filter', 'exeptions/*'], /exeptions \(did you mean exceptions\?\)/],
    [['run', '--filter', 'exeptions'], /exeptions \(did you mean exceptions\?\)/],
    [['run', '--rule', 'E88'], /no rule E88 \(/],
    [['run', '--level', 'most'], /--level cannot be "most" .*did you mean must\?/],
    [['run', '--flag', 'lnog'], /the flag lnog \(/],
    [['run', '--shard', '3/2'], /--shard cannot be "3\/2"/],
    [['run', '--target', 'refrence'], /no target refrence \(did you mean reference\?\)/],
    [['run', '--machine', 'q35'], /--machine applies only to the target qemu, not to reference \(--target qemu\)/],
    [['run', '--target', 'qemu', '--device', 'virtio'], /--device applies only to the target reference, not to qemu/],
    [['run', '--timeout', '9'], /target program, qemu or dpdk-gro, not to reference/],
    [['run', '--target', 'linux-gro', '--restarts', '9'], /program, qemu, live or dpdk-gro, not to linux-gro/],
    [['run', '--target', 'qemu', '--jobs', '2'], /--jobs applies only to the target program, not to qemu/],
    [['run', '--target', 'live', '--udp-gro', 'list'], /--udp-gro applies only to the target linux-gro, not to live/],
    [
      ['replay', 'x', '--capture', 'cap'],
      /only to the target live or linux-gro, .*\(--target live or --target linux-gro\)/,
    ],
    [['fuzz', '--differential', 'reference', 'program:x', '--clock', 'wall'], /qemu, not to reference or program/],
    [['run', '--target', 'program:'], /program needs/],
    [['run', '--policy', 'maxSegment=3'], /no policy key maxSegment \(did you mean maxSegments\?\)/],
    [['run', '--policy', 'maxSegments=some'], /maxSegments cannot be "some"/],
    [['run', '--policy', 'duplicateAcks=count'], /did you mean counted\?/],
    [['run', '--reporter', 'consol'], /--reporter cannot be "consol" .*did you mean console\?/],
    [['show'], /show needs ID/],
    [['show', 'exceptions/flags/psh-merge/ipv4'], /did you mean exceptions\/flags\/psh-merges\/ipv4\?/],
    [['explain', 'nothing-like-it'], /no vector nothing-like-it \(/],
    [['vectors', 'genrate'], /did you mean generate\?/],
    [['report', 'junit', 'absent.jsonl', '--out', 'x.xml'], /absent\.jsonl cannot be read/],
    [['run', '--reporter', 'tap', '--reporter', 'github'], /tap and github both write to standard output/],
    [['run', '--costs', 'x'], /--costs has no effect without --shard/],
    [['run', '--shard', '1/2', '--costs', 'absent.jsonl'], /absent\.jsonl cannot be read/],
    [['report', 'junit', 'a', 'b', '--out', 'x'], /report junit does not take "b"/],
    [['report', 'junit', 'a', '--partial', '--out', 'x'], /takes no --partial \(it belongs to report merge\)/],
    [['report', 'matrix', 'a', '--out', 'x.txt'], /ends in neither \.md nor \.html/],
    [['report', 'merge', 'absent.jsonl', '--out', 'x.jsonl'], /absent\.jsonl cannot be read/],
    [['report', 'pcapng', 'absent.jsonl', '--out', '-'], /captures cannot be written to standard output/],
    [['report', 'html', 'a'], /report html needs --out/],
    [['judge', '--sent', 'a', '--received', 'b', '--host', 'zz'], /--host cannot be "zz" \(an IP address/],
    [['selfcheck', '--list-pairs', '--markdown', 'x'], /--markdown has no effect with --all or --list-pairs/],
    [['report', 'juint', 'absent.jsonl', '--out', 'x.xml'], /did you mean junit\?/],
  ];
  for (const [args, line] of refused) {
    it(`refuses ${args.join(' ')} in one line`, async () => {
      const { status, stdout, stderr } = await command(...args);
      expect(stderr).to.match(line);
      expect(stderr).to.match(/^rsc-conformance: [^\n]+\n$/);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    });
  }

  it('refuses a folder that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { status, stderr } = await command('run', '--filter', ONE, '--out', 'file/below');
    expect({ status, lines: stderr.trim().split('\n').length }).to.deep.equal({ status: 2, lines: 1 });
  });

  it('says it plainly where nothing is selected', async () => {
    const { status, stderr } = await command('run', '--filter', 'exceptions/*', '--filter', '!*');
    expect(status).to.equal(1);
    expect(stderr).to.match(/^Nothing selected/);
  });

  it('runs what is selected and writes both reports', async () => {
    const { status, stdout } = await command('run', '--filter', ONE, '--out', 'one');
    expect(stdout).to.include('1 pass');
    expect(status).to.equal(0);
    const events = readFileSync(join(folder, 'one', 'events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const types = events.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).to.deep.equal(['session', 'vector', 'verdict', 'end']);
    expect(existsSync(join(folder, 'one', 'junit.xml'))).to.equal(true);
    const again = await command('report', 'junit', 'one/events.jsonl', '--out', 'again.xml');
    expect(again.status).to.equal(0);
    const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
    expect(text('again.xml')).to.equal(text('one/junit.xml'));
  });

  it('prints a report that goes to standard output, and says of cut events that they are', async () => {
    await command('run', '--filter', ONE, '--out', 'cut', '--reporter', 'none');
    const path = join(folder, 'cut', 'events.jsonl');
    const whole = await command('report', 'tap', 'cut/events.jsonl');
    expect(whole.stdout).to.match(/^TAP version 14\n1\.\.1\nok 1 - /);
    expect({ status: whole.status, stderr: whole.stderr }).to.deep.equal({ status: 0, stderr: '' });
    writeFileSync(path, `${readFileSync(path, 'utf8').trim().split('\n').slice(0, -1).join('\n')}\n`);
    for (const args of [
      ['report', 'ids', 'cut/events.jsonl'],
      ['causes', 'cut/events.jsonl'],
    ])
      expect((await command(...args)).stderr).to.equal('cut/events.jsonl was cut off: it has no end event.\n');
  });

  it('does not overwrite a file of causes with a draft', async () => {
    await command('run', '--filter', ONE, '--out', 'drafted', '--reporter', 'none');
    const draft = ['causes', 'drafted/events.jsonl', '--draft', 'drafted/causes.json'];
    expect((await command(...draft)).status).to.equal(0);
    const { status, stderr } = await command(...draft);
    expect(status).to.equal(2);
    expect(stderr).to.match(/causes\.json already exists \(/);
  });

  it('makes every report while it runs, and the same ones afterwards', async () => {
    const names = { markdown: 'summary.md', ctrf: 'ctrf.json' };
    const args = Object.keys(names).flatMap((name) => ['--reporter', name]);
    const { status, stdout } = await command('run', '--filter', ONE, '--out', 'all', '--reporter', 'github', ...args);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^::notice title=RSC conformance::reference [^\n]* is conforming[^\n]*\n$/);
    for (const [name, file] of Object.entries(names)) {
      expect((await command('report', name, 'all/events.jsonl', '--out', `again-${file}`)).status).to.equal(0);
      const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
      expect(text(`again-${file}`)).to.equal(text(`all/${file}`));
    }
    expect((await command('report', 'tap', 'all/events.jsonl', '--out', '-')).stdout).to.match(
      /^TAP version 14\n1\.\.1\nok 1 - /,
    );
  });

  it('plays a shard that got nothing, so that none is missing', async () => {
    for (const shard of ['1/2', '2/2']) {
      const { status, stderr } = await command('run', '--filter', ONE, '--shard', shard, '--out', `of-two-${shard[0]}`);
      expect(status, stderr).to.equal(0);
    }
    const merged = await command(
      'report',
      'merge',
      'of-two-2/events.jsonl',
      'of-two-1/events.jsonl',
      '--out',
      'of-two.jsonl',
    );
    expect(merged).to.deep.include({ status: 0, stderr: '' });
    expect(merged.stdout).to.include('conforming. 1 vector: 1 pass');
  });

  it('fails where everything is unsupported', async () => {
    const { status, stdout } = await command(
      'run',
      '--filter',
      'exceptions/flags/syn/interleaved*',
      '--policy',
      'maxConnections=1',
    );
    expect(stdout).to.include('unsupported');
    expect(status).to.equal(1);
  });

  it('helps with every command', async () => {
    const { stdout, status } = await command('--help');
    expect(status).to.equal(0);
    for (const [, name = ''] of stdout.matchAll(/^ {2}(\w+) /gm)) {
      const help = await command(name, '--help');
      expect(help.status, name).to.equal(0);
      expect(help.stdout).to.match(new RegExp(`^rsc-conformance ${name}`));
    }
    expect((await command('--version')).stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });
});
