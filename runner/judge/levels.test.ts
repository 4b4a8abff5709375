import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import type { Rule } from '../../reference-impl/rules/rule.ts';
import { headerFields } from '../../reference-impl/wire/fields.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { whyUnsupported } from '../capabilities/unsupported.ts';
import { isUdp, onMerged, reference, withChecksums } from '../selfcheck/alterations.ts';
import { alteredFrames, coalescerSubject, type OwnIndication, type Subject } from '../selfcheck/subject.ts';
import { parsed } from './arrival.ts';
import { judge } from './judge.ts';

const USUAL: Capabilities = { ...DEFAULT_CAPABILITIES, ipsec: true, csum: true, rxcsum: true, uro: true };
const { vectors } = loadCorpus();
/** Vectors about the rows in question; besides, where nothing is to be failed, every so many: a failure may come from anywhere. */
const ENOUGH = 30;
const EVERY = 200;

/** What a coalescer that deviates in one thing gets: "ROW level", each once. `rows`: rows, or beginnings of ids. */
function reported(
  subject: Subject,
  rows: readonly string[],
  capabilities: Partial<Capabilities> = {},
  isFaulty = false,
): string[] {
  const announced = { ...USUAL, ...capabilities };
  const heard = new Set<string>();
  const isAbout = ({ id, rules }: Vector): boolean => rows.some((row) => rules.includes(row) || id.startsWith(row));
  const about = vectors.filter(isAbout);
  const stride = Math.ceil(about.length / ENOUGH);
  const chosen = [
    ...about.filter((_, i) => i % stride === 0),
    ...vectors.filter((_, i) => !isFaulty && i % EVERY === 0),
  ];
  for (const vector of chosen) {
    const steps = expandVector(vector);
    if (whyUnsupported(vector, steps, announced) !== undefined) continue;
    const { findings } = judge({ steps, ...subject(steps), capabilities: announced });
    for (const { rule, level } of findings) heard.add(`${rule} ${level}`);
  }
  return [...heard].sort();
}

const without = (...names: string[]): Rule[] => {
  for (const name of names)
    expect(
      registry.some((rule) => rule.name === name),
      name,
    ).to.equal(true);
  return registry.filter(({ name }) => !names.includes(name));
};
const leaving = (...names: string[]): Subject => coalescerSubject({}, { rules: without(...names) });
const saying = (picks: (one: OwnIndication) => boolean, oob: OwnIndication['oob']): Subject =>
  alteredFrames(reference, (one) => (picks(one) ? { ...one, oob: { ...one.oob, ...oob } } : one));
const isLone = ({ arrivals }: OwnIndication): boolean => arrivals.length === 1;
const isLoneAck = (one: OwnIndication): boolean => isLone(one) && isSegment(one) && parsed(one.frame).isPureAck;
const isSegment = ({ frame }: OwnIndication): boolean => parsed(frame).kind === 'segment';

