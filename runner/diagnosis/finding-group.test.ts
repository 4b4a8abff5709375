import { expect } from 'chai';
import { errorGroup, groupOf, groupsOf, parseGroup } from './finding-group.ts';
import { groupTitle } from './group-title.ts';

const lost = { rule: 'I7', field: 'indications', level: 'derived', expected: '1', actual: '0' };
const repeated = { ...lost, actual: '2' };
const psh = { rule: 'H5', field: 'tcp.flags', level: 'should', expected: 'PSH|ACK', actual: 'ACK' };

describe('groups of findings', () => {
  it('do not depend on numbers', () => {
    expect(groupsOf([psh, { ...psh, actual: 'PSH|ACK' }, repeated, { ...repeated, actual: '3' }])).to.have.length(2);
  });

  it('tell what never came out from what came out again, and from what never arrived', () => {
    expect(groupOf(lost)).not.to.equal(groupOf(repeated));
    expect(groupTitle(parseGroup(groupOf(lost)))).to.equal('Frames never come out');
    expect(groupTitle(parseGroup(groupOf(repeated)))).to.equal('Frames come out more than once');
    const between = { ...lost, expected: '0 missing', actual: '2 missing' };
    expect(groupTitle(parseGroup(groupOf(between)))).to.equal('Frames never come out');
    const foreign = { ...lost, expected: 'none', actual: '60 bytes' };
    expect(groupTitle(parseGroup(groupOf(foreign)))).to.equal('Frames come out that nothing that arrived explains');
  });

  it('tell exit statuses apart, and no other number of an error', () => {
    expect(errorGroup('it exited with status 3; on stderr: "a"')).to.equal('error it exited with status 3');
    expect(errorGroup('it gave no answer within 5 s')).to.equal(errorGroup('it gave no answer within 10 s'));
  });

  it('can be read again', () => {
    expect(parseGroup(groupOf(lost))).to.deep.equal({ rule: 'I7', field: 'indications', kind: 'never', isSoft: false });
    expect(parseGroup(groupOf(psh))).to.deep.equal({ rule: 'H5', field: 'tcp.flags', isSoft: true });
    expect(parseGroup('U5 a field of two words')).to.include({ field: 'a field of two words' });
  });
});
