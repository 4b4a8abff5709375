/**
 * Conditions: a fault occurs only in these states. Each is a predicate over the state in which a frame arrives, and
 * none depends on a fault.
 */

import type { Holds } from './holds.ts';
import { IP_CONDITIONS } from './ip-conditions.ts';
import { SESSION_CONDITIONS } from './session-conditions.ts';
import { TCP_CONDITIONS } from './tcp-conditions.ts';
import { UNIT_CONDITIONS } from './unit-conditions.ts';

export interface Condition {
  readonly name: string;
  readonly holds: Holds;
}

export const CONDITIONS: readonly Condition[] = Object.entries({
  always: () => true,
  ...IP_CONDITIONS,
  ...TCP_CONDITIONS,
  ...UNIT_CONDITIONS,
  ...SESSION_CONDITIONS,
}).map(([name, holds]) => ({ name, holds }));