describe('a deviation is judged at the level that its clause has', () => {
  describe('warned of, never failed', () => {
    const milder: readonly (readonly [string, string, Subject, string?])[] = [
      ['C4 should', 'an older acknowledgment merges', leaving('ack-not-older')],
      [
        'C10 should',
        'the IPv4 reserved flag is not compared',
        leaving('reserved-flag-equal'),
        'coalescing/headers/reserved-flag/',
      ],
      ['C10 should', 'MAC addresses are not compared', leaving('link-header-equal'), 'coalescing/headers/mac/'],
      ['E3 should', 'segments without ACK merge with each other', leaving('ack-not-set'), 'exceptions/flags/no-ack/'],
      ['H5 should', 'PSH is lost', onMerged((frame, one) => ({ ...one, frame: withoutPush(frame) }))],
      ['T4 should', 'the timestamp delta is never set', saying(() => true, { timestampDelta: 0 })],
      ['O1 should', 'a count of 1 on every frame that went alone', sayingWhileOn({ segCount: 1 })],
      ['O2 should', 'a duplicate is counted where nothing is', saying(isLone, { dupAckCount: 1, segCount: 0 })],
      ['C8 should', 'duplicates are counted, and nothing said of it', coalescerSubject({ duplicateAcks: 'counted' })],
      [
        'K2 should',
        'what is marked unnecessary is verified again',
        verifyingAgain(),
        'checksum-offload/unnecessary-wrong/',
      ],
    ];
    for (const [finding, what, subject, where = finding.split(' ')[0] ?? ''] of milder)
      it(`${finding}: ${what}`, () => {
        expect(reported(subject, [where])).to.deep.equal([finding]);
      });

    it('C4 and C9 should: everything as the flowcharts draw it, duplicates announced as counted', () => {
      const rules = without('ack-not-older', 'duplicate-ack-alone', 'duplicate-onto-data');
      const drawn = coalescerSubject({ duplicateAcks: 'counted', loneSegCount: 1 }, { rules });
      expect(reported(drawn, ['C4', 'C8', 'C9'], { duplicateacks: 'counted' })).to.deep.equal([
        'C4 should',
        'C9 should',
      ]);
    });
  });

  describe('failed', () => {
    const hard: readonly (readonly [string, string, Subject, string?])[] = [
      ['C3 must', 'data joins a tracked pure ACK', leaving('data-onto-pure-ack')],
      [
        'E3 derived',
        'ACK is set on some segments of a unit only',
        leaving('ack-not-set', 'ack-differs'),
        'exceptions/flags/no-ack/',
      ],
      ['T4 must', 'the timestamp delta is wrong', onDelta((delta) => delta + 1)],
      ['O1 must', 'a count of 2 on a frame that went alone', saying(isLone, { segCount: 2 })],
      [
        'O2 must',
        'a duplicate beside a count of one',
        saying(isLoneAck, { dupAckCount: 1, segCount: 1 }),
        'out-of-band/duplicates/1-',
      ],
      [
        'O4 must',
        'partial is said of every wrong checksum',
        saying(({ oob }) => oob.tcpChecksum === 'bad', { tcpChecksum: 'partial' }),
      ],
      [
        'O4 must',
        'what is no TCP segment fails its TCP checksum',
        saying((one) => !isSegment(one) && !isUdp(one.frame), { tcpChecksum: 'bad' }),
      ],
      [
        'O4 must',
        'what is no TCP segment is said to be partial',
        saying((one) => !isSegment(one) && !isUdp(one.frame), { tcpChecksum: 'partial' }),
      ],
      [
        'H7 must',
        'checksums are neither recomputed nor flagged',
        onMerged((frame, one) => ({ ...one, frame: withStaleSum(frame) })),
      ],
      [
        'K4 derived',
        'receive checksum offload is ignored',
        leaving('rxcsum-off-nothing-merged', 'rxcsum-off-nothing-validated'),
      ],
      [
        'I7 derived',
        'the last frame is lost',
        (steps) => ({ ...reference(steps), indications: reference(steps).indications.slice(0, -1) }),
      ],
    ];
    for (const [finding, what, subject, where = finding.split(' ')[0] ?? ''] of hard)
      it(`${finding}: ${what}`, () => {
        expect(reported(subject, [where], {}, true)).to.include(finding);
      });

    it('C9 must: duplicates that joined are not counted', () => {
      const counting = coalescerSubject({ duplicateAcks: 'counted' });
      const silent = alteredFrames(counting, (one) => ({ ...one, oob: { ...one.oob, dupAckCount: 0 } }));
      expect(reported(silent, ['C9'], { duplicateacks: 'counted' }, true)).to.include('C9 must');
    });

    it('O1 must: duplicates are counted beside a count of none', () => {
      const counting = coalescerSubject({ duplicateAcks: 'counted' });
      const empty = alteredFrames(counting, (one) =>
        (one.oob.dupAckCount ?? 0) > 0 ? { ...one, oob: { ...one.oob, segCount: 0 } } : one,
      );
      expect(reported(empty, ['O1', 'O2', 'C9'], { duplicateacks: 'counted' }, true)).to.include('O1 must');
    });
  });

  describe('not at all', () => {
    const legal: readonly (readonly [string, Subject])[] = [
      ['options of padding merge', coalescerSubject({ paddingOptions: 'merged' })],
      ['a source route that is not used up, failed', onRoutes('bad')],
      ['a source route that is not used up, passed', onRoutes('ok')],
      [
        'no verdict on any frame that went alone',
        saying((one) => isLone(one) && one.oob.tcpChecksum !== 'partial', { tcpChecksum: 'none', ipChecksum: 'none' }),
      ],
    ];
    for (const [what, subject] of legal)
      it(what, () => {
        expect(reported(subject, ['E4', 'E5', 'O4'])).to.deep.equal([]);
      });
  });

  it('names both places where the sources disagree', () => {
    const subject = leaving('ack-not-older');
    const found = vectors
      .filter(({ rules }) => rules.includes('C4'))
      .flatMap((vector) => {
        const steps = expandVector(vector);
        return judge({ steps, ...subject(steps), capabilities: USUAL }).findings;
      })[0];
    expect(found?.message).to.include('rules regarding ACK numbers').and.to.include('first flowchart');
  });
});

function withoutPush(frame: Uint8Array): Uint8Array {
  const segment = parsed(frame);
  if (segment.kind !== 'segment') return frame;
  headerFields['tcp.psh'].write(frame, segment, 0);
  return withChecksums(frame);
}

function withStaleSum(frame: Uint8Array): Uint8Array {
  const segment = parsed(frame);
  if (segment.kind !== 'segment') return frame;
  const access = headerFields['tcp.checksum'];
  access.write(frame, segment, access.read(frame, segment) ^ 0x1234);
  return frame;
}

/** While RSC is off, the count is 0 without a milder word. */
function sayingWhileOn(oob: OwnIndication['oob']): Subject {
  return (steps) => {
    const outcome = reference(steps);
    const isSwitched = steps.some((step) => 'set' in step);
    if (isSwitched) return outcome;
    return {
      ...outcome,
      indications: outcome.indications.map((one) => (isLone(one) ? { ...one, oob: { ...one.oob, ...oob } } : one)),
    };
  };
}

function onDelta(change: (delta: number) => number): Subject {
  return alteredFrames(reference, (one) =>
    one.oob.timestampDelta === undefined
      ? one
      : { ...one, oob: { ...one.oob, timestampDelta: change(one.oob.timestampDelta) } },
  );
}

function verifyingAgain(): Subject {
  return (steps) =>
    reference(
      steps.map((step) => {
        if (!('rx' in step) || step.csum !== 'unnecessary') return step;
        const { csum: _csum, ...unmarked } = step;
        return unmarked;
      }),
    );
}

function onRoutes(tcpChecksum: 'ok' | 'bad'): Subject {
  return alteredFrames(reference, (one) =>
    isLone(one) && parsed(one.frame).isSourceRouted ? { ...one, oob: { ...one.oob, tcpChecksum } } : one,
  );
}
