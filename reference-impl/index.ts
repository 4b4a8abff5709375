/** The reference coalescer as a library. */

export { type ArrivalOob, Coalescer, type CoalescerOptions } from './coalescer.ts';
export type { Indication, OutOfBand } from './indication.ts';
export { DEFAULT_POLICY, type Policy } from './policy.ts';
export { RULE_IDS, registry, rulesOfKind } from './rules/index.ts';
export type { Clause, Level, Rule } from './rules/rule.ts';
export type { Statistics } from './statistics.ts';
export { advance, type FrameStep, type Negotiation, type Setting } from './step.ts';
export { type Decision, formatDecision } from './trace.ts';
export { buildFrame, type FrameSpec } from './wire/build.ts';
export type { ChecksumMark } from './wire/segment.ts';
