import { expect } from 'chai';
import { Settings } from './settings.ts';

describe('Settings', () => {
  const change = (what: string, undo: () => void) => ({ what, before: 'off', command: `set ${what} off`, undo });

  it('puts back, last first, once', () => {
    const done: string[] = [];
    const settings = new Settings((line) => done.push(line));
    settings.change(
      change('a', () => done.push('a')),
      () => {},
    );
    settings.change(
      change('b', () => done.push('b')),
      () => {},
    );
    settings.undo();
    settings.undo();
    expect(done).to.deep.equal(['b', 'a']);
  });

  it('says what could not be put back and how to, and goes on', () => {
    const lines: string[] = [];
    const settings = new Settings((line) => lines.push(line));
    settings.change(
      change('a', () => lines.push('a is back')),
      () => {},
    );
    const gone = change('b', () => {
      throw new Error('it is gone');
    });
    settings.change(gone, () => {});
    settings.undo();
    expect(lines).to.deep.equal(['b could not be set back to off (it is gone); do it with: set b off', 'a is back']);
  });

  it('forgets what could not be changed', () => {
    const settings = new Settings(() => {});
    const refuse = (): void => {
      throw new Error('refused');
    };
    expect(() => settings.change(change('a', refuse), refuse)).to.throw('refused');
    expect(settings.changes).to.deep.equal([]);
  });

  it('listens to signals only while there is something to put back', () => {
    const listeners = (): number => process.listenerCount('SIGTERM') + process.listenerCount('exit');
    const before = listeners();
    const settings = new Settings(() => {});
    settings.change(
      change('a', () => {}),
      () => {},
    );
    expect(listeners()).to.equal(before + 2);
    settings.undo();
    expect(listeners()).to.equal(before);
  });
});
