import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { VirtioFeature, VirtioHeader } from '../../reference-impl/rules/rule.ts';
import { advance } from '../../reference-impl/step.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../../reference-impl/wire/segment.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { judge } from './judge.ts';
import type { Judgement, ObservedIndication } from './types.ts';

const ALL: readonly VirtioFeature[] = ['GUEST_CSUM', 'GUEST_TSO4', 'GUEST_TSO6', 'RSC_EXT'];
const { vectors } = loadCorpus();
const ours = vectors.filter(({ id }) => id.startsWith('virtio/'));
const capabilities = { ...DEFAULT_CAPABILITIES, virtio: true };

type Change = (header: VirtioHeader, features: readonly VirtioFeature[], segments: number) => Partial<VirtioHeader>;

/** The reference behind a virtio device that does everything right, but for a change. */
function judged(vector: Vector, change: Change = () => ({})): Judgement {
  const coalescer = new Coalescer();
  const steps = expandVector(vector);
  let features = ALL;
  const lengths: number[] = [];
  const indications = steps.flatMap((step, at) => {
    if ('set' in step && step.set.negotiate !== undefined) {
      const { without = [], with: more = [] } = step.set.negotiate;
      features = [...ALL.filter((feature) => !without.includes(feature)), ...more];
    }
    if ('rx' in step) lengths.push(parseSegment(step.rx, new Segment()).payloadLength);
    return advance(coalescer, step).map(({ frame, oob, arrivals }): ObservedIndication => {
      const bytes = frame.slice();
      const segment = parseSegment(bytes, new Segment());
      const isUnit = arrivals.length > 1;
      const size = Math.max(...arrivals.map((arrival) => lengths[arrival] as number));
      const buffers = features.includes('MRG_RXBUF') ? Math.ceil((12 + bytes.length) / 4096) : 1;
      if (isUnit) {
        setU16(
          bytes,
          segment.tcpOffset + TcpAt.checksum,
          fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset)),
        );
      }
      const header: VirtioHeader = {
        flags: isUnit ? (features.includes('RSC_EXT') ? 5 : 1) : 0,
        gsoType: isUnit ? (segment.ipVersion === 4 ? 1 : 4) : 0,
        hdrLen: 0,
        gsoSize: isUnit ? size : 0,
        csumStart: isUnit ? arrivals.length : 0,
        csumOffset: 0,
        numBuffers: buffers,
      };
      const changed = { ...header, ...change(header, features, arrivals.length) };
      const told = isUnit ? { ...oob, tcpChecksum: 'partial' as const } : oob;
      return { step: at, frame: bytes, oob: told, virtio: { header: changed, features, buffers } };
    });
  });
  return judge({ steps, indications, statistics: undefined, capabilities, rules: vector.rules });
}

/** Rows that speak, over all vectors of the family. */
function rows(change: Change): string[] {
  return [...new Set(ours.flatMap((vector) => judged(vector, change).findings.map(({ rule }) => rule)))].sort();
}

describe('judge of virtio headers', () => {
  it('has nothing against a right device', () => {
    for (const vector of ours) expect(judged(vector).findings, vector.id).to.deep.equal([]);
  });

  it('sees each fault, and calls it by its row', () => {
    const unit =
      (header: Partial<VirtioHeader>): Change =>
      ({ gsoType }) =>
        gsoType === 0 ? {} : header;
    expect(rows(unit({ gsoSize: 0 }))).to.deep.equal(['V3']);
    expect(rows(({ gsoSize }) => ({ gsoSize: gsoSize > 0 ? gsoSize + 1 : 0 }))).to.deep.equal(['V3']);
    const levels = (change: Change): string[] =>
      [...new Set(ours.flatMap((vector) => judged(vector, change).findings.map(({ level }) => level)))].sort();
    expect(levels(({ gsoSize }) => ({ gsoSize: gsoSize > 0 ? gsoSize + 1 : 0 }))).to.deep.equal(['should']);
    expect(levels(unit({ gsoSize: 0 }))).to.deep.equal(['must']);
    expect(rows(({ flags }) => ({ flags: flags & ~1 }))).to.deep.equal(['V2']);
    expect(rows(({ flags }) => ({ flags: flags & ~4 }))).to.deep.equal(['V4']);
    expect(rows(({ gsoType }) => ({ gsoType: gsoType === 0 ? 0 : 5 - gsoType }))).to.deep.equal(['V1']);
    expect(rows(() => ({ numBuffers: 0 }))).to.deep.equal(['V7']);
    expect(rows((_, features) => (features.includes('MRG_RXBUF') ? { numBuffers: 1 } : {}))).to.deep.equal(['V7']);
    expect(rows(({ flags }) => ({ flags: flags | 4 }))).to.include.members(['V4', 'V6']);
    expect(rows(({ flags }) => ({ flags: flags | 2 }))).to.deep.equal(['V6']);
    expect(rows(({ flags, gsoType }) => ({ flags: gsoType === 0 ? flags | 1 : flags }))).to.include('V5');
  });

  it('sees what comes out after a reset though it came before', () => {
    const vector = ours.find(({ id }) => id === 'virtio/reset/rsc/unit/ipv4') as Vector;
    const steps = expandVector(vector);
    const [first] = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
    const header = { flags: 0, gsoType: 0, hdrLen: 0, gsoSize: 0, csumStart: 0, csumOffset: 0, numBuffers: 1 };
    const virtio = { header, features: ALL, buffers: 1 };
    const due = referenceRun(steps).indications.map((one) => ({ ...one, virtio }));
    const stale = { step: steps.length - 1, frame: first as Uint8Array, oob: {}, virtio };
    const { findings } = judge({
      steps,
      indications: [stale, ...due],
      statistics: undefined,
      capabilities,
      rules: vector.rules,
    });
    expect(findings.map(({ rule }) => rule)).to.deep.equal(['V8']);
  });

  it('says where no header was seen', () => {
    const [vector] = ours as [Vector];
    const steps = expandVector(vector);
    const { indications } = referenceRun(steps);
    const { notObserved } = judge({ steps, indications, statistics: undefined, capabilities, rules: vector.rules });
    expect(notObserved).to.include('virtio headers (V)');
  });

  it('judges only the rows that a vector is about', () => {
    expect(new Set(rulesOfKind('virtio').map(({ id }) => id)).size).to.equal(8);
    const about = new Set(ours.flatMap(({ rules }) => rules));
    for (const { id } of rulesOfKind('virtio')) expect(about.has(id), id).to.equal(true);
    const [vector] = ours.filter(({ rules }) => rules.includes('V3')) as [Vector];
    expect(judged(vector, () => ({ numBuffers: 7 })).findings).to.deep.equal([]);
  });
});
