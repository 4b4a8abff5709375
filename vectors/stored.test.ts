import { expect } from 'chai';
import { loadCorpus } from './corpus.ts';
import { restored, restoredLine, stored } from './stored.ts';
import type { Vector } from './vector.ts';

describe('stored vectors', () => {
  const { vectors } = loadCorpus();

  it('come back as they were', () => {
    for (const vector of vectors) expect(restored(stored(vector)), vector.id).to.deep.equal(vector);
  });

  it('say once what every segment has, and nothing that one of them lacks', () => {
    const [model] = vectors as [Vector];
    const steps = [
      { receive: { seq: 1, ttl: 9, df: false } },
      { receive: { seq: 2, ttl: 9 } },
      { endOfDpc: true as const },
    ];
    const { always, steps: kept } = stored({ ...model, steps });
    expect(always).to.deep.equal({ ttl: 9 });
    expect(kept).to.deep.equal([{ receive: { seq: 1, df: false } }, { receive: { seq: 2 } }, { endOfDpc: true }]);
  });

  it('say what must come out in a line', () => {
    const [model] = vectors as [Vector];
    const expected = [
      { arrivals: [0, 1, 2, 5], step: 6, endedBy: 'I2' },
      { arrivals: [3], step: 6, endedBy: 'E8a' },
    ];
    expect(stored({ ...model, expect: expected }).expect).to.equal('0-2,5@6 I2; 3@6 E8a');
    expect(stored({ ...model, expect: [] }).expect).to.equal('');
  });

  it('written out, as older files have it, are read, too', () => {
    const [model] = vectors as [Vector];
    const expected = [{ arrivals: [0, 1], step: 2, endedBy: 'I2' }];
    const otherwise = [{ policy: { maxSegments: 1 }, expect: expected }];
    const whole = { ...model, expect: expected, otherwise };
    expect(restored({ ...whole })).to.deep.equal(whole);
  });

  it('are refused where that line says nothing', () => {
    const [model] = vectors as [Vector];
    expect(() => restored({ ...stored(model), expect: '0-2 I2' }).expect).to.throw(
      /says nothing of what must come out/,
    );
  });

  it('of a line are read where they are asked for, and refused where the line is none', () => {
    const [model] = vectors as [Vector];
    const line = Buffer.from(JSON.stringify(stored(model)));
    expect(restoredLine(line)).to.deep.equal(model);
    expect(() => restoredLine(Buffer.from('{"id":"a/b"}'))).to.throw(SyntaxError, /no vector/);
    const broken = restoredLine(line.subarray(0, -9));
    expect(broken.id).to.equal(model.id);
    expect(() => broken.steps).to.throw(SyntaxError);
  });

  it('with a single segment have nothing alike', () => {
    const [model] = vectors as [Vector];
    const steps = [{ receive: { seq: 1 } }, { endOfDpc: true as const }];
    expect(stored({ ...model, steps }).always).to.equal(undefined);
  });
});
