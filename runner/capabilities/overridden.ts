/** A target's capabilities, overridden by a capability file or a policy. */

import { UsageError } from '../base/errors.ts';
import { CAPABILITY_KEYS, CAPABILITY_TABLE, type Capabilities } from './capabilities.ts';

const HINT = 'leave it out; rsc-conformance doctor --explain-capabilities says what each means';

/**
 * Throws UsageError if a file claims a capability that only the target itself can show: verdicts would be based on something
 * that was never observed.
 */
export function overridden(
  own: Capabilities,
  overrides: Partial<Capabilities>,
  target: { readonly name: string; readonly isProgram?: boolean },
): Capabilities {
  for (const key of CAPABILITY_KEYS) {
    const { claimedOf, default: otherwise } = CAPABILITY_TABLE[key];
    const isClaimed = overrides[key] !== undefined && overrides[key] !== otherwise && own[key] === otherwise;
    if (!isClaimed || claimedOf === undefined || (claimedOf === 'programs' && target.isProgram === true)) continue;
    const { kind } = CAPABILITY_TABLE[key];
    const value = kind.shown === 'on/off' ? (overrides[key] === true ? 'on' : 'off') : String(overrides[key]);
    const why = target.isProgram === true ? 'does not announce it' : 'cannot do it';
    throw new UsageError(`capability ${key}=${value}: ${target.name} ${why}, so nothing of it could be judged`, HINT);
  }
  return { ...own, ...overrides };
}
