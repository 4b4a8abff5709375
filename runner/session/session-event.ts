/** The first event of every session: the target, its capabilities and the rules. */

import type { SessionEvent } from '../../reports/events.ts';
import { plainJson } from '../base/plain-json.ts';
import { VERSION } from '../base/version.ts';
import { type Capabilities, policyOf } from '../capabilities/capabilities.ts';
import { environmentOf } from './environment.ts';
import { ruleTexts } from './rule-texts.ts';

/** The parts that differ between sessions. The rest follows from the capabilities, the registry and the clock. */
export interface SessionFacts
  extends Omit<
    SessionEvent,
    | 'type'
    | 'target'
    | 'targetVersion'
    | 'policy'
    | 'capabilities'
    | 'version'
    | 'started'
    | 'environment'
    | 'ruleTexts'
  > {
  readonly target: { readonly name: string; readonly version: string; readonly programs?: readonly string[] };
  readonly capabilities: Capabilities;
}

export function sessionEvent({ target, capabilities, ...facts }: SessionFacts): SessionEvent {
  return {
    type: 'session',
    target: target.name,
    targetVersion: target.version,
    policy: plainJson(policyOf(capabilities)),
    capabilities: plainJson(capabilities),
    version: VERSION,
    ...facts,
    started: new Date().toISOString(),
    environment: environmentOf(target.programs ?? []),
    ruleTexts: ruleTexts(),
  };
}
