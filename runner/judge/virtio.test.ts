import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { BufferFill, VirtioFeature, VirtioHeader } from '../../reference-impl/rules/rule.ts';
import { RSC_HEADER_FEATURES } from '../../reference-impl/virtio/features.ts';
import { VirtioDevice } from '../../reference-impl/virtio/virtio-device.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { outOfBandOf } from '../rsc-line/virtio-oob.ts';
import { judge } from './judge.ts';
import type { Judgement, ObservedIndication } from './types.ts';

const { vectors } = loadCorpus();
const ours = vectors.filter(({ id }) => id.startsWith('virtio/'));
const capabilities = { ...DEFAULT_CAPABILITIES, vnet: true, features: true };

interface Shown {
  readonly header: VirtioHeader;
  readonly features: readonly VirtioFeature[];
  readonly fills: readonly BufferFill[];
}
type Change = (shown: Shown) => Partial<VirtioHeader> | { readonly fills: readonly BufferFill[] };

/** The reference as a virtio device, but for a change. */
function judged(vector: Vector, change: Change = () => ({})): Judgement {
  const device = new VirtioDevice(new Coalescer());
  const steps = expandVector(vector);
  const indications = steps.flatMap((step, at) =>
    device.advance(step).map(({ frame, oob, header, fills }): ObservedIndication => {
      const { features } = device;
      const { fills: otherFills = fills, ...changed } = {
        fills: undefined,
        ...change({ header, features, fills }),
      };
      const said = { ...oob, ...outOfBandOf(header, features.includes('RSC_EXT')) };
      const virtio = { header: { ...header, ...changed }, features, fills: otherFills };
      return { step: at, frame: frame.slice(), oob: said, virtio };
    }),
  );
  return judge({ steps, indications, statistics: undefined, capabilities, rules: vector.rules });
}

/** Rules with a finding, over all vectors of the family. */
function rows(change: Change): string[] {
  return [...new Set(ours.flatMap((vector) => judged(vector, change).findings.map(({ rule }) => rule)))].sort();
}

