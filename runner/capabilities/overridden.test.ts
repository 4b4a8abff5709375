import { expect } from 'chai';
import { UsageError } from '../base/errors.ts';
import { CAPABILITY_KEYS, CAPABILITY_TABLE, type Capabilities, DEFAULT_CAPABILITIES } from './capabilities.ts';
import { overridden } from './overridden.ts';

const OTHER: Partial<Capabilities> = {
  vnet: true,
  features: true,
  rxcsum: true,
  csum: true,
  uro: true,
  ipsec: true,
  link: false,
};
const device = { name: 'a device' };
const program = { name: 'program "x"', isProgram: true };

describe('capabilities over a target’s own', () => {
  it('are refused where only the target could show them, or be asked for them', () => {
    const guarded = CAPABILITY_KEYS.filter((key) => CAPABILITY_TABLE[key].claimedOf !== undefined);
    expect(Object.keys(OTHER).sort()).to.deep.equal([...guarded].sort());
    for (const key of guarded) {
      const claim = { [key]: OTHER[key] };
      expect(() => overridden(DEFAULT_CAPABILITIES, claim, device), key).to.throw(UsageError, /a device cannot do it/);
      const ofProgram = (): Capabilities => overridden(DEFAULT_CAPABILITIES, claim, program);
      if (CAPABILITY_TABLE[key].claimedOf === 'none')
        expect(ofProgram, key).to.throw(UsageError, /does not announce it/);
      else expect(ofProgram()[key], key).to.equal(OTHER[key]);
    }
  });

  it('hold where the target has them, or has them taken away', () => {
    const own = { ...DEFAULT_CAPABILITIES, ...OTHER };
    expect(overridden(own, OTHER, device)).to.deep.equal(own);
    expect(overridden(own, DEFAULT_CAPABILITIES, device)).to.deep.equal(DEFAULT_CAPABILITIES);
    expect(overridden(DEFAULT_CAPABILITIES, { ipv6: false, burst: 3 }, device)).to.include({ ipv6: false, burst: 3 });
  });
});
