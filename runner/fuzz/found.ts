/** A counterexample: as a value, as a vector, and as events. */

import { createHash } from 'node:crypto';
import type { VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { withOutcome } from '../../vectors/plan.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { Finding } from '../judge/types.ts';
import { decisionEvents, expectedEvents, indicationEvents, vectorEvent } from '../session/session-events.ts';
import type { FuzzSession } from './fuzz-session.ts';
import type { Played } from './player.ts';
import type { SessionSteps } from './session-steps.ts';

export interface Found {
  /** The finding that it was shrunk for. */
  readonly finding: Finding;
  readonly key: string;
  readonly session: FuzzSession;
  readonly vector: Vector;
  /** The vector, and a verdict for each target. */
  readonly events: readonly [VectorEvent, VerdictEvent, ...VerdictEvent[]];
  /** Its origin, in words: "seed 1, session 17". */
  readonly origin: string;
  /** Segments before it was shrunk. */
  readonly segmentsBefore: number;
  /** It occurs only after other sessions, so it could not be shrunk. */
  readonly isUnrepeated: boolean;
}

/** Its id is made of the finding and the sent frames: the same counterexample has the same id. */
export function foundVector(sent: SessionSteps, finding: Finding, played: Played): Vector {
  const { connections, steps } = sent;
  const hash = createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, 12);
  const applied = played.reference.decisions.map(({ rule }) => rule.id);
  const named = /^[A-Z]\d/.test(finding.rule) ? [finding.rule] : [];
  const rules = [...new Set([...named, ...applied])];
  return withOutcome({
    id: `found/${slug(finding.rule)}-${slug(finding.field)}/${hash}`,
    title: `Found by fuzzing: ${finding.rule} ${finding.field}: ${finding.message}`,
    rules,
    level: finding.level,
    flags: [],
    connections,
    steps,
  });
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'none'
  );
}

export function foundEvents(vector: Vector, played: Played): Found['events'] {
  const sent = vectorEvent(vector, played.steps);
  if (played.sides === undefined) return [sent, verdictEvent(vector, played)];
  const [first, second] = played.sides;
  return [sent, verdictEvent(vector, first), verdictEvent(vector, second)];
}

function verdictEvent(vector: Vector, played: Played): VerdictEvent {
  const { steps, reference, answer, judgement, findings } = played;
  const indications = answer.kind === 'indications' ? answer.indications : [];
  const reason = answer.kind === 'unsupported' ? answer.reason : findings[0]?.message;
  const isBroken = judgement === undefined;
  return {
    type: 'verdict',
    vector: vector.id,
    verdict: answer.kind === 'unsupported' ? 'unsupported' : isBroken ? 'error' : judgement.verdict,
    findings: isBroken ? [] : judgement.findings,
    indications: indicationEvents(steps, indications, judgement?.attribution ?? []),
    ...(isBroken ? {} : { expected: expectedEvents(reference, steps, indications, judgement.attribution) }),
    decisions: decisionEvents(reference),
    ratio: judgement?.ratio ?? 1,
    notObserved: judgement?.notObserved ?? [],
    ...(isBroken && reason !== undefined ? { reason } : {}),
    ms: 0,
  };
}