describe('judge of virtio headers', () => {
  it('has nothing against a right device', () => {
    for (const vector of ours) expect(judged(vector).findings, vector.id).to.deep.equal([]);
  });

  it('sees each fault, and calls it by its row', () => {
    const unit =
      (fields: (header: VirtioHeader) => Partial<VirtioHeader>): Change =>
      ({ header }) =>
        header.gsoType === 0 ? {} : fields(header);
    const longer = unit(({ gsoSize }) => ({ gsoSize: gsoSize + 1 }));
    const levels = (change: Change): string[] =>
      [...new Set(ours.flatMap((vector) => judged(vector, change).findings.map(({ level }) => level)))].sort();
    expect(rows(unit(() => ({ gsoSize: 0 })))).to.deep.equal(['V3']);
    expect(levels(unit(() => ({ gsoSize: 0 })))).to.deep.equal(['must']);
    expect(rows(longer)).to.deep.equal(['V3']);
    expect(levels(longer)).to.deep.equal(['should']);
    expect(rows(({ header: { flags } }) => ({ flags: flags & ~1 }))).to.deep.equal(['V2']);
    expect(rows(({ header: { flags } }) => ({ flags: flags & ~4 }))).to.deep.equal(['V4']);
    expect(rows(unit(({ gsoType }) => ({ gsoType: gsoType ^ 5 })))).to.deep.equal(['V1']);
    expect(rows(() => ({ numBuffers: 0 }))).to.deep.equal(['V7']);
    expect(rows(({ features }) => (features.includes('MRG_RXBUF') ? { numBuffers: 1 } : {}))).to.deep.equal(['V7']);
    expect(rows(({ header: { flags } }) => ({ flags: flags | 4 }))).to.include.members(['V4', 'V6']);
    expect(rows(({ header: { flags } }) => ({ flags: flags | 2 }))).to.deep.equal(['V6']);
    expect(rows(({ header: { flags, gsoType } }) => (gsoType === 0 ? { flags: flags | 1 } : {}))).to.include('V5');
  });

  it('names a flag that is missing once, although other fields mean something else without it', () => {
    const unflagged = (flag: number): string[] => {
      const all = ours.flatMap((vector) => {
        const device = new VirtioDevice(new Coalescer());
        const steps = expandVector(vector);
        const indications = steps.flatMap((step, at) =>
          device.advance(step).map(({ frame, oob, header, fills }): ObservedIndication => {
            const { features } = device;
            const shown = header.gsoType === 0 ? header : { ...header, flags: header.flags & ~flag };
            const said = { ...oob, ...outOfBandOf(shown, features.includes('RSC_EXT')) };
            return { step: at, frame: frame.slice(), oob: said, virtio: { header: shown, features, fills } };
          }),
        );
        const rules = ['V2', 'V4', 'V9'];
        return judge({ steps, indications, statistics: undefined, capabilities, rules }).findings;
      });
      return [...new Set(all.map(({ rule }) => rule))];
    };
    expect(unflagged(1)).to.deep.equal(['V2']);
    expect(unflagged(4)).to.deep.equal(['V4']);
  });

  it('sees a place of the checksum, an ECN bit, a header length and buffers that are wrong', () => {
    const isUnsummed = ({ flags }: VirtioHeader): boolean => (flags & 5) === 1;
    const ecnBit: Change = ({ header }) => (header.gsoType === 0 ? {} : { gsoType: header.gsoType | 0x80 });
    expect(rows(({ header }) => (isUnsummed(header) ? { csumStart: header.csumStart + 4 } : {}))).to.deep.equal(['V9']);
    expect(rows(({ header }) => (isUnsummed(header) ? { csumOffset: 0 } : {}))).to.deep.equal(['V9']);
    // TCP's offset on a datagram.
    const swapped: Change = ({ header }) =>
      isUnsummed(header) ? { csumOffset: header.csumOffset === 6 ? 16 : header.csumOffset } : {};
    expect(rows(swapped)).to.deep.equal(['V9']);
    expect(rows(ecnBit)).to.deep.equal(['V10']);
    expect(rows(({ header }) => ({ gsoType: header.gsoType & 0x7f }))).to.deep.equal(['V10']);
    expect(rows(({ header }) => ({ hdrLen: Math.max(0, header.hdrLen - 1) }))).to.deep.equal(['V11']);
    expect(rows(() => ({ hdrLen: 0 }))).to.deep.equal([]);
    expect(rows(() => ({ hdrLen: 1500 }))).to.deep.equal([]);
    const halfFull: Change = ({ fills }) => ({ fills: fills.map(({ used, size }) => ({ used: used >> 1, size })) });
    expect(rows(halfFull)).to.deep.equal(['V12']);
  });

  it('sees a header that stayed in the place of a segment that was merged away', () => {
    // A list of packets and one of headers; a merged packet leaves the first and not the second.
    const seenBy = ours.filter((vector) => {
      const device = new VirtioDevice(new Coalescer());
      const steps = expandVector(vector);
      const indications = steps.flatMap((step, at) => {
        const due = device.advance(step);
        const lone = due.map(({ header }) => ({
          ...header,
          flags: 0,
          gsoType: 0,
          gsoSize: 0,
          csumStart: 0,
          csumOffset: 0,
        }));
        const headers = due.flatMap(({ header, arrivals }, i) => [header, ...arrivals.slice(1).map(() => lone[i])]);
        return due.map(({ frame, oob, fills }, i): ObservedIndication => {
          const header = headers[i] ?? (lone[i] as VirtioHeader);
          const { features } = device;
          const said = { ...oob, ...outOfBandOf(header, features.includes('RSC_EXT')) };
          return { step: at, frame: frame.slice(), oob: said, virtio: { header, features, fills } };
        });
      });
      const { findings } = judge({ steps, indications, statistics: undefined, capabilities, rules: vector.rules });
      return findings.length > 0;
    });
    // Two units, and a unit before a lone segment; wherever nothing comes after a unit, nothing shows.
    const topics = ['gso-ecn/guest-ecn/until', 'gso-ecn/rsc/until', 'csum-place/after-unit'];
    const expected = topics.flatMap((topic) => [`virtio/${topic}/ipv4`, `virtio/${topic}/ipv6`]);
    expect(seenBy.map(({ id }) => id)).to.have.members(expected);
  });

  it('takes a number of buffers that nothing shows for what it is', () => {
    const [vector] = ours.filter(({ id }) => id.startsWith('virtio/num-buffers/mrg-rxbuf/')) as [Vector];
    const steps = expandVector(vector);
    const device = new VirtioDevice(new Coalescer());
    const indications = steps.flatMap((step, at) =>
      device.advance(step).map(({ frame, header }) => ({
        step: at,
        frame,
        oob: {},
        virtio: { header: { ...header, numBuffers: 9 }, features: device.features },
      })),
    );
    const judgement = judge({ steps, indications, statistics: undefined, capabilities, rules: vector.rules });
    expect(judgement.findings).to.deep.equal([]);
  });

  it('sees what comes out after a reset though it came before', () => {
    const vector = ours.find(({ id }) => id === 'virtio/reset/rsc/unit/ipv4') as Vector;
    const steps = expandVector(vector);
    const [first] = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
    const header = { flags: 0, gsoType: 0, hdrLen: 0, gsoSize: 0, csumStart: 0, csumOffset: 0, numBuffers: 1 };
    const virtio = { header, features: RSC_HEADER_FEATURES };
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
    expect(new Set(rulesOfKind('virtio').map(({ id }) => id)).size).to.equal(12);
    const about = new Set(ours.flatMap(({ rules }) => rules));
    for (const { id } of rulesOfKind('virtio')) expect(about.has(id), id).to.equal(true);
    const [vector] = ours.filter(({ rules }) => rules.includes('V3')) as [Vector];
    expect(judged(vector, () => ({ numBuffers: 7 })).findings).to.deep.equal([]);
  });
});
