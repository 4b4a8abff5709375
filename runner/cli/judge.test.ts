import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import type { RunEvent } from '../../reports/events.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';
import { MAIN } from '../../testing/paths.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { EventSchema } from '../events/event-schema.ts';
import { ruleTexts } from '../session/rule-texts.ts';

describe('judge, the command', () => {
  let folder: string;
  let sent: Uint8Array[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-judge-'));
    const coalescer = new Coalescer();
    sent = Array.from({ length: 12 }, (_, i) =>
      buildFrame({
        ...{ src: '10.0.0.1', dst: '10.0.0.2', sport: 7, dport: 80, id: i + 1, seq: 1 + 4 * i, ack: 1, window: 9 },
        payload: Uint8Array.of(i, 1, 2, 3),
      }),
    );
    for (const frame of sent) coalescer.receive(frame);
    const received = coalescer.endOfDpc().map(({ frame }) => frame);
    const spliced = received.map((frame) => frame.slice());
    (spliced[0] as Uint8Array)[60] = 0;
    await capture('sent.pcap', sent);
    await capture('received.pcap', received);
    await capture('whole.pcap', received, 10);
    await capture('two.pcap', [sent[0] as Uint8Array, sent[11] as Uint8Array], 5);
    await capture('spliced.pcap', spliced);
    const far = { src: '10.0.0.1', dst: '10.0.0.2', sport: 7, dport: 80, id: 900, seq: 90_000, ack: 1, window: 9 };
    await capture('other.pcap', [buildFrame({ ...far, payload: Uint8Array.of(9, 9, 9) })]);
    await capture('arp.pcap', [new Uint8Array(60).fill(0x08, 12, 13).fill(0x06, 13, 14)]);
    await capture('foreign.pcap', [buildFrame({ src: '10.9.0.1', dst: '10.0.0.2', sport: 7, dport: 80 })]);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function capture(name: string, frames: readonly Uint8Array[], seconds = 1): Promise<void> {
    const writer = await PcapWriter.create(join(folder, name));
    for (const frame of frames) writer.write(frame, seconds, 0);
    await writer.close();
  }

  const command = (...args: string[]): Promise<CommandResult> => commandIn(folder, 'judge', ...args);

  it('finds nothing wrong with what the reference makes, and says what it saw', async () => {
    const { status, stdout } = await command('--sent', 'sent.pcap', '--received', 'received.pcap');
    expect(stdout).to.match(/^Judged: +1 of 1 connection .* 12 segments in 1 frame$/m);
    expect(status).to.equal(0);
  });

  it('names rule, bytes and packets, in events and in JUnit', async () => {
    const { status, stdout } = await command('--sent', 'sent.pcap', '--received', 'spliced.pcap', '--out', 'bad');
    expect(status).to.equal(1);
    expect(stdout)
      .to.match(/H1 \(must\)/)
      .and.include('sent packets 1 to 12; received packet 1');
    const lines = readFileSync(join(folder, 'bad/events.jsonl'), 'utf8').trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as RunEvent);
    expect(events.map(({ type }) => type)).to.deep.equal(['session', 'vector', 'verdict', 'end']);
    expect(events[2]).to.include({ vector: 'captures/10.0.0.1.7-10.0.0.2.80', verdict: 'fail' });
    expect(readFileSync(join(folder, 'bad/junit.xml'), 'utf8')).to.match(/<failure/);
  });

  it('says by which rules it judged, as every session does', async () => {
    await command('--sent', 'sent.pcap', '--received', 'received.pcap', '--out', 'good');
    const session = JSON.parse(readFileSync(join(folder, 'good/events.jsonl'), 'utf8').split('\n')[0] as string);
    expect(Object.keys(session.ruleTexts)).to.deep.equal(Object.keys(ruleTexts()));
  });

  it('takes known failures from a baseline that baseline update wrote', async () => {
    const judge = ['--sent', 'sent.pcap', '--received', 'spliced.pcap', '--baseline', 'known.json', '--out', 'known'];
    writeFileSync(join(folder, 'known.json'), '{"known":[]}');
    expect((await command(...judge)).status).to.equal(1);
    const update = ['baseline', 'update', 'known/events.jsonl', '--baseline', 'known.json'];
    expect((await commandIn(folder, ...update)).status).to.equal(0);
    expect(readFileSync(join(folder, 'known.json'), 'utf8')).to.include('captures/10.0.0.1.7-10.0.0.2.80');
    const again = await command(...judge);
    expect(again.status).to.equal(0);
    expect(again.stdout).to.match(/1 known failure/);
    // One that does not fail any more is out of line.
    const repaired = ['--sent', 'sent.pcap', '--received', 'received.pcap', '--baseline', 'known.json'];
    const passes = await command(...repaired);
    expect(passes.status).to.equal(1);
    expect(passes.stdout).to.match(/does not fail any more/);
  });

  it('takes captures with nothing in common as no evidence', async () => {
    const { status, stdout } = await command('--sent', 'sent.pcap', '--received', 'foreign.pcap');
    expect(stdout).to.include('Nothing was judged: no TCP or UDP connection is in both captures.');
    expect(status).to.equal(1);
  });

  it('says in one sentence what a pair without TCP holds', async () => {
    const { status, stdout } = await command('--sent', 'arp.pcap', '--received', 'arp.pcap', '--out', 'arp');
    const [last] = stdout.trimEnd().split('\n').slice(-2);
    expect(last).to.equal(
      'Nothing was judged: neither capture has TCP or UDP that can be judged; the sent one has 1 ARP, the received 1 ARP.',
    );
    expect(stdout).to.not.include('onforming');
    expect(status).to.equal(1);
  });

  it('says of a connection of which nothing was judged why, and is no conformance', async () => {
    const { status, stdout } = await command('--sent', 'sent.pcap', '--received', 'other.pcap', '--out', 'other');
    expect(stdout)
      .to.include('none of its 1 received frames is made of the 12 segments that were sent')
      .and.not.include('onforming');
    expect(status).to.equal(1);
  });

  it('judges what is before a cut-off tail, and then tells where it is cut off', async () => {
    truncateSync(join(folder, 'received.pcap'), 24 + 16 + 200 - 100);
    const { status, stdout, stderr } = await command(
      '--sent',
      'sent.pcap',
      '--received',
      'received.pcap',
      '--out',
      'cut',
    );
    expect(status).to.equal(2);
    expect(stderr).to.match(/received\.pcap.*byte 24/);
    expect(stdout).to.include('Sent:');
    expect(readFileSync(join(folder, 'cut/events.jsonl'), 'utf8')).to.include('"type":"end"');
  });

  it('takes several files of a side, and reports in text and events what the captures hold', async () => {
    await capture('later.pcap', sent.slice(5), 9);
    await capture('earlier.pcap', sent.slice(0, 5), 3);
    const sides = ['--sent', 'later.pcap', '--sent', 'earlier.pcap', '--received', 'whole.pcap'];
    const { status, stdout } = await command(...sides, '--drops', 'received=4', '--drops', '2', '--out', 'facts');
    expect(status).to.equal(0);
    expect(stdout)
      .to.include('12 packets of 2 files, in order of time (later.pcap, earlier.pcap)')
      .and.include('sent 6.000000 s, 2 packets/s')
      .and.match(/^Dropped: .*received capture dropped 4 packets.*captures dropped 2 packets/m);
    const session = JSON.parse(readFileSync(join(folder, 'facts/events.jsonl'), 'utf8').split('\n')[0] as string);
    expect(session.captures.sent).to.deep.include({ files: ['later.pcap', 'earlier.pcap'], packets: 12 });
    expect(session.captures.saidDropped).to.deep.equal({ received: 4, both: 2 });
    expect(session.command).to.include('--sent later.pcap --sent earlier.pcap').and.include('--drops received=4');
    expect(new EventSchema().defect(session)).to.equal(undefined);
  });

  it('explains losses by drops, and softens nothing by them', async () => {
    const drops = ['--drops', 'received=4'];
    const whole = ['--sent', 'sent.pcap', '--received', 'two.pcap', ...drops];
    const lost = await command(...whole, '--out', 'lost');
    expect(lost.stdout).to.match(
      /10 segments went missing.*received capture dropped 4 packets \(--drops\): they may be among these/,
    );
    const bad = await command('--sent', 'sent.pcap', '--received', 'spliced.pcap', ...drops, '--out', 'dropsbad');
    expect(bad.status).to.equal(1);
    expect(bad.stdout).to.match(/H1 \(must\)/);
  });

  it('refuses what it cannot work with, in one line', async () => {
    for (const [args, line] of [
      [['--sent', 'sent.pcap'], /judge needs --received/],
      [['--sent', 'none.pcap', '--received', 'spliced.pcap'], /none\.pcap/],
      [['--sent', 'sent.pcap', '--received', 'spliced.pcap', '--mtu', '20'], /--mtu/],
      [['--sent', 'sent.pcap', '--sent', './sent.pcap', '--received', 'spliced.pcap'], /given twice/],
      [['--sent', 'sent.pcap', '--received', 'spliced.pcap', '--drops', 'some'], /--drops cannot be "some"/],
      [['--sent', 'sent.pcap', '--received', 'spliced.pcap', '--sent-interface', 'eth0'], /names no interfaces/],
      [['--sent', MAIN, '--received', 'spliced.pcap'], /not a capture/],
    ] as const) {
      const { status, stderr } = await command(...args);
      expect(stderr)
        .to.match(line)
        .and.match(/^rsc-conformance: [^\n]+\n$/);
      expect(status).to.equal(2);
    }
  });
});
