import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { BASE6, data, feed, run } from '../testing/scenario.ts';
import { Coalescer } from './coalescer.ts';
import { ASKED, hasShortWay, SETTLED } from './predicted-segment.ts';
import { rulesOfKind } from './rules/index.ts';
import { toHex } from './wire/bytes.ts';

describe('the short way of a segment that goes on as before', () => {
  it('has settled each rule for segments, pairs and actions, or asks it', () => {
    const rules = [...rulesOfKind('segment'), ...rulesOfKind('pair'), ...rulesOfKind('action')];
    const listed = [...ASKED, ...SETTLED];
    expect(listed.map(({ name }) => name).sort()).to.deep.equal(rules.map(({ name }) => name).sort());
    expect(new Set(listed).size).to.equal(rules.length);
    expect(hasShortWay).to.equal(true);
  });

  it('asks whether a segment is in sequence, too long, too old', () => {
    const coalescer = new Coalescer({ maxSegments: 4 });
    const stamped = (at: number, timestamps: readonly [number, number]): Uint8Array => data(at, { timestamps });
    const frames = [
      ...[data(0), data(100), data(300), data(400, { ack: 499 }), data(500, { ack: 400 })],
      ...[stamped(0, [5, 1]), stamped(100, [6, 1]), stamped(200, [4, 1])],
      ...[0, 1, 2, 3, 4].map((i) => data(i * 100, { sport: 9 })),
    ];
    feed(coalescer, frames);
    const ended = coalescer.endOfDpc().map(({ arrivals, endedBy }) => `${arrivals.join()} ${endedBy}`);
    expect(ended).to.deep.equal(['0,1 C2', '2 C4', '3 C4', '4 C10', '5,6 T2', '8,9,10,11 C12', '7 I2', '12 I2']);
  });

  it('does the same where WebAssembly is not allowed', () => {
    const frames = [4, 6].flatMap((version) =>
      Array.from({ length: 40 }, (_, i) => {
        const ends = version === 4 ? {} : { src: BASE6.src, dst: BASE6.dst };
        const timestamps = i % 2 === 0 ? {} : { timestamps: [i, 7] as const };
        const corrupt = i % 19 === 7 ? { corrupt: { tcpChecksum: 'wrong' } as const } : {};
        return data((i >> 2) * 701, { ...ends, ...timestamps, ...corrupt, sport: i % 4, id: i }, 701);
      }),
    );
    const script = `
      delete globalThis.WebAssembly;
      const { Coalescer } = await import(${JSON.stringify(new URL('./index.js', import.meta.url).href)});
      const coalescer = new Coalescer();
      for (const hex of ${JSON.stringify(frames.map(toHex))}) coalescer.receive(Buffer.from(hex, 'hex'));
      const due = coalescer.endOfDpc().map((it) => ({ ...it, frame: Buffer.from(it.frame).toString('hex') }));
      console.log(JSON.stringify(due));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
      encoding: 'utf8',
      input: script,
    });
    expect(stderr).to.equal('');
    const here = run(frames).map((it) => ({ ...it, frame: toHex(it.frame) }));
    expect(here.some(({ arrivals }) => arrivals.length > 5)).to.equal(true);
    expect(JSON.parse(stdout)).to.deep.equal(here);
  });
});
