/** The runner as a library: play vectors on a target, get events, make reports of them. */

export type {
  EndEvent,
  FindingEvent,
  IndicationEvent,
  RunEvent,
  SessionEvent,
  VectorEvent,
  Verdict,
  VerdictEvent,
} from '../reports/events.ts';
export { UsageError } from './base/errors.ts';
export { type Capabilities, DEFAULT_CAPABILITIES } from './capabilities/capabilities.ts';
export { readEvents } from './events/read-events.ts';
export type { ObservedIndication, ObservedVirtio } from './judge/types.ts';
export { type PlayOptions, playVectors } from './session/play-vectors.ts';
export { openTarget, type TargetOptions } from './targets/resolve.ts';
export type { Target, TargetAnswer, TargetVector } from './targets/target.ts';
