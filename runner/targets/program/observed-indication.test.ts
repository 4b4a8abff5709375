import { expect } from 'chai';
import { netHeaderBytes } from '../../../reference-impl/virtio/net-header.ts';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { toHex } from '../../../reference-impl/wire/bytes.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { observedIndication } from './observed-indication.ts';

const FRAME = buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 7, dport: 8, payload: new Uint8Array(100) });
const PLACE = { flags: 1, gsoType: 0, hdrLen: 40, gsoSize: 0, csumStart: 20, csumOffset: 16, numBuffers: 1 };

function virtioOf(header: typeof PLACE, link: boolean) {
  const indicated = {
    frame: link ? FRAME : FRAME.subarray(14),
    keys: new Map([['vnet', toHex(netHeaderBytes(header).subarray(0, 10))]]),
  };
  const capabilities = { ...DEFAULT_CAPABILITIES, vnet: true, link };
  const seen = observedIndication(indicated, { step: 0, reported: new Set(), capabilities, features: [], like: FRAME });
  if (typeof seen === 'string') throw new Error(seen);
  return seen;
}

const indicate = (frame: Uint8Array) =>
  observedIndication(
    { frame, keys: new Map() },
    {
      ...{ step: 0, reported: new Set<never>(), features: [], like: FRAME },
      capabilities: { ...DEFAULT_CAPABILITIES, link: false },
    },
  );

describe('an IND line of a program without link-layer headers', () => {
  it('must be a packet', () => {
    const ipv6 = buildFrame({ src: 'fd00::1', dst: 'fd00::2', sport: 7, dport: 8, payload: new Uint8Array(9) });
    for (const frame of [FRAME, ipv6]) {
      expect(indicate(frame)).to.equal('a frame with a link-layer header, though link=off was announced');
      expect(indicate(frame.subarray(14))).to.have.property('frame');
    }
  });

  it('is judged as it is where it is no packet with or without 14 bytes before it', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(14), new Uint8Array(60), FRAME.subarray(0, 14)])
      expect(indicate(bytes)).to.have.property('frame');
  });
});

describe('an IND line with a virtio header', () => {
  it('counts offsets from the packet where there is no link-layer header', () => {
    const { frame, virtio } = virtioOf(PLACE, false);
    expect(frame).to.deep.equal(FRAME);
    expect(virtio?.header).to.deep.include({ csumStart: 34, csumOffset: 16, hdrLen: 54 });
  });

  it('takes them as they are with one, and counts for counts', () => {
    expect(virtioOf({ ...PLACE, csumStart: 34, hdrLen: 54 }, true).virtio?.header).to.deep.include({
      csumStart: 34,
      hdrLen: 54,
    });
    expect(virtioOf({ ...PLACE, flags: 5, csumStart: 2, hdrLen: 0 }, false).virtio?.header).to.deep.include({
      csumStart: 2,
      hdrLen: 0,
    });
  });
});
