import { expect } from 'chai';
import { groupTitle } from './group-title.ts';

describe('titles of causes', () => {
  it('say which rule of a row, by its name, its field or its level', () => {
    const title = (rule: string, field: string, isSoft: boolean, name?: string): string =>
      groupTitle({ rule, field, isSoft }, name);
    expect(title('C10', 'merge', false, 'dont-fragment-equal')).to.match(/DF/);
    expect(title('H6', 'tcp.ack', false)).to.match(/acknowledgment number/);
    expect(title('E3', 'merge', true)).to.match(/reserved TCP bit/);
    expect(title('I5', 'merge', false)).to.equal('Segments inside tunnels are coalesced');
    expect(title('error', 'it hung', false)).to.equal('The target broke: it hung');
    expect(title('Z9', 'a.field', false)).to.equal('Z9 is broken: a.field');
  });
});
