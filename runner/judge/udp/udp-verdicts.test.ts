/** Out-of-band values of datagrams, when datagrams come, and what they may not be merged across. */

import { expect } from 'chai';
import type { OutOfBand } from '../../../reference-impl/indication.ts';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import type { FrameSpec } from '../../../reference-impl/wire/build.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';
import type { Finding, ObservedIndication } from '../types.ts';

function judged(
  steps: readonly FrameStep[],
  indications: readonly ObservedIndication[],
  capabilities: Partial<Capabilities> = {},
): readonly Finding[] {
  const all = { ...DEFAULT_CAPABILITIES, uro: true, rxcsum: true, ...capabilities };
  return judge({ steps, indications, statistics: undefined, capabilities: all }).findings;
}

const reported = (found: readonly Finding[]): string[] =>
  found.map(({ rule, level, arrivals, field, expected }) => `${rule} ${level} #${arrivals} ${field}: ${expected}`);

const SIX: Partial<FrameSpec> = { src: 'fd00::1', dst: 'fd00::2' };
const SUMLESS: Partial<FrameSpec> = { corrupt: { udpChecksum: 0 } };
const WRONG: Partial<FrameSpec> = { corrupt: { udpChecksum: 'wrong' } };
const WRONG_IP: Partial<FrameSpec> = { corrupt: { ipChecksum: 'wrong' } };

/** The one frame that these become, with these values beside it alone. */
function beside(datagrams: readonly FrameStep[], oob: Partial<OutOfBand>): string[] {
  const steps = [URO, ...datagrams, { dpc: true as const }];
  const [one, ...more] = referenceRun(steps).indications;
  if (one === undefined || more.length > 0) throw new Error('not one frame came out');
  return reported(judged(steps, [{ ...one, oob }]));
}

