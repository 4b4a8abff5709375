import { expect } from 'chai';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { withoutTags } from './arrival.ts';
import { judge } from './judge.ts';

const ENDS = { src: '2001:db8::5', dst: '2001:db8::1', sport: 4003, dport: 5001 } as const;
const frame = (spec: Partial<FrameSpec>): Uint8Array => buildFrame({ ...ENDS, seq: 1000, ack: 500, ...spec });

describe('judge, where tags are stripped', () => {
  /** Frames that came out in this order, each alone. */
  function judged(frames: readonly Uint8Array[], order: readonly number[]): unknown {
    const steps: FrameStep[] = [...frames.map((rx) => ({ rx })), { dpc: true }];
    const indications = order.map((n) => ({
      step: frames.length,
      frame: withoutTags(frames[n] as Uint8Array),
      oob: {},
    }));
    const capabilities = { ...DEFAULT_CAPABILITIES, vlan: 'stripped' as const };
    return judge({ steps, indications, statistics: undefined, capabilities }).findings;
  }

  it('takes data for the tagged segment’s that an untagged pure ACK might begin', () => {
    const data = new Uint8Array(100).fill(1);
    const frames = [
      frame({}),
      frame({ payload: data, tags: [{ vid: 5 }] }),
      frame({ seq: 1100, payload: data }),
      frame({ seq: 1200, payload: data }),
    ];
    expect(judged(frames, [0, 2, 1, 3])).to.deep.equal([]);
  });

  it('shares indications that look alike out among the tags as they fit', () => {
    const frames = [frame({ tags: [{ vid: 5 }], window: 7 }), frame({ window: 8 }), frame({ seq: 1100, window: 8 })];
    expect(judged(frames, [1, 2, 0])).to.deep.equal([]);
  });

  it('still finds what is out of order by each tag', () => {
    const frames = [frame({ tags: [{ vid: 5 }], window: 7 }), frame({ window: 8 }), frame({ seq: 1100, window: 8 })];
    expect(judged(frames, [2, 1, 0])).to.have.length.above(0);
  });
});
