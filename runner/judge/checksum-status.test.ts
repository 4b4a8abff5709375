import { expect } from 'chai';
import type { FrameSpec } from '../../reference-impl/wire/build.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities.ts';
import { judge } from './judge.ts';

/** A marked frame that came out alone. */
function findings(
  spec: Partial<FrameSpec>,
  alter: (frame: Uint8Array) => void,
  tcpChecksum: 'partial' | 'ok',
): unknown {
  const rx = buildFrame({
    src: '10.0.0.1',
    dst: '192.0.2.1',
    sport: 1,
    dport: 2,
    payload: new Uint8Array(40),
    ...spec,
  });
  const frame = rx.slice();
  alter(frame);
  return judge({
    steps: [{ rx, csum: 'partial' }, { dpc: true }],
    indications: [{ step: 1, frame, oob: { tcpChecksum } }],
    statistics: undefined,
    capabilities: { ...DEFAULT_CAPABILITIES, csum: true },
  }).findings;
}

describe('judge, of a lone frame that is marked partial', () => {
  it('lets it up as it came, marked as it was, though its field does not hold what the mark says', () => {
    expect(findings({ corrupt: { tcpChecksum: 'wrong' } }, () => {}, 'partial')).to.deep.equal([]);
  });

  it('does not let the field be changed to anything', () => {
    expect(findings({}, (frame) => setU16(frame, 34 + 16, 0x1234), 'partial')).to.have.length.above(0);
  });

  it('does not ask for a sum that nobody can verify: behind a source route the pseudo-header is another', () => {
    const route = { ipOptions: '8907040a00000900' };
    expect(findings(route, (frame) => setU16(frame, 42 + 16, 0x1234), 'ok')).to.deep.equal([]);
  });
});