describe('judge, of the out-of-band values of a unit of datagrams', () => {
  const unit = [datagram(1), datagram(2), datagram(3)];
  const right: readonly Partial<OutOfBand>[] = [
    {},
    { uroSegCount: 3, uroSegSize: 10, tcpChecksum: 'ok', ipChecksum: 'ok' },
    { segCount: 0 },
    { segCount: 1 },
    { segCount: 3 },
  ];
  for (const oob of right) it(`accepts ${JSON.stringify(oob)}`, () => expect(beside(unit, oob)).to.deep.equal([]));

  const wrong: readonly (readonly [Partial<OutOfBand>, string])[] = [
    [{ uroSegCount: 2 }, 'U6 must #1,2,3 uroSegCount: 3'],
    [{ uroSegCount: 0 }, 'U6 must #1,2,3 uroSegCount: 3'],
    [{ uroSegSize: 11 }, 'U6 must #1,2,3 uroSegSize: 10'],
    [{ uroSegSize: 0 }, 'U6 must #1,2,3 uroSegSize: 10'],
    [{ segCount: 2 }, 'U6 must #1,2,3 segCount: 0 or 3'],
    [{ tcpChecksum: 'bad' }, 'U5 must #1,2,3 tcpChecksum: ok'],
    [{ tcpChecksum: 'none' }, 'U5 must #1,2,3 tcpChecksum: ok'],
    [{ ipChecksum: 'bad' }, 'U5 must #1,2,3 ipChecksum: ok'],
    [{ ipChecksum: 'none' }, 'U5 must #1,2,3 ipChecksum: ok'],
  ];
  for (const [oob, found] of wrong) {
    it(`does not accept ${JSON.stringify(oob)}`, () => {
      expect(beside(unit, oob).map((text) => text.replace(/#[\d,]+/, '#1,2,3'))).to.deep.equal([found]);
    });
  }

  it('asks IPv6 for no verdict on an IP checksum, and takes no bad one', () => {
    const six = [datagram(1, SIX), datagram(2, SIX)];
    for (const ipChecksum of ['ok', 'none'] as const) expect(beside(six, { ipChecksum })).to.deep.equal([]);
    expect(beside(six, { ipChecksum: 'bad' })).to.deep.equal(['U5 must #0,1 ipChecksum: ok or none']);
  });

  it('asks for no verdict where one of the datagrams has no checksum', () => {
    for (const datagrams of [
      [datagram(1, SUMLESS), datagram(2)],
      [datagram(1), datagram(2, SUMLESS)],
    ]) {
      expect(beside(datagrams, { tcpChecksum: 'none' })).to.deep.equal([]);
      expect(beside(datagrams, { tcpChecksum: 'bad' })).to.deep.equal(['U5 must #0,1 tcpChecksum: ok']);
    }
  });
});

describe('judge, of the out-of-band values of a lone datagram', () => {
  const cases: readonly (readonly [string, FrameStep, Partial<OutOfBand>, readonly string[]])[] = [
    ['a unit of one', datagram(1), { uroSegCount: 1, uroSegSize: 10, segCount: 1 }, []],
    ['no unit', datagram(1), { uroSegCount: 0, uroSegSize: 0, segCount: 0 }, []],
    ['a unit of two', datagram(1), { uroSegCount: 2 }, ['U6 must #0 uroSegCount: 0 or 1']],
    ['another size', datagram(1), { uroSegSize: 11 }, ['U6 must #0 uroSegSize: 0 or 10']],
    ['segments', datagram(1), { segCount: 2 }, ['O1 must #0 segCount: 0 or 1']],
    ['ok for right', datagram(1), { tcpChecksum: 'ok', ipChecksum: 'ok' }, []],
    ['nothing for right', datagram(1), { tcpChecksum: 'none', ipChecksum: 'none' }, []],
    ['bad for right', datagram(1), { tcpChecksum: 'bad' }, ['O4 must #0 tcpChecksum: ok or none']],
    ['bad for IP right', datagram(1), { ipChecksum: 'bad' }, ['O4 must #0 ipChecksum: ok or none']],
    ['bad for wrong', datagram(1, WRONG), { tcpChecksum: 'bad' }, []],
    ['nothing for wrong', datagram(1, WRONG), { tcpChecksum: 'none' }, []],
    ['ok for wrong', datagram(1, WRONG), { tcpChecksum: 'ok' }, ['O4 must #0 tcpChecksum: bad or none']],
    ['bad for IP wrong', datagram(1, WRONG_IP), { ipChecksum: 'bad' }, []],
    ['ok for IP wrong', datagram(1, WRONG_IP), { ipChecksum: 'ok' }, ['O4 must #0 ipChecksum: bad or none']],
    ['anything for none', datagram(1, SUMLESS), { tcpChecksum: 'ok' }, []],
    ['ok for IPv6', datagram(1, SIX), { ipChecksum: 'ok' }, []],
    ['bad for IPv6', datagram(1, SIX), { ipChecksum: 'bad' }, ['O4 must #0 ipChecksum: ok or none']],
  ];
  for (const [name, one, oob, found] of cases) {
    it(`${found.length === 0 ? 'accepts' : 'does not accept'} ${name}`, () => {
      expect(beside([one], oob)).to.deep.equal(found);
    });
  }
});

describe('judge, of when datagrams come', () => {
  const [one, two] = [datagram(1), datagram(2)];
  const unit = referenceRun([URO, one, two, { dpc: true }]).indications[0] as ObservedIndication;
  const OFF: FrameStep = { set: { uro: false } };
  const RXCSUM_OFF: FrameStep = { set: { rxcsum: false } };
  const RXCSUM_ON: FrameStep = { set: { rxcsum: true } };
  const DPC: FrameStep = { dpc: true };

  /** The two as one unit, indicated in the last step unless another is given. */
  const merged = (steps: readonly FrameStep[], step: number = steps.length - 1): string[] =>
    judged(steps, [{ ...unit, step, oob: {} }]).map(({ rule, arrivals, field }) => `${rule} #${arrivals} ${field}`);

  it('takes a unit at the end of its DPC, and at a switch-off', () => {
    expect(merged([URO, one, two, DPC])).to.deep.equal([]);
    expect(merged([URO, one, two, OFF, DPC], 3)).to.deep.equal([]);
    expect(merged([URO, one, two, RXCSUM_OFF, DPC], 3)).to.deep.equal([]);
    expect(merged([OFF, URO, RXCSUM_OFF, RXCSUM_ON, one, two, DPC])).to.deep.equal([]);
  });

  it('takes none across the end of a DPC, or beyond it', () => {
    expect(merged([URO, one, DPC, two, DPC])).to.deep.equal(['I2 #0,1 dpc']);
    expect(merged([URO, one, two, DPC, DPC])).to.deep.equal(['I2 #0,1 dpc']);
  });

  it('takes none across a switch-off, or beyond it', () => {
    expect(merged([URO, one, OFF, URO, two, DPC])).to.deep.equal(['U8 #1 merge']);
    expect(merged([URO, one, two, OFF, DPC])).to.deep.equal(['U8 #0,1 dpc']);
    expect(merged([URO, one, RXCSUM_OFF, RXCSUM_ON, two, DPC])).to.deep.equal(['K4 #1 merge']);
    expect(merged([URO, one, two, RXCSUM_OFF, DPC])).to.deep.equal(['K4 #0,1 dpc']);
  });

  it('takes none while URO or receive checksum offload is off', () => {
    expect(merged([URO, OFF, one, two, DPC])).to.deep.equal(['U8 #0 merge']);
    expect(merged([URO, RXCSUM_OFF, one, two, DPC])).to.deep.equal(['K4 #0 merge']);
  });

  it('says into what a datagram was merged, once', () => {
    const steps = [URO, RXCSUM_OFF, one, two, DPC];
    const [found, ...more] = judged(steps, [{ ...unit, step: 4, oob: {} }]);
    expect(more).to.deep.equal([]);
    expect(found).to.include({ expected: 'not merged', actual: 'merged into #0 and #1' });
  });

  it('lets a lone datagram wait for the end of its DPC, whatever is switched off', () => {
    for (const off of [OFF, RXCSUM_OFF]) {
      const steps = [URO, one, off, DPC];
      const frame = (one as { rx: Uint8Array }).rx;
      expect(judged(steps, [{ step: 3, frame, oob: {} }])).to.deep.equal([]);
    }
  });
});

describe('judge, of datagrams that are dropped', () => {
  const malformed = datagram(1, { corrupt: { udpLength: 999 } });
  const dropped = (one: FrameStep, drops: Capabilities['drops']): string[] =>
    judged([URO, one, { dpc: true }], [], { drops }).map(({ rule }) => rule);

  it('lets a target drop what it says it drops, and nothing else', () => {
    for (const wrong of [WRONG, WRONG_IP]) {
      expect(dropped(datagram(1, wrong), 'checksum')).to.deep.equal([]);
      expect(dropped(datagram(1, wrong), 'both')).to.deep.equal([]);
      expect(dropped(datagram(1, wrong), 'malformed')).to.deep.equal(['I7']);
      expect(dropped(datagram(1, wrong), 'none')).to.deep.equal(['I7']);
    }
    for (const drops of ['malformed', 'both'] as const) expect(dropped(malformed, drops)).to.deep.equal([]);
    for (const drops of ['checksum', 'none'] as const) expect(dropped(malformed, drops)).to.deep.equal(['I7']);
    for (const drops of ['none', 'checksum', 'malformed', 'both'] as const)
      expect(dropped(datagram(1), drops)).to.deep.equal(['I7']);
  });
});
