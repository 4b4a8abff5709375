import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, TcpAt } from '../../reference-impl/wire/fields.ts';
import {
  type Captured,
  type CutFrame,
  coalesced,
  failuresOf,
  judged,
  judgedThrough,
  LINK,
  MSS,
  partial,
  rulesOf,
  run,
  verdictOf,
} from '../../testing/capture-pair-scene.ts';
import { implementationNamed } from '../../testing/implementation-named.ts';
import { representative } from '../../testing/representative.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { faults } from '../selfcheck/faults.ts';
import type { Implementation } from '../selfcheck/subject.ts';
import { variants } from '../selfcheck/variants.ts';
import type { ConnectionResult } from './connection.ts';
import { howFarJudged } from './how-far-judged.ts';
import { pairEvents } from './pair-events.ts';

/** Vectors that catch every planted fault, as steps, without out-of-band values of a frame: they are in no capture. */
const corpusPart = representative(loadCorpus().vectors)
  .map((vector) => expandVector(vector))
  .filter((steps) => !steps.some((step) => 'rx' in step && step.csum !== undefined));

const corpusThrough = (list: readonly Implementation[], name: string): Promise<ConnectionResult[]> =>
  judgedThrough(corpusPart, implementationNamed(list, name), { checksums: 'unknown' }, true);

