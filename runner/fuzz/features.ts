/**
 * What a session makes the reference do: which of its rules spoke, one after the other, and at the end of how long a
 * unit. A session with something new in it is worth keeping.
 */

import type { FrameStep } from '../../reference-impl/step.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { policyOf } from '../capabilities/capabilities.ts';
import { decisionsOf } from '../session/session-events.ts';

export function featuresOf(steps: readonly FrameStep[], capabilities: Capabilities): string[] {
  const features = new Set<string>();
  let before = '';
  for (const { did, name = '' } of decisionsOf(steps, policyOf(capabilities))) {
    const now = `${did} ${name}`;
    features.add(`${before}, ${now}`);
    before = now;
  }
  return [...features];
}
