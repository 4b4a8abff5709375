/**
 * The reference coalescer as a library: `rsc-conformance/reference-impl`. It does no I/O, reads no clock, and runs in a
 * browser. Frames are Ethernet frames without their FCS; numbers in them are as on the wire, in host order.
 */

export { type ArrivalOob, Coalescer, type CoalescerOptions } from './coalescer.ts';
export type { Indication, OutOfBand } from './indication.ts';
export { DEFAULT_POLICY, type Policy } from './policy.ts';
export { PROFILES, type Profile, type ProfileName } from './profile.ts';
export { type ReferenceRun, referenceRun, type SteppedIndication } from './reference-run.ts';
export { type Disagreement, disagreements, type Reading } from './rules/disagreements.ts';
export {
  addressOf,
  type Clause,
  type DocumentKey,
  documents,
  placeOf,
  type SourceDocument,
  sectionOf,
} from './rules/documents.ts';
export { groRules } from './rules/gro-rules.ts';
export { RULE_IDS, registry, rulesOfKind, rulesOfRow } from './rules/index.ts';
export type {
  ActionRule,
  BufferEvidence,
  BufferFill,
  BufferRule,
  ChecksumRule,
  ChoiceRule,
  Conditions,
  ContentRule,
  CountChoices,
  DatagramActionRule,
  DatagramConditions,
  DatagramFieldRule,
  DatagramOobRule,
  DatagramPairRule,
  DatagramRule,
  FieldRule,
  Level,
  OobField,
  OobRule,
  OuterRule,
  PairRule,
  Reported,
  ReportedRule,
  Rule,
  RuleBase,
  SegmentRule,
  StatisticRule,
  StatusEvidence,
  StatusRule,
  StreamEvidence,
  StreamRule,
  TableRule,
  UnitCounts,
  VerdictRule,
  VirtioBreach,
  VirtioEvidence,
  VirtioFeature,
  VirtioHeader,
  VirtioRule,
} from './rules/rule.ts';
export type { Statistics } from './statistics.ts';
export { advance, type FrameStep, type Negotiation, type Setting } from './step.ts';
export { type Decision, formatDecision } from './trace.ts';
export type { Datagram, DatagramKind } from './udp/datagram.ts';
export type { UdpField } from './udp/udp-fields.ts';
export type { UdpUnit } from './udp/udp-unit.ts';
export type { JoinKind, Unit } from './unit.ts';
export { buildFrame, type Corruption, type Extension, type FrameSpec } from './wire/build.ts';
export type { VlanTag } from './wire/ethernet.ts';
export type { HeaderField } from './wire/fields.ts';
export type { ChecksumMark, ChecksumState, FrameKind, OtherReason, Segment } from './wire/segment.ts';
export type { OptionsKind } from './wire/tcp-options.ts';
export type { OuterHeader, OuterKind, TunnelKind } from './wire/tunnel.ts';
