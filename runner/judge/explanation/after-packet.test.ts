import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { data } from '../../../testing/segment-steps.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { isSoft } from '../finding.ts';
import { judge } from '../judge.ts';

const frameOf = (step: FrameStep): Uint8Array => (step as { rx: Uint8Array }).rx;

/** Every frame but the first is lost; its last bytes follow the first. */
function appended(frames: readonly FrameStep[], bytes: number): string[] {
  const [first, ...others] = frames.map(frameOf) as [Uint8Array, ...Uint8Array[]];
  const frame = new Uint8Array(Buffer.concat([first, ...others.map((other) => other.subarray(-bytes))]));
  const steps = [URO, ...frames, { dpc: true as const }];
  const indications = [{ step: steps.length - 1, frame, oob: {} }];
  return judge({ steps, indications, statistics: undefined, capabilities: { ...DEFAULT_CAPABILITIES, uro: true } })
    .findings.filter((found) => !isSoft(found))
    .map(({ rule, message }) => `${rule} ${message}`);
}

/** Up to 46 bytes after an IP packet may be anything, so the packet before them is the arrival. */
describe('payload after the IP packet of an arrival that came out as it was', () => {
  const long = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i + 1);

  it('is lost for the host, and the finding says where it is', () => {
    expect(
      appended([datagram(1, { payload: long(40) }), datagram(2, { ttl: 9, payload: long(20) })], 20),
    ).to.deep.equal([
      'I7 #1 (datagram) never came out. Its payload follows the IP packet of #0, whose lengths leave it out.',
    ]);
    const segments = [data(0, { payload: long(20) }), data(2, { flags: 'AF', payload: long(30) })];
    expect(appended(segments, 30)).to.deep.equal([
      'I7 #1 (FIN) never came out. Its payload follows the IP packet of #0, whose lengths leave it out.',
    ]);
  });

  it('of more bytes than may follow: too many, and no merge, whatever rule would forbid it', () => {
    for (const fields of [{ ttl: 9 }, { dscp: 10 }, { sport: 77 }, {}]) {
      const frames = [datagram(1, { payload: long(20) }), datagram(2, { ...fields, payload: long(50) })];
      expect(appended(frames, 50)).to.deep.equal([
        'U10 50 bytes follow the IP packet, 46 may.',
        'I7 #1 (datagram) never came out. Its payload follows the IP packet of #0, whose lengths leave it out.',
      ]);
    }
  });
});
