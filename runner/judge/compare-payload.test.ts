import { expect } from 'chai';
import { comparePayload } from './compare-payload.ts';
import { ruleNamed } from './finding.ts';

const RULE = ruleNamed('one-ordinary-segment');
const WANTED = Uint8Array.from({ length: 100 }, (_, i) => i + 1);

/** The frame: four bytes of headers, then `payload`. */
function reported(payload: Uint8Array, most = 46): (readonly [string, string, string])[] {
  const found: (readonly [string, string, string])[] = [];
  const frame = Uint8Array.of(9, 9, 9, 9, ...payload);
  comparePayload(WANTED, { frame, payloadOffset: 4 }, most, RULE, (rule, field, wanted, was) => {
    expect(rule).to.equal(RULE);
    const [must, shown] = [wanted, was].map((value) => (typeof value === 'function' ? value() : value));
    found.push([field, must as string, shown as string]);
  });
  return found;
}

function changed(at: number): Uint8Array {
  const payload = WANTED.slice();
  payload[at] = 0xee;
  return payload;
}

describe('compare payload', () => {
  it('has nothing to say of the payload that must be there', () => {
    expect(reported(WANTED)).to.deep.equal([]);
  });

  it('says where the first byte differs, and what is there', () => {
    expect(reported(changed(90))).to.deep.equal([['payload', '5b at byte 90 of 100', 'ee at byte 90 of 100']]);
    const [, wanted, was] = reported(changed(0))[0] as readonly [string, string, string];
    expect(wanted).to.equal('01 at byte 0 of 100');
    expect(was).to.equal('ee at byte 0 of 100');
    const many = reported(WANTED.map((byte) => byte ^ 0xff))[0]?.[1];
    expect(many).to.equal('0102030405060708090a0b0c0d0e0f101112131415161718 at byte 0 of 100');
  });

  it('says how short it is', () => {
    expect(reported(WANTED.subarray(0, 99))).to.deep.equal([['payload', '100 bytes', '99 bytes']]);
    expect(reported(new Uint8Array(0))).to.deep.equal([['payload', '100 bytes', '0 bytes']]);
  });

  it('lets some bytes stand after it, and says where there are more', () => {
    expect(reported(Uint8Array.of(...WANTED, ...new Uint8Array(46)))).to.deep.equal([]);
    expect(reported(Uint8Array.of(...WANTED, ...new Uint8Array(47)))).to.deep.equal([
      ['frame', 'at most 46 bytes after the IP packet', '47 bytes'],
    ]);
    expect(reported(Uint8Array.of(...WANTED, 0), 0)).to.have.length(1);
  });
});
