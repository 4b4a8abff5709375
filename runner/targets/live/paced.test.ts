import { expect } from 'chai';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { pacedBurst } from './paced.ts';

const segment = (seq: number, fields = {}): Uint8Array =>
  buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 7, dport: 8, seq, payload: new Uint8Array(100), ...fields });
const SENT = [segment(0), segment(100)];
const MERGED = segment(0, { payload: new Uint8Array(200) });
const OF_OTHERS = segment(0, { src: '10.0.0.9', srcMac: '02:00:00:00:00:99', payload: new Uint8Array(300) });

/** Sends nothing; each frame arrives when the observer has been asked so many times. */
function burst(arrivals: readonly { readonly frame: Uint8Array; readonly after: number }[]): Promise<Uint8Array[]> {
  let asked = 0;
  const left = [...arrivals];
  const observer = {
    take: () =>
      ++asked > (left[0]?.after ?? Number.POSITIVE_INFINITY) ? { isCut: false, ...left.shift() } : undefined,
    drops: () => 0,
    close: () => {},
  };
  const options = { pauseMs: 0, drops: 'none' } as const;
  return pacedBurst({ send: async () => {} }, observer as never, SENT, options).then((captured) =>
    captured.map(({ frame }) => frame),
  );
}

describe('pacedBurst', () => {
  it('ends with the pause where everything came out', async () => {
    expect(await burst([{ frame: MERGED, after: 0 }])).to.deep.equal([MERGED]);
    expect(await burst([...SENT.map((frame) => ({ frame, after: 0 })), { frame: MERGED, after: 50 }])).to.deep.equal(
      SENT,
    );
  });

  it('takes what comes after the pause as its own', async () => {
    const late = SENT.map((frame, place) => ({ frame, after: 5 * (place + 1) }));
    expect(await burst(late)).to.deep.equal(SENT);
  });

  it('counts no frame of others', async () => {
    const first = { frame: OF_OTHERS, after: 0 };
    expect(await burst([first, { frame: MERGED, after: 9 }])).to.deep.equal([OF_OTHERS, MERGED]);
  });

  it('ends where something was lost', async () => {
    expect(await burst([{ frame: segment(0), after: 0 }])).to.deep.equal([segment(0)]);
  });
});
