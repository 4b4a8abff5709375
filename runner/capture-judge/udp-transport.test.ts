import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, UdpAt } from '../../reference-impl/wire/fields.ts';
import {
  coalesced as coalescedBy,
  failuresOf,
  judged,
  judgedThrough,
  LINK,
  rulesOf,
  verdictOf,
} from '../../testing/capture-pair-scene.ts';
import { implementationNamed } from '../../testing/implementation-named.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { faults } from '../selfcheck/faults.ts';
import type { Implementation } from '../selfcheck/subject.ts';
import { variants } from '../selfcheck/variants.ts';
import type { ConnectionResult } from './connection.ts';
import { howFarJudged } from './how-far-judged.ts';

const LENGTH = 100;

/** Datagrams whose payload tells their place. */
function run(count: number, spec: Partial<FrameSpec> = {}, from = 0): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const payload = Uint8Array.from({ length: LENGTH }, (_unused, k) => ((i + from) * 31 + k * 7) & 0xff);
    const base = { src: '10.0.0.1', dst: '10.0.0.2', sport: 500, dport: 443, id: 100 + i + from, payload } as const;
    return buildFrame({ transport: 'udp', ...base, ...spec });
  });
}

function coalesced(frames: readonly Uint8Array[], dpc = 4): Uint8Array[] {
  const coalescer = new Coalescer();
  coalescer.setRsc({ uro: true });
  return coalescedBy(frames, dpc, coalescer);
}

/** Vectors that switch URO on before all else, and nothing later, as steps. */
const uroPart = loadCorpus()
  .vectors.filter(({ steps }) => steps.filter((step) => 'set' in step).length === 1)
  .filter(({ id }, i) => i % 4 === 0 || id.includes('trailer'))
  .map((vector) => expandVector(vector))
  .filter(([first]) => first !== undefined && 'set' in first && first.set.uro === true);

const corpusThrough = (list: readonly Implementation[], name: string): Promise<ConnectionResult[]> =>
  judgedThrough(uroPart, implementationNamed(list, name), {}, true);

