import { expect } from 'chai';
import {
  blindDifference,
  crc32cHash,
  crc32Hash,
  type FlowHash,
  symmetricToeplitzHash,
  symmetricXorHash,
  toeplitzHash,
  xorHash,
} from './flow-hashes.ts';

/** 66.9.149.187 port 2794 to 161.142.100.80 port 1766. */
const VERIFIED = Uint8Array.from([66, 9, 149, 187, 161, 142, 100, 80, 2794 >> 8, 2794 & 0xff, 1766 >> 8, 1766 & 0xff]);

describe('flow hashes', () => {
  it('are those of "Verifying the RSS Hash Calculation"', () => {
    expect(toeplitzHash(VERIFIED)).to.equal(0x51cc_c178);
    expect(toeplitzHash(VERIFIED.subarray(0, 8))).to.equal(0x323e_8fc2);
  });

  it('have the check value of CRC-32', () => {
    expect(crc32Hash(new TextEncoder().encode('123456789'))).to.equal(0xcbf4_3926);
    expect(crc32cHash(new TextEncoder().encode('123456789'))).to.equal(0xe306_9283);
  });

  it('do not tell both directions apart where they are symmetric', () => {
    const reverse = Uint8Array.from([...VERIFIED.subarray(4, 8), ...VERIFIED.subarray(0, 4), 6, 230, 10, 234]);
    for (const hash of [symmetricToeplitzHash, symmetricXorHash]) expect(hash(VERIFIED)).to.equal(hash(reverse));
    expect(toeplitzHash(VERIFIED)).to.not.equal(toeplitzHash(reverse));
  });

  it('have blind spots: another flow with the same hash', () => {
    const bits = Array.from({ length: 56 }, (_, i) => (i < 24 ? 8 + i : 40 + i));
    const hashes: FlowHash[] = [toeplitzHash, symmetricToeplitzHash, crc32Hash, crc32cHash, xorHash, symmetricXorHash];
    for (const hash of hashes) {
      const difference = blindDifference(hash, 12, bits) as Uint8Array;
      expect(difference.some((byte) => byte !== 0)).to.equal(true);
      const other = VERIFIED.map((byte, i) => byte ^ (difference[i] as number));
      expect(hash(other)).to.equal(hash(VERIFIED));
    }
  });

  it('have none where too few bits may change', () => {
    expect(blindDifference(crc32Hash, 12, [0, 1, 2])).to.equal(undefined);
  });
});
