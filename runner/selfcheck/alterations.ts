/** Tools for faults and variants: change the output of the reference. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { Datagram, parseDatagram } from '../../reference-impl/udp/datagram.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { pseudoHeaderSum } from '../../reference-impl/wire/segment.ts';
import { parsed } from '../judge/arrival.ts';
import type { Fault } from './fault.ts';
import { altered, alteredFrames, coalescerSubject, type Outcome, type OwnIndication, type Subject } from './subject.ts';

const plain = coalescerSubject();
let latest: { readonly steps: readonly FrameStep[]; readonly outcome: Outcome } | undefined;

/** Replacements of the reference, the innermost last. */
const bases: Subject[] = [];

/**
 * The reference. Many subjects ask for the same session in turn, so the latest answer is kept. Do not write into its
 * frames.
 */
export const reference: Subject = (steps) => {
  const base = bases.pop();
  if (base !== undefined) {
    try {
      return base(steps);
    } finally {
      bases.push(base);
    }
  }
  if (latest?.steps !== steps) latest = { steps, outcome: plain(steps) };
  return latest.outcome;
};

/** `subject` as if the reference were `base`: two faults in one coalescer, where the first only alters the reference. */
export function onTopOf(base: Subject, subject: Subject): Subject {
  return (steps) => {
    bases.push(base);
    try {
      return subject(steps);
    } finally {
      bases.pop();
    }
  };
}

export function isMerged({ oob }: OwnIndication): boolean {
  return (oob.segCount ?? 0) > 1;
}

/** A UDP datagram, or a unit of them. */
export function isUdp(frame: Uint8Array): boolean {
  return parseDatagram(frame, new Datagram()).kind !== 'other';
}

export function onMerged(change: (frame: Uint8Array, indication: OwnIndication) => OwnIndication): Subject {
  return alteredFrames(reference, (indication) =>
    isMerged(indication) ? change(indication.frame.slice(), indication) : indication,
  );
}

export function onList(change: (indications: OwnIndication[]) => OwnIndication[]): Subject {
  return altered(reference, (outcome) => ({ ...outcome, indications: change([...outcome.indications]) }));
}

export function onCounters(change: (outcome: Outcome) => NonNullable<Outcome['statistics']>): Subject {
  return altered(reference, (outcome) => ({ ...outcome, statistics: change(outcome) }));
}

export function counter(name: 'pkts' | 'octets' | 'events' | 'aborts', plus: number): Subject {
  return onCounters(({ statistics = { pkts: 0, octets: 0, events: 0, aborts: 0 } }) => ({
    ...statistics,
    [name]: statistics[name] + plus,
  }));
}

/** The first row is the broken one; verdicts may name any of them. */
export function made(name: string, summary: string, subject: Subject, broken: string, ...kin: string[]): Fault {
  return { name, summary, subject, broken, blames: [broken, ...kin] };
}

/** The frames that arrived, by number. */
export function framesIn(steps: readonly FrameStep[]): Uint8Array[] {
  return steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
}

/** Makes both checksums of a frame right, in place, and keeps its other fields. */
export function withChecksums(frame: Uint8Array): Uint8Array {
  const segment = parsed(frame);
  const { ipVersion, ipOffset, tcpOffset, ipEnd, kind } = segment;
  if (ipVersion === 4 && tcpOffset > 0) {
    setU16(frame, ipOffset + Ipv4At.checksum, 0);
    setU16(frame, ipOffset + Ipv4At.checksum, finish(sumBytes(frame, ipOffset, tcpOffset)));
  }
  if (kind === 'segment') {
    setU16(frame, tcpOffset + TcpAt.checksum, 0);
    setU16(
      frame,
      tcpOffset + TcpAt.checksum,
      finish(sumBytes(frame, tcpOffset, ipEnd) + pseudoHeaderSum(segment, ipEnd - tcpOffset)),
    );
  }
  return frame;
}
