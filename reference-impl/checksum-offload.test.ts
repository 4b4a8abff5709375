import { expect } from 'chai';
import { ack, BASE6, data, groups, parsed } from '../testing/scenario.ts';
import { type ArrivalOob, Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import { pseudoHeaderSumOf } from './rules/headers.ts';
import { Unit } from './unit.ts';
import type { FrameSpec } from './wire/build.ts';
import { setU16, u16 } from './wire/bytes.ts';
import { fold } from './wire/checksum.ts';
import { TcpAt } from './wire/fields.ts';
import { parseSegment, Segment } from './wire/segment.ts';

const six: Partial<FrameSpec> = { src: BASE6.src, dst: BASE6.dst };
const wrong: Partial<FrameSpec> = { corrupt: { tcpChecksum: 'wrong' } };
const PARTIAL: ArrivalOob = { csum: 'partial' };
const TRUSTED: ArrivalOob = { csum: 'unnecessary' };

/** As a sender with checksum offload leaves it. */
function unsummed(frame: Uint8Array): Uint8Array {
  const unit = new Unit();
  unit.start(parseSegment(frame, new Segment()), 0);
  const copy = frame.slice();
  setU16(copy, unit.tcpOffset + TcpAt.checksum, fold(pseudoHeaderSumOf(unit)));
  return copy;
}

function play(arrivals: readonly (readonly [Uint8Array, ArrivalOob?])[], coalescer = new Coalescer()): Indication[] {
  for (const [frame, oob] of arrivals) coalescer.receive(frame, oob);
  return coalescer.endOfDpc();
}

const verdicts = (due: readonly Indication[]): string[] =>
  due.map(({ oob }) => `${oob.ipChecksum} ${oob.tcpChecksum} ${oob.segCount}`);

describe('checksum offload', () => {
  for (const [name, version] of [
    ['IPv4', {}],
    ['IPv6', six],
  ] as const) {
    const at = (offset: number, extra: Partial<FrameSpec> = {}, length = 100): Uint8Array =>
      data(offset, { ...version, ...extra }, length);
    const ip = version === six ? 'none' : 'ok';

    it(`K1, K3: ${name} frames marked partial merge, and the unit carries a whole sum, odd lengths too`, () => {
      const [unit, ...rest] = play([
        [unsummed(at(0, {}, 101)), PARTIAL],
        [at(101, {}, 33)],
        [unsummed(at(134, {}, 7)), PARTIAL],
        [at(141, wrong), TRUSTED],
      ]);
      expect(rest).to.deep.equal([]);
      expect(unit?.arrivals).to.deep.equal([0, 1, 2, 3]);
      expect(parsed(unit?.frame as Uint8Array).tcpChecksum).to.equal('right');
      expect(verdicts([unit as Indication])).to.deep.equal([`${ip} ok 4`]);
    });

    it(`K3: an ${name} frame marked partial that nothing joins goes up as it came, marked`, () => {
      const frame = unsummed(at(0));
      const due = play([[frame, PARTIAL]]);
      expect(due[0]?.frame).to.deep.equal(frame);
      expect(verdicts(due)).to.deep.equal([`${ip} partial 0`]);
    });

    it(`K2: an ${name} frame marked unnecessary is trusted, alone and merged; an unmarked one is verified`, () => {
      expect(verdicts(play([[at(0, wrong), TRUSTED]]))).to.deep.equal([`${ip} ok 0`]);
      expect(groups(play([[at(0, wrong), TRUSTED], [at(100)]]))).to.deep.equal([[0, 1]]);
      const due = play([[at(0), TRUSTED], [at(100, wrong)], [at(200), TRUSTED]]);
      expect(groups(due)).to.deep.equal([[0], [1], [2]]);
      expect(verdicts(due)).to.deep.equal([`${ip} ok 0`, `${ip} bad 0`, `${ip} ok 0`]);
    });

    it(`K4: with rxcsum off no ${name} frame is merged or reported as validated; units end with the switch`, () => {
      const coalescer = new Coalescer();
      coalescer.receive(at(0));
      coalescer.receive(at(100));
      const flushed = coalescer.setRxcsum(false);
      expect(flushed.map(({ arrivals, endedBy }) => [arrivals, endedBy])).to.deep.equal([[[0, 1], 'K4']]);
      const due = play(
        [[at(200)], [at(300)], [at(400, wrong)], [unsummed(at(500)), PARTIAL], [at(600), TRUSTED]],
        coalescer,
      );
      expect(groups(due)).to.deep.equal([[2], [3], [4], [5], [6]]);
      const none = 'none none 0';
      expect(verdicts(due)).to.deep.equal([none, none, none, 'none partial 0', none]);
      expect(coalescer.statistics.aborts).to.equal(0);
      coalescer.setRxcsum(true);
      expect(groups(play([[at(700)], [at(800)]], coalescer))).to.deep.equal([[7, 8]]);
    });
  }

  it('K4: switching on where it is on ends nothing; a reset switches on', () => {
    const coalescer = new Coalescer();
    coalescer.receive(data(0));
    expect(coalescer.setRxcsum(true)).to.deep.equal([]);
    expect(groups(play([[data(100)]], coalescer))).to.deep.equal([[0, 1]]);
    coalescer.setRxcsum(false);
    coalescer.reset();
    expect(verdicts(play([[data(0)], [data(100)]], coalescer))).to.deep.equal(['ok ok 2']);
  });

  it('a mark does not outlive its frame', () => {
    const due = play([[unsummed(data(0)), PARTIAL], [unsummed(data(100))], [data(200)]]);
    expect(groups(due)).to.deep.equal([[0], [1], [2]]);
    expect(verdicts(due)).to.deep.equal(['ok partial 0', 'ok bad 0', 'ok ok 0']);
  });

  it('E2 applies to an IPv4 header whatever the mark; E3 to flags', () => {
    for (const oob of [PARTIAL, TRUSTED]) {
      const due = play([
        [data(0)],
        [data(100, { corrupt: { ipChecksum: 'wrong' } }), oob],
        [data(200, { flags: 'FA' }), oob],
      ]);
      expect(groups(due)).to.deep.equal([[0], [1], [2]]);
      expect(due.map(({ endedBy }) => endedBy)).to.deep.equal(['E2', 'E2', 'E3']);
    }
  });

  it('a window update that is marked joins like any other', () => {
    const due = play([[data(0)], [unsummed(ack(100, { window: 9 })), PARTIAL], [data(100, { window: 9 })]]);
    expect(groups(due)).to.deep.equal([[0, 1, 2]]);
    expect(parsed(due[0]?.frame as Uint8Array).tcpChecksum).to.equal('right');
  });

  it('where checksums are flagged instead of recomputed, a unit that begins with a partial frame is flagged, too', () => {
    const coalescer = new Coalescer({ checksums: 'flagged' });
    const first = unsummed(data(0));
    const [unit] = play([[first, PARTIAL], [data(100)]], coalescer);
    expect(unit?.oob.valueInvalid).to.equal(1);
    expect(u16(unit?.frame as Uint8Array, 50)).to.equal(u16(first, 50));
  });
});