describe('a pair of captures', () => {
  describe('a part of the corpus as one capture', () => {
    for (const name of ['never-coalesces', 'one-connection-evicting', 'tags-stripped-late', 'connections-reversed']) {
      it(`fails nothing: ${name}`, async () => {
        const results = await corpusThrough(variants(), name);
        expect(results.length).to.be.above(corpusPart.length / 2);
        expect(failuresOf(results)).to.deep.equal([]);
        // Where tags are stripped, order is open across them: a look at a few frames may not find how all of them fit.
        if (name !== 'tags-stripped-late') expect(rulesOf(results)).to.deep.equal([]);
      });
    }
    it('fails no device that drops wrong checksums before coalescing: the segments are missing', async () => {
      const rules = new Set(rulesOf(await corpusThrough(variants(), 'drops-before-coalescing')));
      expect([...rules]).to.deep.equal(['I7 indications']);
    });
    const planted: readonly (readonly [string, string])[] = [
      ['hand/padding-spliced', 'H1 payload'],
      ['hand/swapped', 'I1 order'],
      ['hand/repeated', 'I7 indications'],
      ['E8b/ece-cwr-change/removed', 'E8b merge'],
    ];
    it('warns of hand/stale-tcp-checksum: a flag out of band may excuse it', async () => {
      const results = await corpusThrough(faults(), 'hand/stale-tcp-checksum');
      expect(rulesOf(results)).to.include('H7 tcp.checksum');
    });
    it('warns of H5/psh-or/removed: PSH is a should', async () => {
      expect(rulesOf(await corpusThrough(faults(), 'H5/psh-or/removed'))).to.include('H5 tcp.psh');
    });
    for (const [name, rule] of planted) {
      it(`finds ${name}`, async () => {
        expect(failuresOf(await corpusThrough(faults(), name))).to.include(rule);
      });
    }
  });

  it('judges connections side by side, across the wrap of the sequence numbers', async () => {
    const sent = run(40).flatMap((frame, i) => [frame, run(1, { sport: 6000 }, i)[0] as Uint8Array]);
    const results = await judged(sent, coalesced(sent));
    expect(results.map(verdictOf)).to.deep.equal(['pass', 'pass']);
    expect(results.map(({ counts }) => counts.merged)).to.deep.equal([30, 30]);
  });

  it('tells what went missing on the way from what a capture missed', async () => {
    const sent = run(40);
    const arrived = sent.filter((_, i) => i !== 11);
    const [onTheWay] = await judged(sent, coalesced(arrived));
    expect(onTheWay).to.deep.include({ acknowledged: 0 });
    expect(onTheWay?.counts.lost).to.equal(1);
    expect(verdictOf(onTheWay)).to.equal('warn');

    const ack = buildFrame({
      src: '10.0.0.2',
      dst: '10.0.0.1',
      sport: 80,
      dport: 5000,
      seq: 1,
      ack: (0xffff_f000 + 40 * MSS) >>> 0,
    });
    const [byTheCapture] = await judged(sent, [...coalesced(sent).filter((_, i) => i !== 2), ack]);
    expect(byTheCapture?.counts.lost).to.equal(8);
    expect(byTheCapture?.acknowledged).to.equal(8);
    expect(verdictOf(byTheCapture)).to.equal('pass');
  });

  it('says of a lost segment that came through later that it was sent again', async () => {
    const sent = [...run(20), ...run(1, { id: 900 }, 5), ...run(4, {}, 20)];
    const arrived = sent.filter((_, i) => i !== 5);
    const [result] = await judged(sent, coalesced(arrived, 1));
    expect(result?.counts).to.include({ lost: 1, retransmitted: 1, unsent: 0 });
    expect(verdictOf(result)).to.equal('warn');
  });

  it('counts what the sender’s capture missed, and fails nothing for it', async () => {
    const sent = run(64);
    const [result] = await judged(
      sent.filter((_, i) => i !== 20),
      coalesced(sent, 4),
    );
    expect(verdictOf(result)).to.not.equal('fail');
    expect(result?.counts.unsent).to.equal(1);
  });

  it('takes captures that begin and end in the middle', async () => {
    const sent = run(80);
    const out = coalesced(sent, 4);
    const [late] = await judged(sent, out.slice(5, 15));
    expect(late?.counts).to.include({ outside: 40, lost: 0 });
    expect(verdictOf(late)).to.equal('warn');
    expect(howFarJudged(late as ConnectionResult)).to.deep.equal({
      extent: 'partly',
      left: [
        'sent packets 1 to 20, from before the first that came out',
        'sent packets 61 to 80, from after the received capture',
      ],
    });
    const [early] = await judged(sent.slice(22, 58), out);
    expect(verdictOf(early)).to.equal('pass');
    expect(early?.counts.unsent).to.be.within(10, 12);
  });

  it('warns where the first segments of a connection never came out', async () => {
    const [result] = await judged(run(3), run(1, {}, 2));
    const { verdict } = pairEvents('x', result as ConnectionResult, []);
    expect(verdict.verdict).to.equal('warn');
    expect(verdict.findings.map(({ rule, message }) => `${rule} ${message}`)).to.deep.equal([
      'I7 2 segments before the first that came out never did (sent packets 1 to 2): lost on the way or in the device, unless the received capture began later.',
    ]);
  });

  it('judges nothing where what came out is of other bytes, and says so', async () => {
    const [result] = await judged(run(3), run(3, {}, 1000));
    expect(verdictOf(result)).to.equal('unsupported');
    expect(howFarJudged(result as ConnectionResult).extent).to.equal('not');
  });

  describe('a frame that is no segment for a wrong length alone', () => {
    const broken = {
      'IP length past the end': (frame: Uint8Array) =>
        setU16(frame, LINK + Ipv4At.totalLength, frame.length - LINK + 9),
      'IP length too short': (frame: Uint8Array) => setU16(frame, LINK + Ipv4At.totalLength, 30),
      'data offset of 4': (frame: Uint8Array) => {
        frame[LINK + 20 + TcpAt.dataOffset] = 0x40;
      },
    };
    for (const [name, breaks] of Object.entries(broken)) {
      const sent = run(4).map((frame, i) => {
        if (i === 1) breaks(frame);
        return frame;
      });
      const [first, malformed, ...rest] = sent as [Uint8Array, Uint8Array, ...Uint8Array[]];

      it(`may go up as it came, in any order: ${name}`, async () => {
        const [result] = await judged(sent, [first, ...rest, malformed]);
        expect(verdictOf(result)).to.equal('pass');
        expect(result?.counts).to.include({ unsent: 0, explainedFrames: 4 });
      });

      it(`is found where its bytes were merged: ${name}`, async () => {
        expect(failuresOf(await judged(sent, coalesced(run(4))))).to.deep.equal(['I8 merge']);
      });
    }
  });

  it('does not excuse altered bytes, a wrong order or a repetition by loss', async () => {
    const sent = run(40);
    const out = coalesced(sent, 4);
    const altered = out.map((frame) => frame.slice());
    (altered[4] as Uint8Array)[2000] = ((altered[4] as Uint8Array)[2000] as number) ^ 1;
    expect(failuresOf(await judged(sent, altered))).to.deep.equal(['H1 payload']);
    const swapped = [...out.slice(0, 3), out[4] as Uint8Array, out[3] as Uint8Array, ...out.slice(5)];
    expect(failuresOf(await judged(sent, swapped, { isDirect: true }))).to.deep.equal(['I1 order']);
    const repeated = [...out.slice(0, 5), out[4] as Uint8Array, ...out.slice(5)];
    expect(failuresOf(await judged(sent, repeated, { isDirect: true }))).to.deep.equal(['I7 indications']);
    expect((await judged(sent, repeated)).map(verdictOf)).to.deep.equal(['warn']);
  });

  it('warns where the path may have swapped frames, and fails where nothing there reorders', async () => {
    const sent = run(6);
    const [a, b, ...rest] = coalesced(sent, 1) as [Uint8Array, Uint8Array, ...Uint8Array[]];
    const onTheWay = await judged(sent, [b, a, ...rest]);
    expect([onTheWay.map(verdictOf), rulesOf(onTheWay)]).to.deep.equal([['warn'], ['I1 order']]);
    expect((await judged(sent, [b, a, ...rest], { isDirect: true })).map(verdictOf)).to.deep.equal(['fail']);
    const late = [...sent.slice(2, 5), ...sent.slice(0, 2), ...sent.slice(5)];
    expect((await judged(sent, coalesced(late, 3))).map(verdictOf)).to.deep.equal(['warn']);
  });

  it('fails a device that merged around a segment that ends a unit', async () => {
    const sent = run(5).map((frame, i) => (i === 2 ? (run(1, { flags: 'AU', urgent: 1 }, 2)[0] as Uint8Array) : frame));
    const again = [...sent.slice(0, 2), ...run(1, { id: 900 }, 2), ...sent.slice(3)];
    const [merged] = coalesced(again) as [Uint8Array];
    const all = [...sent.slice(0, 3), ...run(1, { id: 900 }, 2), ...sent.slice(3)];
    for (const isDirect of [true, false]) {
      const around = await judged(all, [merged, sent[2] as Uint8Array], { isDirect });
      expect(around.map(verdictOf)).to.deep.equal(['fail']);
    }
  });

  it('does not judge the order of frames that a capture cut', async () => {
    const sent = run(3);
    const ack = run(1, { payload: new Uint8Array(0), id: 7 }, 3)[0] as Uint8Array;
    const cut = (frame: Uint8Array): Captured => ({ frame: frame.subarray(0, 70), original: frame.length });
    const results = await judged([ack, ...sent.map(cut)], [...sent.map(cut), ack]);
    expect(results.map(verdictOf)).to.deep.equal(['pass']);
  });

  it('judges cut frames by what is there', async () => {
    const sent = run(40);
    const cut = (frames: readonly Uint8Array[]): CutFrame[] =>
      frames.map((frame) => ({ frame: frame.subarray(0, 96), original: frame.length }));
    const out = coalesced(sent);
    for (const [a, b] of [
      [cut(sent), out],
      [sent, cut(out)],
      [cut(sent), cut(out)],
    ] as const) {
      const [result] = await judged(a, b);
      expect(verdictOf(result)).to.equal('pass');
      expect(result?.counts.merged).to.equal(35);
      expect(result?.counts.cut).to.be.above(0);
    }
    const wrong = out.map((frame) => frame.slice());
    setU16(wrong[2] as Uint8Array, LINK + 20 + 14, 77);
    expect(rulesOf(await judged(cut(sent), cut(wrong)))).to.deep.equal(['H6 tcp.window']);
  });

  it('knows checksums that were never filled in, on either side', async () => {
    const sent = run(24);
    const out = coalesced(sent);
    const results = await judged(sent.map(partial), out.map(partial));
    expect(results.map(verdictOf)).to.deep.equal(['pass']);
    const stale = out.map((frame) => frame.slice());
    setU16(stale[1] as Uint8Array, LINK + 20 + 16, 0x1234);
    expect(rulesOf(await judged(sent, stale))).to.deep.equal(['H7 tcp.checksum']);
  });

  it('does not judge what the sender’s NIC segmented, unless an option allows it', async () => {
    const wire = run(24);
    const payload = (frame: Uint8Array): Uint8Array => frame.subarray(LINK + 40);
    const sent: Uint8Array[] = [];
    for (let i = 0; i < wire.length; i += 4) {
      const bytes = Uint8Array.from(wire.slice(i, i + 4).flatMap((frame) => [...payload(frame)]));
      sent.push(partial(...(run(1, { payload: bytes, id: 100 + i }, i) as [Uint8Array])));
    }
    const [unsupported] = await judged(sent, coalesced(wire, 6));
    expect(verdictOf(unsupported)).to.equal('unsupported');
    const [result] = await judged(sent, coalesced(wire, 6), { allowsSenderOffload: true, mtu: MSS + 40 });
    expect(verdictOf(result)).to.equal('pass');
    expect(result?.counts.merged).to.equal(20);
    const sameId = wire.map((_, i) => run(1, { id: 100 + (i - (i % 4)) }, i)[0] as Uint8Array);
    const [fixed] = await judged(sent, coalesced(sameId, 6), { allowsSenderOffload: true, mtu: MSS + 40 });
    expect(verdictOf(fixed)).to.equal('pass');
  });

  it('sees over a hop: another link-layer header and a lower TTL in every frame', async () => {
    const sent = run(24);
    const beyond = run(24, { dstMac: '02:00:00:00:00:99', ttl: 63 });
    const [result] = await judged(sent, coalesced(beyond));
    expect(verdictOf(result)).to.equal('pass');
    expect(result?.hasHop).to.equal(true);
    // Packets take two ways, the first of which that came out is the shorter one.
    const twoWays = run(24).map((_, i) => {
      const [way = new Uint8Array(0)] = run(1, { srcMac: `02:00:00:00:00:9${i % 2}`, ttl: 60 + (i % 2) }, i);
      return way;
    });
    const two = await judged(sent, coalesced([...twoWays.slice(1), ...twoWays.slice(0, 1)], 1));
    expect(failuresOf(two)).to.deep.equal([]);
    const some = [...coalesced(sent.slice(0, 12)), ...coalesced(beyond.slice(12))];
    expect(rulesOf(await judged(sent, some))).to.include('H1 ethernet');
  });
});
