import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { OutOfBand } from '../../reference-impl/indication.ts';
import { readAll, testFolder } from '../../testing/capture-fixtures.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { UsageError } from '../base/errors.ts';
import { parseMessage } from '../rsc-line/answers.ts';
import { oobValues, readOob } from '../rsc-line/oob-keys.ts';
import { EXPORT_FORMATS, exportVectors } from './export-vectors.ts';
import { type ExportedVector, exportedVector } from './exported-vector.ts';

const KEYS = ['seg', 'dup', 'tsdelta', 'ipcsum', 'tcpcsum', 'valueinvalid'] as const;
const URO_KEYS = ['uroseg', 'urosize'] as const;

describe('vectors export', () => {
  const folder = testFolder();
  const { vectors, digest } = loadCorpus();
  /** What may be merged, of a third of them; what is written, of fewer: no format knows families. */
  const third = vectors.filter((_, i) => i % 3 === 0).map(exportedVector);
  const some = third.filter((_, i) => i % 3 === 0);
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

  function text(format: string, exported: ExportedVector): string {
    const file = EXPORT_FORMATS.find(({ name }) => name === format)?.write(exported).files[0];
    return Buffer.from(file?.bytes ?? []).toString();
  }

  it('lets every unit that the reference makes, under whatever policy, stay within reach', () => {
    const wrong: string[] = [];
    for (const { vector, arrivals, expected, alternatives } of third) {
      for (const { indications } of [expected, ...alternatives]) {
        for (const one of indications) {
          const [first = 0] = one.arrivals;
          const streams = new Set(one.arrivals.map((arrival) => arrivals[arrival]?.stream));
          if (one.arrivals.length > (arrivals[first]?.reach ?? 0) || streams.size !== 1)
            wrong.push(`${vector.id} #${first}`);
        }
      }
    }
    expect(wrong).to.deep.equal([]);
  });

  it('never reaches over an exception or into another DPC', () => {
    const reach = (id: string): readonly number[] =>
      vectors
        .filter((vector) => vector.id === id)
        .flatMap((vector) => exportedVector(vector).arrivals.map((arrival) => arrival.reach));
    expect(reach('coalescing/sequence/gap/ipv4')).to.deep.equal([2, 1, 2, 1]);
    expect(reach('exceptions/flags/syn/middle/ipv4').filter((most) => most > 3)).to.deep.equal([]);
    for (const { vector, arrivals, steps } of third) {
      const received = steps.flatMap((step, index) => ('rx' in step ? [index] : []));
      expect(
        received.every((index, arrival) => (arrivals[arrival]?.due ?? 0) > index),
        vector.id,
      ).to.equal(true);
    }
  });

  it('json: holds every step and every outcome', () => {
    for (const exported of some) {
      const { vector, expected, alternatives, steps } = exported;
      const parsed = JSON.parse(text('json', exported));
      expect(parsed.id).to.equal(vector.id);
      expect(parsed.steps.map((step: { rx?: string }) => step.rx ?? 'none')).to.deep.equal(
        steps.map((step) => ('rx' in step ? hex(step.rx) : 'none')),
      );
      const outcomes = [parsed.expected, ...parsed.alternatives];
      [expected, ...alternatives].forEach(({ policy, indications, statistics }, i) => {
        const keys = indications.map(({ frame, oob, step }) => ({ step, frame: hex(frame), ...oobValues(oob) }));
        const got = outcomes[i].indications.map(
          ({ arrivals: _a, endedBy: _e, ...rest }: Record<string, unknown>) => rest,
        );
        expect(got, vector.id).to.deep.equal(keys);
        expect([outcomes[i].policy, outcomes[i].statistics]).to.deep.equal([policy, statistics]);
      });
      const others = vector.otherwise.filter(({ policy }) => policy.tunnels === undefined);
      expect(outcomes.length).to.equal(1 + others.length);
    }
  });

  it('rsc-line: what comes back reads as what must come out', () => {
    for (const exported of some) {
      const [expected = '', ...others] = text('rsc-line', exported).split(/^\? .*$/m);
      expect(others.length).to.equal(exported.alternatives.length);
      const requests = expected.split('\n').filter((line) => line.startsWith('> '));
      const asked = exported.steps.filter((step) => !('wait' in step)).length;
      expect(requests.length, exported.vector.id).to.equal(asked + 2);
      [expected, ...others].forEach((conversation, i) => {
        const answers = conversation.split('\n').filter((line) => line.startsWith('< '));
        const outcome = [exported.expected, ...exported.alternatives][i] ?? exported.expected;
        const indications = outcome.indications.values();
        for (const line of answers) {
          const message = parseMessage(line.slice(2));
          expect(message.kind).to.be.oneOf(['done', 'ind', 'stats']);
          if (message.kind === 'stats') expect(message.statistics).to.deep.equal(outcome.statistics);
          if (message.kind !== 'ind') continue;
          const { frame, oob } = indications.next().value ?? { frame: new Uint8Array(), oob: {} as Partial<OutOfBand> };
          expect(hex(message.frame)).to.equal(hex(frame));
          const keys = new Set([...KEYS, ...(oob.uroSegCount === undefined ? [] : URO_KEYS)]);
          expect(readOob(message.keys, keys)).to.deep.equal({ timestampDelta: 0, ...oob });
        }
        expect(indications.next().done, exported.vector.id).to.equal(true);
      });
    }
  });

  it('pcap: the sent capture, cut into DPCs by its times, makes the expected one', async () => {
    const whole = vectors.filter(({ steps }) => steps.every((step) => !('set' in step || isToldMore(step))));
    const few = whole.filter(({ id }, i) => i % 41 === 0 || /wait|dpc/.test(id));
    expect(few.length).to.be.at.least(100);
    const directory = join(folder, 'pcap');
    exportVectors(digest, few, { format: formatNamed('pcap'), directory, force: false });
    for (const { id } of few) {
      const sent = await readAll(join(directory, `${id}.sent.pcap`));
      const wanted = await readAll(join(directory, `${id}.expected.pcap`));
      expect([sent.error, wanted.error]).to.deep.equal([undefined, undefined]);
      const made: string[] = [];
      const coalescer = new Coalescer();
      const end = (dpc: number): void => {
        for (const { frame } of coalescer.endOfDpc()) made.push(`${dpc} ${hex(frame)}`);
      };
      sent.packets.forEach(({ frame, seconds }, i) => {
        const before = Math.floor((sent.packets[i - 1]?.seconds ?? seconds) / 10);
        if (before !== Math.floor(seconds / 10)) end(before);
        coalescer.receive(Uint8Array.from(frame));
      });
      end(Math.floor((sent.packets.at(-1)?.seconds ?? 0) / 10));
      const expected = wanted.packets.map(
        ({ frame, seconds }) => `${Math.floor(seconds / 10)} ${hex(Uint8Array.from(frame))}`,
      );
      expect(made, id).to.deep.equal(expected);
    }
  });

  it('pcap: says in the index what a capture cannot hold', () => {
    const switched = third.find(({ needs }) => needs.includes('set')) as ExportedVector;
    const secret = third.find(({ needs }) => needs.includes('ipsec')) as ExportedVector;
    expect(formatNamed('pcap').write(switched).index['sets']).to.be.an('array').that.is.not.empty;
    expect(formatNamed('pcap').write(secret).index['ipsec']).to.be.an('array').that.is.not.empty;
  });

  it('writes the same bytes each time, an index last of all', () => {
    const first = vectors.slice(0, 20);
    for (const format of EXPORT_FORMATS) {
      const [a, b] = [join(folder, `${format.name}-a`), join(folder, `${format.name}-b`)];
      for (const directory of [a, b]) exportVectors(digest, first, { format, directory, force: false });
      const index = readFileSync(join(a, 'index.json'), 'utf8');
      expect(readFileSync(join(b, 'index.json'), 'utf8')).to.equal(index);
      const { vectors: entries, ...head } = JSON.parse(index);
      expect(head).to.deep.include({ suite: 'rsc-conformance', digest, format: format.name, formatVersion: 1 });
      expect(entries.map(({ id }: { id: string }) => id)).to.deep.equal(first.map(({ id }) => id));
      for (const { files } of entries) {
        for (const path of Object.values(files).filter((value) => typeof value === 'string')) {
          expect(readFileSync(join(a, path))).to.deep.equal(readFileSync(join(b, path)));
        }
      }
    }
  });

  it('replaces an earlier export whole, and nothing else', () => {
    const directory = join(folder, 'again');
    const format = formatNamed('json');
    const [first, second] = vectors as unknown as [{ id: string }, { id: string }];
    exportVectors(digest, vectors.slice(0, 1), { format, directory, force: false });
    writeFileSync(join(directory, 'mine.txt'), 'mine');
    exportVectors(digest, vectors.slice(1, 2), { format, directory, force: false });
    expect(existsSync(join(directory, `${first.id}.json`))).to.equal(false);
    expect(existsSync(join(directory, `${second.id}.json`))).to.equal(true);
    expect(readFileSync(join(directory, 'mine.txt'), 'utf8')).to.equal('mine');
  });

  it('believes no index that names files elsewhere', () => {
    const directory = join(folder, 'trap');
    mkdirSync(directory);
    const outside = join(folder, 'outside.json');
    writeFileSync(outside, 'keep');
    const index = {
      suite: 'rsc-conformance',
      vectors: [{ files: { vector: '../outside.json', other: outside } }, null],
    };
    writeFileSync(join(directory, 'index.json'), JSON.stringify(index));
    try {
      exportVectors(digest, vectors.slice(0, 1), { format: formatNamed('json'), directory, force: true });
    } finally {
      expect(readFileSync(outside, 'utf8')).to.equal('keep');
    }
  });

  it('refuses a folder with other things in it, unless forced, and names paths that fail', () => {
    const directory = join(folder, 'other');
    mkdirSync(directory);
    writeFileSync(join(directory, 'thesis.tex'), '');
    const options = { format: formatNamed('json'), directory, force: false };
    const run = (more: Partial<typeof options>) => () =>
      exportVectors(digest, vectors.slice(0, 1), { ...options, ...more });
    expect(run({})).to.throw(UsageError, /other contains other files: thesis\.tex/);
    expect(run({ force: true })).not.to.throw();
    const file = join(directory, 'thesis.tex');
    expect(run({ directory: file })).to.throw(UsageError, /thesis\.tex cannot be written/);
    expect(run({ directory: join(file, 'below') })).to.throw(UsageError, /below cannot be written/);
  });

  function formatNamed(name: string): (typeof EXPORT_FORMATS)[number] {
    return EXPORT_FORMATS.find((format) => format.name === name) as (typeof EXPORT_FORMATS)[number];
  }
});

/** Out-of-band values of a frame: no capture contains them. */
function isToldMore(step: object): boolean {
  if (!('receive' in step)) return false;
  const { ipsec, csum } = step.receive as { ipsec?: boolean; csum?: string };
  return ipsec === true || csum !== undefined;
}
