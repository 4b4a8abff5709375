import { expect } from 'chai';
import { UsageError } from '../base/errors.ts';
import { openTarget } from './resolve.ts';

describe('a capability that a target cannot be asked for', () => {
  for (const target of ['qemu', 'live', 'linux-gro'])
    it(`is refused of ${target} before anything is started`, async () => {
      const error = await openTarget(target, { policy: {}, capabilities: { ipsec: true } }).then(
        async (opened) => void (await opened.close()),
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(UsageError);
      expect(String(error)).to.match(/capability ipsec=on: .* cannot do it/);
    });
});
