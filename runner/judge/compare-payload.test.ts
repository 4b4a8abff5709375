import { expect } from 'chai';
import { comparePayload } from './compare-payload.ts';
import { ruleNamed } from './finding.ts';

const RULE = ruleNamed('one-ordinary-segment');
const WANTED = Uint8Array.from({ length: 100 }, (_, i) => i + 1);

/** The frame: four bytes of headers, then `payload`. */
function reported(payload: Uint8Array, most = 46): (readonly [string, string, string])[] {
  const found: (readonly [string, string, string])[] = [];
  const frame = Uint8Array.of(9, 9, 9, 9, ...payload);
  comparePayload(
    WANTED,
    { frame, payloadOffset: 4 },
    most,
    () => [{ number: 0, length: 100 }],
    RULE,
    (rule, field, wanted, was) => {
      expect(rule).to.equal(RULE);
      const [must, shown] = [wanted, was].map((value) => (typeof value === 'function' ? value() : value));
      found.push([field, must as string, shown as string]);
    },
  );
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

  describe('says in a sentence', () => {
    const PARTS = [
      { number: 3, length: 40 },
      { number: 5, length: 60 },
    ] as const;
    const said = (payload: Uint8Array, most = 46): string => {
      const sentences: string[] = [];
      const frame = Uint8Array.of(9, 9, 9, 9, ...payload);
      comparePayload(
        WANTED,
        { frame, payloadOffset: 4 },
        most,
        () => PARTS,
        RULE,
        (...[, , , , sentence]) => sentences.push(sentence()),
      );
      return sentences.join('; ');
    };
    const without = (at: number, length: number): Uint8Array =>
      Uint8Array.of(...WANTED.subarray(0, at), ...WANTED.subarray(at + length));
    const withMore = (at: number, ...bytes: number[]): Uint8Array =>
      Uint8Array.of(...WANTED.subarray(0, at), ...bytes, ...WANTED.subarray(at));

    it('which bytes of which arrival are missing', () => {
      expect(said(without(36, 4))).to.equal('The last 4 bytes of #3’s payload are missing.');
      expect(said(without(40, 4))).to.equal('The first 4 bytes of #5’s payload are missing.');
      expect(said(without(44, 4))).to.equal('Bytes 4 to 7 of #5’s payload are missing.');
      expect(said(without(99, 1))).to.equal('Byte 59 of #5’s payload is missing.');
      expect(said(without(40, 60))).to.equal('The payload of #5 (60 bytes) is missing.');
      expect(said(without(38, 4))).to.equal('4 bytes from byte 38 of #3’s payload on are missing.');
      expect(said(new Uint8Array(0))).to.equal('100 bytes from byte 0 of #3’s payload on are missing.');
    });

    it('only the lengths, where the rest is not right either', () => {
      expect(said(new Uint8Array(90))).to.equal('The payload is 90 bytes, must be 100 bytes.');
    });

    it('which bytes are too many, and where', () => {
      expect(said(withMore(40, 0xaa, 0xbb), 0)).to.equal(
        '2 bytes that were not sent there are in the payload after #3: aabb.',
      );
      expect(said(withMore(0, 0xaa), 0)).to.equal('1 byte that was not sent there is in the payload before #3: aa.');
      expect(said(withMore(100, 0xaa), 0)).to.equal('1 byte that was not sent there is in the payload after #5: aa.');
      expect(said(withMore(50, 0xaa), 0)).to.equal(
        '1 byte that was not sent there is in the payload after byte 9 of #5: aa.',
      );
      expect(said(withMore(100, ...new Array(47).fill(0)))).to.equal('47 bytes follow the IP packet, 46 may.');
    });

    it('which payload is there twice, and which two have changed places', () => {
      const [first, second] = [WANTED.subarray(0, 40), WANTED.subarray(40)] as const;
      expect(said(Uint8Array.of(...first, ...first, ...second), 0)).to.equal(
        'The payload of #3 (40 bytes) is there twice.',
      );
      expect(said(Uint8Array.of(...second, ...first))).to.equal('The payloads of #3 and #5 changed places.');
    });

    it('which bytes differ, by the arrival that they are of', () => {
      expect(said(changed(90))).to.equal('Byte 50 of #5’s payload is 0xee, must be 0x5b.');
      const two = changed(41);
      two[40] = 0xdd;
      expect(said(two)).to.equal('Bytes 0 to 1 of #5’s payload are ddee, must be 292a.');
      const across = changed(39);
      across[40] = 0xdd;
      expect(said(across)).to.equal('From byte 39 of #3’s payload on, the bytes are eedd, must be 2829.');
    });
  });
});