describe('datagrams between two captures', () => {
  describe('the vectors of URO as one capture', () => {
    for (const name of ['never-coalesces', 'uro-never', 'uro-three', 'uro-one-connection', 'uro-last-identification']) {
      it(`fails nothing: ${name}`, async () => {
        const results = await corpusThrough(variants(), name);
        expect(results.some(({ protocol }) => protocol === 'udp')).to.equal(true);
        expect(failuresOf(results)).to.deep.equal([]);
      });
    }
    for (const [name, rule] of [
      ['U1/uro-same-ttl/removed', 'U1 merge'],
      ['U2/uro-longer/removed', 'U2 merge'],
      ['uro/across-bad-checksum', 'U7 order'],
      ['uro/padding-spliced', 'U5 payload'],
      ['uro/payloads-swapped', 'U5 merge'],
      ['uro/payload-byte', 'U5 payload'],
      ['uro/stale-udp-length', 'U5 udp.length'],
      ['uro/stale-ip-length', 'U5 ipv4.total-length'],
    ] as const) {
      it(`finds ${name}`, async () => {
        expect(failuresOf(await corpusThrough(faults(), name))).to.include(rule);
      });
    }
  });

  it('are judged by connection, merged or not', async () => {
    const sent = run(40).flatMap((frame, i) => [frame, run(1, { sport: 501 }, i)[0] as Uint8Array]);
    const results = await judged(sent, coalesced(sent, 8));
    expect(results.map(verdictOf)).to.deep.equal(['pass', 'pass']);
    expect(results.map(({ counts }) => [counts.merged, counts.explained])).to.deep.equal([
      [30, 40],
      [30, 40],
    ]);
    expect(results.map((result) => howFarJudged(result).extent)).to.deep.equal(['judged', 'judged']);
  });

  it('are merged although their checksums were left to offload', async () => {
    const sent = run(8);
    const unfilled = sent.map((frame) => {
      const copy = frame.slice();
      let sum = 17 + 8 + LENGTH;
      for (let at = LINK + Ipv4At.source; at < LINK + 20; at += 2)
        sum += (copy[at] as number) * 256 + (copy[at + 1] as number);
      setU16(copy, LINK + 20 + UdpAt.checksum, (sum & 0xffff) + (sum >>> 16));
      return copy;
    });
    expect((await judged(unfilled, coalesced(sent))).map(verdictOf)).to.deep.equal(['pass']);
  });

  it('are seen over a hop, and where a capture cut them', async () => {
    const sent = run(24);
    const beyond = coalesced(run(24, { dstMac: '02:00:00:00:00:99', ttl: 63 }));
    const [result] = await judged(sent, beyond);
    expect([verdictOf(result), result?.hasHop]).to.deep.equal(['pass', true]);
    const cut = (frames: readonly Uint8Array[]): { frame: Uint8Array; original: number }[] =>
      frames.map((frame) => ({ frame: frame.subarray(0, 60), original: frame.length }));
    expect((await judged(cut(sent), coalesced(sent))).map(verdictOf)).to.deep.equal(['pass']);
    expect((await judged(sent, cut(coalesced(sent)))).map(verdictOf)).to.deep.equal(['pass']);
  });

  it('that only one capture holds are no failure', async () => {
    const sent = run(40);
    const out = coalesced(sent);
    const [hole] = await judged(
      sent.filter((_, i) => i !== 10),
      out,
    );
    expect(verdictOf(hole)).to.equal('pass');
    expect(hole?.counts).to.include({ unsent: 1, lost: 0 });
    const [lost] = await judged(sent, coalesced(sent.filter((_, i) => i !== 10)));
    expect(verdictOf(lost)).to.equal('warn');
    expect(rulesOf(await judged(sent, out.slice(1)))).to.deep.equal(['I7 indications']);
  });

  it('that the sender’s NIC segments are not judged', async () => {
    const wire = run(8);
    const payload = Uint8Array.from(wire.flatMap((frame) => [...frame.subarray(LINK + 28)]));
    const [result] = await judged(run(1, { payload }), coalesced(wire), { mtu: 500 });
    expect(verdictOf(result)).to.equal('unsupported');
  });

  it('of which one that came late on the way was merged warn, unless nothing there reorders', async () => {
    const sent = run(8);
    const [a, b, c, ...rest] = sent as [Uint8Array, Uint8Array, Uint8Array, ...Uint8Array[]];
    const late = coalesced([b, c, a, ...rest]);
    expect((await judged(sent, late)).map(verdictOf)).to.deep.equal(['warn']);
    expect((await judged(sent, late, { isDirect: true })).map(verdictOf)).to.deep.equal(['fail']);
  });

  it('that are nearly alike are no altered ones: the sent capture may lack one', async () => {
    const alike = run(8).map((_, i) => {
      const payload = new Uint8Array(LENGTH).fill(9).map((byte, k) => (k < 4 ? byte + i : byte));
      return run(1, { payload, id: 100 + i })[0] as Uint8Array;
    });
    // The third was lost, and the sent capture lacks the fourth.
    const out = coalesced(alike.filter((_, i) => i !== 2));
    expect(
      failuresOf(
        await judged(
          alike.filter((_, i) => i !== 3),
          out,
        ),
      ),
    ).to.deep.equal([]);
  });

  it('that differ in their Identification alone, of which some were lost, or in their length alone, are judged at once', async () => {
    for (const length of [() => LENGTH, (i: number) => 1 + (i % 30)]) {
      const sent = run(200).map((_, i) => run(1, { payload: new Uint8Array(length(i)), id: 100 + i })[0] as Uint8Array);
      const out = coalesced(sent.filter((_frame, i) => i % 10 !== 3));
      expect(failuresOf(await judged(sent, out))).to.deep.equal([]);
    }
  });

  it('in another order warn, unless nothing between the captures reorders', async () => {
    const [a, b, ...rest] = run(6) as [Uint8Array, Uint8Array, ...Uint8Array[]];
    expect((await judged([a, b, ...rest], [b, a, ...rest])).map(verdictOf)).to.deep.equal(['warn']);
    expect((await judged([a, b, ...rest], [b, a, ...rest], { isDirect: true })).map(verdictOf)).to.deep.equal(['fail']);
  });
});
