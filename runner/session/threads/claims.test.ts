import { expect } from 'chai';
import { Claims } from './claims.ts';

describe('claims of batches', () => {
  it('give each batch to one thread, in order', () => {
    const claims = new Claims(4);
    const others = new Claims(4, claims.memory);
    expect([claims.take(), others.take(), others.takeAsSoonAsAllowed(), claims.take()]).to.deep.equal([0, 1, 2, 3]);
    expect(claims.take()).to.equal(undefined);
    expect(others.takeAsSoonAsAllowed()).to.equal(undefined);
  });

  it('let none get far ahead of the session', () => {
    const claims = new Claims(1_000);
    let ahead = 0;
    while (claims.take() !== undefined) ahead++;
    expect(ahead).to.be.greaterThan(2).and.lessThan(20);
    claims.reached(1);
    expect(claims.take()).to.equal(ahead);
    expect(claims.take()).to.equal(undefined);
  });
});
