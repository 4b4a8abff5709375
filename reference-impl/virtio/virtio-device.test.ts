import { expect } from 'chai';
import { Coalescer } from '../coalescer.ts';
import { buildFrame } from '../wire/build.ts';
import { fold } from '../wire/checksum.ts';
import { headerFields } from '../wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../wire/segment.ts';
import { netHeaderBytes, parseNetHeader } from './net-header.ts';
import { VirtioDevice } from './virtio-device.ts';

const segment = (number: number, more = {}): Uint8Array =>
  buildFrame({
    src: '10.0.0.1',
    dst: '192.0.2.1',
    sport: 9,
    dport: 5,
    seq: 1 + 100 * number,
    payload: new Uint8Array(100).fill(number),
    ...more,
  });

describe('the reference as a virtio device', () => {
  it('leaves a unit’s checksum to who passes it on, and says how it was made', () => {
    const device = new VirtioDevice(new Coalescer());
    for (const number of [0, 1, 2]) device.advance({ rx: segment(number) });
    const [unit, ...rest] = device.advance({ dpc: true });
    expect(rest).to.deep.equal([]);
    expect(unit?.header).to.deep.equal({
      flags: 5,
      gsoType: 1,
      hdrLen: 54,
      gsoSize: 100,
      csumStart: 3,
      csumOffset: 0,
      numBuffers: 1,
    });
    const parsed = parseSegment(unit?.frame ?? new Uint8Array(0), new Segment());
    const sum = fold(pseudoHeaderSum(parsed, parsed.ipEnd - parsed.tcpOffset));
    expect(headerFields['tcp.checksum'].read(parsed.frame, parsed)).to.equal(sum);
  });

  it('without RSC_EXT says where the checksum belongs', () => {
    const device = new VirtioDevice(new Coalescer());
    device.advance({ set: { negotiate: { without: ['RSC_EXT'] } } });
    for (const number of [0, 1]) device.advance({ rx: segment(number) });
    expect(device.advance({ dpc: true })[0]?.header).to.include({ flags: 1, csumStart: 34, csumOffset: 16 });
  });

  it('drops what is pending at a reset, and coalesces what the features allow', () => {
    const device = new VirtioDevice(new Coalescer());
    device.advance({ rx: segment(0) });
    expect(device.advance({ set: { negotiate: { without: ['GUEST_TSO4'] } } })).to.deep.equal([]);
    for (const number of [1, 2]) device.advance({ rx: segment(number) });
    const due = device.advance({ dpc: true });
    expect(due.map(({ arrivals }) => arrivals)).to.deep.equal([[1], [2]]);
    expect(due[0]?.header).to.include({ flags: 2, gsoType: 0 });
    device.reset();
    for (const number of [0, 1]) device.advance({ rx: segment(number) });
    expect(device.advance({ dpc: true }).map(({ arrivals }) => arrivals)).to.deep.equal([[0, 1]]);
  });

  it('passes a partial checksum on with its place, or whole to who did not negotiate GUEST_CSUM', () => {
    const device = new VirtioDevice(new Coalescer());
    const rx = segment(0, { corrupt: { tcpChecksum: 0x1234 } });
    device.advance({ rx, csum: 'partial' });
    expect(device.advance({ dpc: true })[0]?.header).to.include({
      flags: 1,
      gsoType: 0,
      csumStart: 34,
      csumOffset: 16,
    });
    device.advance({ set: { negotiate: { without: ['GUEST_CSUM', 'GUEST_TSO4', 'GUEST_TSO6', 'RSC_EXT'] } } });
    device.advance({ rx, csum: 'partial' });
    const [whole] = device.advance({ dpc: true });
    expect(whole?.header.flags).to.equal(0);
    expect(Buffer.from(whole?.frame ?? []).equals(segment(0))).to.equal(true);
  });

  it('has headers that are written and read alike', () => {
    const header = { flags: 5, gsoType: 1, hdrLen: 54, gsoSize: 1448, csumStart: 300, csumOffset: 2, numBuffers: 258 };
    expect(parseNetHeader(netHeaderBytes(header))).to.deep.equal(header);
    expect(parseNetHeader(netHeaderBytes(header).subarray(0, 10))).to.deep.equal({ ...header, numBuffers: 1 });
  });
});
