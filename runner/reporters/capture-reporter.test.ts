import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import type { RunEvent } from '../../reports/events.ts';
import { fileName } from '../../reports/file-name.ts';
import { JunitReport } from '../../reports/junit.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { Session } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { CaptureReporter } from './capture-reporter.ts';

const { vectors, digest } = loadCorpus();
const FAILING = 'exceptions/ece-cwr/clear-to-ece/second/ipv4';
const PASSING = 'exceptions/flags/syn/alone/ipv4';
/** Two DPCs, so that a gap shows. */
const TWO_DPCS = vectors.find(
  ({ rules, steps, expect: expected }) =>
    rules.includes('I2') &&
    steps.filter((step) => 'endOfDpc' in step).length > 1 &&
    expected.some(({ arrivals }) => arrivals.length > 1),
);

describe('pcapng reporter', () => {
  let folder: string;
  const events: RunEvent[] = [];
  let reporter: CaptureReporter;

  before(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'rsc-captures-')), 'captures');
    const rules = registry.filter(({ id }) => id !== 'E8b' && id !== 'O1');
    reporter = new CaptureReporter(folder);
    const planned = vectors.filter(({ id }) => [FAILING, PASSING, TWO_DPCS?.id].includes(id));
    const sink = (event: RunEvent): void => {
      events.push(event);
      reporter.event(event);
    };
    await new Session({ target: new ReferenceTarget({ rules }), planned, digest, sink }).run();
    await reporter.close();
  });

  after(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  function tshark(id: string, ...fields: string[]): string[][] {
    const path = join(folder, `${fileName(id)}.pcapng`);
    const args = ['-r', path, '-T', 'json', ...fields.flatMap((field) => ['-e', field])];
    const { stdout, status, stderr, error } = spawnSync('tshark', args, { encoding: 'utf8' });
    if (error !== undefined) throw error;
    expect(status, stderr).to.equal(0);
    const packets = JSON.parse(stdout) as { _source: { layers: Record<string, string[]> } }[];
    return packets.map(({ _source: { layers } }) => fields.map((field) => (layers[field] ?? []).join('\n')));
  }

  /** In CI it must be there. */
  function needsTshark(context: Mocha.Context): void {
    const isThere = spawnSync('tshark', ['--version']).error === undefined;
    if (!isThere && process.env['CI'] === undefined) context.skip();
  }

  it('makes a capture of each failing vector and of no other', () => {
    const failing = events.flatMap((event) =>
      event.type === 'verdict' && event.verdict === 'fail' ? [event.vector] : [],
    );
    expect(failing).to.include(FAILING).and.not.to.include(PASSING);
    expect(readdirSync(folder).sort()).to.deep.equal(failing.map((id) => `${fileName(id)}.pcapng`).sort());
  });

  it('shows the finding on its packet, as tshark reads it', function () {
    needsTshark(this);
    const packets = tshark(FAILING, 'frame.interface_name', 'frame.comment', 'tcp.flags.ece', 'frame.time_epoch');
    const sent = packets.filter(([name]) => name === 'sent to reference');
    const indicated = packets.filter(([name]) => name === 'indicated by reference');
    expect(sent.length).to.be.greaterThan(1);
    expect(indicated.length).to.be.greaterThan(0);
    expect(sent.length + indicated.length).to.equal(packets.length);
    expect(packets[0]?.[1])
      .to.match(/^FAIL exceptions\/ece-cwr\/clear-to-ece\/second\/ipv4: /)
      .and.to.include('Again: ');
    const failing = packets.filter(([, comment]) => comment?.includes('E8b (must)'));
    expect(failing.map(([name, , ece]) => [name, ece])).to.deep.include(['sent to reference', '1']);
    expect(failing.some(([name]) => name === 'indicated by reference')).to.equal(true);
    expect(sent[2]?.[1]).not.to.include('(must)');
  });

  it('shows where a DPC ends', function () {
    needsTshark(this);
    const id = TWO_DPCS?.id ?? '';
    if (!existsSync(join(folder, `${fileName(id)}.pcapng`))) throw new Error(`${id} does not fail`);
    const packets = tshark(id, 'frame.time_relative', 'frame.comment');
    const dpcs = packets.map(([, comment = '']) => Number(/DPC (\d+)/.exec(comment)?.[1]));
    expect(new Set(dpcs).size).to.be.greaterThan(1);
    const gaps = packets.slice(1).map(([time], i) => Number(time) - Number(packets[i]?.[0]));
    expect(gaps.map((gap) => gap >= 0.001)).to.deep.equal(gaps.map((_, i) => dpcs[i] !== dpcs[i + 1]));
  });

  it('is attached in JUnit, and only where there is a capture', () => {
    const junit = new JunitReport({ attachment: (id) => reporter.attachment(id) });
    const bare = new JunitReport();
    for (const event of events) {
      junit.event(event);
      bare.event(event);
    }
    const attached = [...junit.text().matchAll(/\[\[ATTACHMENT\|([^\]]+)\]\]/g)].map(([, path]) => path ?? '');
    expect(attached).to.have.length(readdirSync(folder).length);
    for (const path of attached) expect(existsSync(path), path).to.equal(true);
    expect(bare.text()).not.to.include('ATTACHMENT');
  });

  it('names files so that no two vectors share one', () => {
    const ids = ['a/b', 'a.b', 'a/B', 'con', 'a/b/../../etc', 'a'.repeat(300), `${'a'.repeat(300)}b`, 'ü/x', ''];
    const names = ids.map(fileName);
    expect(new Set(names.map((name) => name.toLowerCase())).size).to.equal(ids.length);
    for (const name of names) expect(name).to.match(/^[A-Za-z0-9._-]{1,140}$/);
    for (const { id } of vectors) expect(fileName(id)).to.equal(id.replaceAll('/', '.'));
  });
});
