/** On real interfaces: a namespace with a veth pair, made and removed here. Needs root; in CI it must run. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent, VerdictEvent } from '../../../reports/events.ts';
import { needs } from '../../../testing/example-program.ts';
import { MAIN } from '../../../testing/paths.ts';
import { until } from '../../../testing/until.ts';
import { missingRights } from './privilege.ts';

const NAMESPACE = `rsc-test-${process.pid}`;
/** A variable in the environment of what is started here: other tests have wires of their own. */
const MARK = 'RSC_LIVE_TEST';
const TOOLS = ['ip', 'ethtool', 'unshare', 'setpriv'];
const SAMPLE = [
  '--filter',
  'coalescing/sequence',
  '--filter',
  'exceptions/checksum',
  '--filter',
  'indication/frames/cut',
];

/** What a packet socket did with a unit of datagrams before Linux 6.2: the frame is taken, and recvmsg fails. */
const BEFORE_LINUX_6_2 = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t (*real)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
	ssize_t length = real(fd, message, flags);
	int domain = 0;
	socklen_t room = sizeof domain;
	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &room);
	if (domain != AF_PACKET || length < 10 || ((unsigned char *)message->msg_iov->iov_base)[1] != 5)
		return length;
	errno = EINVAL;
	return -1;
}
`;

function sh(
  file: string,
  ...args: string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(file, args, { encoding: 'utf8' });
}

function must(file: string, ...args: string[]): string {
  const { status, stdout, stderr } = sh(file, ...args);
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const inNamespace = (...command: string[]): string[] => ['ip', 'netns', 'exec', NAMESPACE, ...command];
const run = (command: readonly string[]) => sh(command[0] as string, ...command.slice(1));
const attribute = (name: string): string => run(inNamespace('cat', `/sys/class/net/vout/${name}`)).stdout.trim();

describe('live targets on real interfaces', () => {
  let out = '';

  before(function () {
    const missing = [
      ...missingRights(),
      ...TOOLS.filter((tool) => sh('sh', '-c', `command -v ${tool}`).status !== 0).map(
        (tool) => `${tool} (not installed)`,
      ),
    ];
    if (process.platform !== 'linux' || missing.length > 0) {
      const why = `live targets need Linux and ${missing.join(', ')}`;
      if (process.env['CI'] !== undefined) throw new Error(why);
      console.log(`    not run: ${why}`);
      this.skip();
    }
    out = mkdtempSync(join(tmpdir(), 'rsc-live-'));
    process.env[MARK] = NAMESPACE;
    must('ip', 'netns', 'add', NAMESPACE);
    const script = [
      'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1',
      'ip link add vin mtu 9100 type veth peer name vout mtu 9100',
      'ip link add vdown type dummy 2>/dev/null || ip link add vdown type veth peer name vdown2',
      'ip link add voff type veth peer name voff2',
      'for i in vin vout voff voff2; do ip link set $i up; done',
      'ethtool -K vout gro on',
      'ethtool -K voff gro off',
    ].join('\n');
    must('ip', 'netns', 'exec', NAMESPACE, 'sh', '-ec', script);
  });

  after(() => {
    delete process.env[MARK];
    if (out === '') return;
    rmSync(out, { recursive: true });
    must('ip', 'netns', 'del', NAMESPACE);
  });

  const cli = (...args: string[]): string[] => [
    process.execPath,
    MAIN,
    'run',
    '--out',
    out,
    '--reporter',
    'none',
    ...args,
  ];
  const live = (...args: string[]): string[] => inNamespace(...cli('--target', 'live', '--observe', 'vout', ...args));
  const windowed = ['--gro-flush-timeout', '2000', '--dpc-pause', '8'];

  function events(): RunEvent[] {
    return readFileSync(join(out, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
  }

  function verdicts(): Map<string, VerdictEvent> {
    return new Map(events().flatMap((event) => (event.type === 'verdict' ? [[event.vector, event] as const] : [])));
  }

  /** What to read where a run ended otherwise than expected. */
  function reasons(): string {
    return [...verdicts()]
      .map(
        ([id, { verdict, reason, findings }]) =>
          `${id}: ${verdict} ${[reason, ...findings.map(({ message }) => message)].join('; ')}`,
      )
      .join('\n');
  }

  /** Verdicts without findings' details, by vector. */
  function summary(): Record<string, string> {
    return Object.fromEntries(
      [...verdicts()].map(([id, { verdict, findings }]) => [id, `${verdict} ${findings.map(({ rule }) => rule)}`]),
    );
  }

  const children = (): string[] =>
    readdirSync('/proc').filter((pid) => {
      try {
        const of = (what: string): string => readFileSync(`/proc/${pid}/${what}`, 'utf8');
        return (
          /^\d+$/.test(pid) && of('cmdline').includes('wire-main.js') && of('environ').includes(`${MARK}=${NAMESPACE}`)
        );
      } catch {
        return false;
      }
    });

  describe('linux-gro', () => {
    it('judges every vector in the same way with both back ends, and restores everything', () => {
      // In a namespace whose interfaces nothing else changes.
      const state = (): unknown[] => [children(), must('ip', 'netns'), run(inNamespace('ip', '-br', 'link')).stdout];
      const before = state();
      const summaries = ['af-packet', 'cap'].map((capture) => {
        const { status, stderr } = run(inNamespace(...cli('--target', 'linux-gro', '--capture', capture, ...SAMPLE)));
        expect(status, stderr).to.equal(1);
        return summary();
      });
      expect(summaries[0]).to.deep.equal(summaries[1]);
      expect(state()).to.deep.equal(before);
      const kinds = new Set([...verdicts().values()].map(({ verdict }) => verdict));
      expect([...kinds].sort()).to.deep.equal(['fail', 'pass', 'pass-less', 'unsupported']);
    });

    it('sees whole frames of 65,549 bytes, and says so where cap cannot', () => {
      const filter = ['--filter', 'exceptions/length/mss-1448/limit/exact/ipv4'];
      expect(run(cli('--target', 'linux-gro', '--capture', 'af-packet', ...filter)).status).to.equal(0);
      expect([...verdicts().values()][0]).to.deep.include({ verdict: 'pass' });
      run(cli('--target', 'linux-gro', '--capture', 'cap', ...filter));
      expect([...verdicts().values()][0]?.reason).to.match(/the capture cannot hold/);
    });

    for (const how of ['forwarding', 'list'])
      it(`merges plain UDP by ${how}, and gives it back`, () => {
        const only = ['--filter', 'uro/run/*', '--filter', 'uro/switch/*', '--filter', 'uro/size/*'];
        const { status, stderr } = run(cli('--target', 'linux-gro', '--udp-gro', how, '--profile', 'gro', ...only));
        expect(status, stderr).to.equal(0);
        const whole = [...verdicts().values()].filter(({ verdict }) => verdict === 'pass');
        const merged = whole.filter(({ indications }) => indications.some(({ arrivals }) => arrivals.length > 1));
        expect(merged.length).to.be.above(10);
        expect(merged.some(({ indications }) => indications.some(({ oob }) => oob['uroSegSize'] === 100))).to.equal(
          true,
        );
      });

    it('does no URO on a kernel that cannot show a unit of datagrams', function () {
      needs(this, 'cc');
      const [library, cut] = [join(out, 'before-6.2.so'), join(out, 'before-6.2.c')];
      writeFileSync(cut, BEFORE_LINUX_6_2);
      must('cc', '-shared', '-fPIC', '-o', library, cut);
      const command = cli('--target', 'linux-gro', '--capture', 'af-packet', '--filter', 'uro/run/*');
      run(['env', `LD_PRELOAD=${library}`, ...command]);
      const reasons = [...verdicts().values()].map(({ verdict, reason }) => `${verdict}: ${reason}`);
      expect(new Set(reasons)).to.deep.equal(new Set(['unsupported: the target does no URO']));
    });

    it('shows the outer VLAN tag, which the kernel takes off before it shows the frame', () => {
      expect(run(cli('--target', 'linux-gro', '--filter', '*vlan*')).status).to.equal(0);
      const tagged = [...verdicts().values()].flatMap(({ indications }) =>
        indications.map(({ frame }) => frame.slice(24, 28)),
      );
      expect(tagged).to.include('8100');
    });

    it('ends with the runner, whatever ends it', async () => {
      const before = children();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
        const started = spawn(process.execPath, cli('--target', 'linux-gro').slice(1), { stdio: 'ignore' });
        await until(() => children().length > before.length, 'the wire runs');
        started.kill(signal);
        await ended(started);
        await until(() => children().length === before.length, 'the wire is gone');
      }
    });
  });

  describe('live', () => {
    it('re-addresses, judges, and puts back what it changed', () => {
      const settings = (): string[] => [
        attribute('gro_flush_timeout'),
        attribute('napi_defer_hard_irqs'),
        run(inNamespace('ethtool', '-k', 'vin')).stdout,
        run(inNamespace('ip', '-d', 'link')).stdout.replaceAll(/\bstate\b.*|[RT]X:.*/g, ''),
      ];
      const before = settings();
      const addresses = ['--dut-mac', '02:00:5e:00:53:01', '--dut-ip4', '198.18.0.9', '--dut-ip6', 'fd00::9'];
      const { status, stderr } = run(live('--inject', 'vin', ...addresses, ...windowed, ...SAMPLE));
      expect(status, stderr).to.equal(1);
      const found = verdicts();
      expect(found.get('coalescing/sequence/gap/ipv4')?.verdict).to.be.oneOf(['pass', 'pass-less']);
      expect(found.get('coalescing/sequence/gap/ipv6')?.verdict).to.be.oneOf(['pass', 'pass-less']);
      expect([...found.values()].filter(({ verdict }) => verdict === 'error')).to.deep.equal([]);
      // GRO's one weakness, and nothing else. What a busy machine loses on the way is not lost again.
      const rulesOf = (all: Iterable<VerdictEvent>): Set<string> =>
        new Set([...all].flatMap(({ findings }) => findings.map(({ rule }) => rule)));
      const lost = [...found].filter(([, verdict]) => rulesOf([verdict]).has('I7')).map(([id]) => id);
      expect([...rulesOf(found.values())].filter((rule) => rule !== 'I7')).to.deep.equal(['I1']);
      if (lost.length > 0) {
        run(live('--inject', 'vin', ...addresses, ...windowed, ...lost.flatMap((id) => ['--filter', id])));
        expect([...verdicts().keys()]).to.include.members(lost);
        expect([...rulesOf(verdicts().values())].filter((rule) => rule !== 'I1')).to.deep.equal([]);
      }
      expect(settings()).to.deep.equal(before);
    });

    it('takes a far end, and cap', () => {
      const farEnd = `${process.execPath} ${MAIN} inject --interface vin --capture cap`;
      const args = ['--capture', 'cap', '--filter', 'coalescing/sequence/gap', ...windowed];
      must('ip', 'netns', 'exec', NAMESPACE, 'ethtool', '-K', 'vin', 'tso', 'off');
      const { status, stderr } = run(live('--inject-command', farEnd, ...args));
      must('ip', 'netns', 'exec', NAMESPACE, 'ethtool', '-K', 'vin', 'tso', 'on');
      expect(status, stderr + reasons()).to.equal(0);
      expect(verdicts().size).to.equal(4);
    });

    it('calls a path on which nothing ever merges unsupported, and why', () => {
      // Without a timeout, veth polls each frame inside the call that sends it.
      const { status } = run(live('--inject', 'vin', '--dpc-pause', '5', '--filter', 'coalescing/sequence/gap'));
      expect(status).to.equal(1);
      for (const { verdict, reason } of verdicts().values()) {
        expect(verdict).to.equal('unsupported');
        expect(reason).to.match(/merged none of ten IPv[46] bursts/);
      }
    });

    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`puts back what it changed at ${signal}`, async () => {
        const started = spawn('ip', live('--inject', 'vin', ...windowed).slice(1), { stdio: 'ignore' });
        await until(() => attribute('gro_flush_timeout') === '2000000', 'the setting is made');
        started.kill(signal);
        await ended(started);
        expect(attribute('gro_flush_timeout')).to.equal('0');
        expect(attribute('napi_defer_hard_irqs')).to.equal('0');
        expect(run(inNamespace('ethtool', '-k', 'vin')).stdout).to.match(/^tcp-segmentation-offload: on/m);
      });
    }

    const unprivileged = ['setpriv', '--bounding-set=-all', '--inh-caps=-all'];
    const refusals: readonly [string, () => string[], RegExp][] = [
      ['nothing to observe', () => inNamespace(...cli('--target', 'live', '--inject', 'vin')), /live needs --observe/],
      ['nothing to inject', () => live(), /live needs --inject/],
      [
        'the same interface twice',
        () => live('--inject', 'vout'),
        /--inject and --observe are the same interface vout/,
      ],
      ['no such interface', () => live('--inject', 'vim'), /--inject: there is no network interface vim \(.*vin/],
      [
        'an interface that is down',
        () => live('--inject', 'vdown'),
        /--inject: interface vdown is down \(ip link set vdown up/,
      ],
      [
        'GRO off',
        () => inNamespace(...cli('--target', 'live', '--inject', 'voff2', '--observe', 'voff')),
        /voff does not coalesce: GRO and LRO are off \(ethtool -K voff gro on\)/,
      ],
      [
        'two ends that are not connected',
        () => live('--inject', 'voff2', '--dpc-pause', '1'),
        /nothing that voff2 sends arrives at vout/,
      ],
      ['no MAC address', () => live('--inject', 'vin', '--dut-mac', 'x'), /--dut-mac cannot be "x"/],
      ['IPv6 for IPv4', () => live('--inject', 'vin', '--dut-ip4', 'fd00::1'), /--dut-ip4 cannot be "fd00::1"/],
      ['no pause', () => live('--inject', 'vin', '--dpc-pause', '0'), /--dpc-pause cannot be "0"/],
      ['no such back end', () => live('--inject', 'vin', '--capture', 'pcap'), /--capture cannot be "pcap"/],
      ['a far end that is none', () => live('--inject-command', 'echo hello'), /did not send its greeting: hello/],
      [
        'no privilege',
        () => inNamespace(...unprivileged, ...live('--inject', 'vin').slice(4)),
        /live lacks a privilege: CAP_NET_RAW/,
      ],
      [
        'no privilege for linux-gro',
        () => [...unprivileged, ...cli('--target', 'linux-gro')],
        /linux-gro lacks a privilege: CAP_NET_ADMIN.*run it as root/,
      ],
      [
        'no privilege to inject',
        () => [...unprivileged, process.execPath, MAIN, 'inject', '--interface', 'lo'],
        /CAP_NET_RAW/,
      ],
    ];
    for (const [what, command, message] of refusals) {
      it(`refuses ${what} in one line`, () => {
        const { status, stderr, stdout } = run(command());
        expect(stderr).to.match(message);
        expect(stderr.trim().split('\n'), stderr).to.have.length(1);
        expect([status, stdout]).to.deep.equal([2, '']);
      });
    }
  });

  it('inject answers each burst, and tells mistakes of the plan', () => {
    const [file = '', ...args] = inNamespace(process.execPath, MAIN, 'inject', '--interface', 'vin');
    const input = `FRAME ${'00'.repeat(60)}\nBURST\nFRAME zz\nBURST\nFRAME 00\nBURST\nBYE\nBURST\n`;
    const { status, stdout } = spawnSync(file, args, { encoding: 'utf8', input });
    const [greeting, ...answers] = stdout.trim().split('\n');
    expect(greeting).to.equal('rsc-inject 1');
    expect(answers.slice(0, 2)).to.deep.equal(['SENT 1', 'ERR FRAME takes hex']);
    expect(answers[2]).to.match(/^ERR vin does not send 1 bytes/);
    expect(answers).to.have.length(3);
    expect(status).to.equal(0);
  });
});

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}
