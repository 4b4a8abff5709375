import { expect } from 'chai';
import { kindText, namedByKind } from './kind-text.ts';

describe('kinds of arrivals in words', () => {
  const of = (...kinds: string[]) => kinds.map((kind, number) => ({ number, kind }));

  it('has a plural for kinds that can be counted', () => {
    expect(kindText('pure ACK', 1)).to.equal('pure ACK');
    expect(kindText('pure ACK', 2)).to.equal('pure ACKs');
    expect(kindText('pure ACK with a TCP option', 2)).to.equal('pure ACKs with a TCP option');
    expect(kindText('empty datagram', 3)).to.equal('empty datagrams');
    for (const kind of ['data', 'FIN', 'wrong checksum']) expect(kindText(kind, 2)).to.equal(kind);
  });

  it('says which of them is what', () => {
    expect(namedByKind(of('data'))).to.equal('#0 (data)');
    expect(namedByKind(of('pure ACK', 'pure ACK', 'RST'))).to.equal('#0 and #1 (pure ACKs) and #2 (RST)');
    expect(namedByKind(of('SYN', 'data', 'FIN'))).to.equal('#0 (SYN), #1 (data) and #2 (FIN)');
  });

  it('names the kinds together where they change often', () => {
    expect(namedByKind(of('data', 'pure ACK', 'data', 'pure ACK', 'data'))).to.equal('#0 to #4 (data, pure ACKs)');
  });
});
