import { expect } from 'chai';
import { UsageError } from '../../base/errors.ts';
import { demandRights } from './rights.ts';

describe('rights for the target qemu', () => {
  it('are root’s, on Linux', () => {
    demandRights('linux', 0);
    expect(() => demandRights('linux', 1000)).to.throw(UsageError, /needs root/);
    expect(() => demandRights('win32', undefined)).to.throw(UsageError, /Linux only/);
  });
});
