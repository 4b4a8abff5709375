import { expect } from 'chai';
import { referenceRun } from '../reference-impl/reference-run.ts';
import { parseSegment, Segment } from '../reference-impl/wire/segment.ts';
import { loadCorpus } from './corpus.ts';
import { expandVector } from './expand.ts';
import type { SegmentSpec } from './vector.ts';

/** What a look at the fields cannot show: what the expanded frames are. */
describe('coverage', () => {
  const { vectors } = loadCorpus();

  it('reaches every way of not being a segment', () => {
    const reasons = new Set<string>();
    const segment = new Segment();
    for (const vector of vectors) {
      if (!vector.rules.includes('I8')) continue;
      for (const step of expandVector(vector)) if ('rx' in step) reasons.add(parseSegment(step.rx, segment).reason);
    }
    expect([...reasons].sort()).to.deep.equal([
      'data-offset',
      'data-offset-past-end',
      'ethernet-short',
      'extension-past-end',
      'ihl',
      'ip-header-short',
      'ip-length-past-end',
      'ip-length-short',
      'ip-version',
      'none',
      'not-ip',
      'not-tcp',
      'tcp-header-short',
      'too-many-tags',
    ]);
  });

  it('settles the checksums of merged units as their ids say', () => {
    const chosen = vectors.filter(({ id }) => id.startsWith('headers/checksum/'));
    expect(chosen.length).to.equal(16);
    for (const vector of chosen) {
      const frame = referenceRun(expandVector(vector)).indications[0]?.frame ?? new Uint8Array(0);
      const at = (vector.id.includes('/ipv4') ? 34 : 54) + 16;
      const value = ((frame[at] as number) << 8) | (frame[at + 1] as number);
      expect(value.toString(16).padStart(4, '0'), vector.id).to.equal(vector.id.split('/')[2]);
    }
  });

  it('pads with bytes that are not zero', () => {
    const filled = vectors.filter(({ id }) => id.startsWith('headers/padding/') && id.includes('/filled/'));
    for (const vector of filled) {
      const padded = expandVector(vector).some(
        (step) => 'rx' in step && step.rx.length === 60 && step.rx.at(-1) === 0xaa,
      );
      expect(padded || vector.id.includes('/6-bytes') || vector.id.includes('/7-bytes'), vector.id).to.equal(true);
    }
  });

  // What a device may say of the checksum of a part of a segment that came with a mark is open (O4, K1).
  it('marks no fragments', () => {
    const isPart = ({ mf, fragmentOffset = 0, extensions = [] }: SegmentSpec): boolean =>
      mf === true ||
      fragmentOffset > 0 ||
      extensions.some((one) => one.kind === 'fragment' && (one.more === true || (one.offset ?? 0) > 0));
    const marked = vectors.filter(({ steps }) =>
      steps.some((step) => 'receive' in step && step.receive.csum !== undefined && isPart(step.receive)),
    );
    expect(marked.map(({ id }) => id)).to.deep.equal([]);
  });

  it('distinguishes arrivals: no IPv4 Identification twice, but where that is the point', () => {
    for (const { id, steps } of vectors) {
      if (/\/id\/|whole-datagram|\/flood\/|^uro\/equal\/|\/flows\/tour\/|\/crowded\/64-/.test(id)) continue;
      const ids = steps.flatMap((step) =>
        'receive' in step && step.receive.id !== undefined ? [step.receive.id] : [],
      );
      // Moved to one value for all, it tells nothing apart; that is a vector in seven.
      expect(new Set(ids).size, id).to.be.oneOf([Math.min(1, ids.length), ids.length]);
    }
  });
});
