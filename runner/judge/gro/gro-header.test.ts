import { expect } from 'chai';
import type { VirtioHeader } from '../../../reference-impl/rules/rule.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { parseNetHeader } from '../../../reference-impl/virtio/net-header.ts';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';

const CLEAR: VirtioHeader = { flags: 0, gsoType: 0, hdrLen: 0, gsoSize: 0, csumStart: 0, csumOffset: 0, numBuffers: 1 };
/** Of a buffer that was not cleared. */
const STALE = parseNetHeader(new Uint8Array(10).fill(0xa5));

function segment(seq: number, length = 100): FrameStep {
  const payload = new Uint8Array(length).fill(seq & 0xff);
  return { rx: buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 7, dport: 8, df: true, seq, payload }) };
}

/** The findings about frames that came out, each with its header. */
function reported(
  steps: readonly FrameStep[],
  out: readonly (readonly [FrameStep | Uint8Array, VirtioHeader])[],
): string[] {
  const { findings } = judge({
    steps: [...steps, { dpc: true }],
    indications: out.map(([frame, header]) => ({
      step: steps.length,
      frame: frame instanceof Uint8Array ? frame : (frame as { rx: Uint8Array }).rx,
      oob: {},
      virtio: { header, features: [] },
    })),
    statistics: undefined,
    capabilities: { ...DEFAULT_CAPABILITIES, vnet: true, uro: true, profile: 'gro' },
  });
  return findings.map(({ rule, level, arrivals, field }) => `${rule} ${level} #${arrivals} ${field}`);
}

describe('judge of virtio headers under profile gro', () => {
  const [a, b] = [segment(1), segment(101)];
  const merged = buildFrame({
    ...{ src: '10.0.0.1', dst: '192.0.2.1', sport: 7, dport: 8, df: true, seq: 1 },
    payload: Uint8Array.from([...new Uint8Array(100).fill(1), ...new Uint8Array(100).fill(101)]),
  });
  const unit: VirtioHeader = {
    ...CLEAR,
    flags: 1,
    gsoType: 1,
    hdrLen: 54,
    gsoSize: 100,
    csumStart: 34,
    csumOffset: 16,
  };

  it('accepts a header that says what the frame is', () => {
    expect(
      reported(
        [a, b],
        [
          [a, CLEAR],
          [b, CLEAR],
        ],
      ),
    ).to.deep.equal([]);
    expect(reported([a, b], [[merged, unit]])).to.deep.equal([]);
    expect(reported([a], [[a, { ...CLEAR, flags: 1, csumStart: 34, csumOffset: 16 }]])).to.deep.equal([]);
    // Nothing is cut from it.
    expect(reported([a], [[a, { ...CLEAR, gsoType: 1, gsoSize: 100 }]])).to.deep.equal([]);
    // With RSC_INFO these are counts.
    expect(reported([a], [[a, { ...CLEAR, flags: 5, csumStart: 1, csumOffset: 0 }]])).to.deep.equal([]);
  });

  it('finds one that was left in the place of a segment that went alone', () => {
    // Its flags have RSC_INFO, so its csum_start is no place.
    expect(reported([a], [[a, STALE]])).to.deep.equal(['R1 must #0 gso_type']);
    expect(reported([a], [[a, { ...CLEAR, gsoType: 1, gsoSize: 50 }]])).to.deep.equal(['R1 must #0 gso_type']);
    expect(reported([URO, datagram(1)], [[datagram(1), STALE]])).to.deep.equal(['R1 must #0 gso_type']);
  });

  it('finds a type or a place of the checksum that is not the frame’s', () => {
    expect(reported([a, b], [[merged, { ...unit, gsoType: 4 }]])).to.deep.equal(['R1 must #0,1 gso_type']);
    expect(reported([a, b], [[merged, { ...unit, gsoType: 0 }]])).to.deep.equal(['R1 must #0,1 gso_type']);
    expect(reported([a, b], [[merged, { ...unit, csumStart: 20 }]])).to.deep.equal(['R1 must #0,1 csum_start']);
    expect(reported([a], [[a, { ...CLEAR, flags: 1, csumStart: 34, csumOffset: 6 }]])).to.deep.equal([
      'R1 must #0 csum_offset',
    ]);
  });
});
