/**
 * What two captures cannot hold against a device. Either may lack packets: a retransmission that the sent capture lacks
 * looks like an earlier copy with wrong fields. And a frame that was late on the way looks like one that the device held.
 * Such findings stay, as warnings that say why.
 */

import type { Arrival } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';
import { isException } from '../judge/statistics.ts';
import type { Finding } from '../judge/types.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { PairMatch, Transport } from './transport.ts';

/** What no retransmission changes: where the bytes are others, too, a packet that is missing does not explain these. */
const OWN_FIELDS: readonly string[] = [
  'payload',
  'frame',
  'ethernet',
  'ip.ttl',
  'ipv4.total-length',
  'ipv6.payload-length',
  'ipv4.checksum',
  'tcp.checksum',
  'tcp.data-offset',
];

export class Doubt {
  readonly #transport: Transport;
  readonly #near: () => readonly Arrival[];

  /** `near`: what was sent around what is judged, settled or not. */
  constructor(transport: Transport, near: () => readonly Arrival[]) {
    this.#transport = transport;
    this.#near = near;
  }

  /** Findings on one frame. */
  softened(findings: readonly Finding[], observed: Observed): readonly Finding[] {
    if (findings.length === 0) return findings;
    const near = this.#near();
    const doubt = this.#transport.doubt(observed, near);
    if (doubt === undefined) return findings;
    const { why, isWhole } = doubt;
    return findings.map((found) => (isWhole || !OWN_FIELDS.includes(found.field) ? warning(found, why) : found));
  }

  /** A frame that came once more: the sent capture may lack the retransmission, unless the frame names its packet. */
  repeated(findings: readonly Finding[], { segment }: Observed): readonly Finding[] {
    if (segment.ipVersion === 4 && segment.ipId !== 0) return findings;
    return findings.map((found) => warning(found, 'a retransmission of it may be missing in the sent capture'));
  }

  /** `matches`: what the arrivals of the finding became. Undefined: nothing is to be said. */
  ordered(found: Finding, matches: readonly PairMatch[], isDirect: boolean): Finding | undefined {
    const involved = matches.filter(({ run }) => run.some(({ number }) => found.arrivals.includes(number)));
    if (involved.some(isCut)) return undefined;
    // A single frame can be late on the way; where units passed one that ends a unit, the device merged around it.
    const alone = involved.filter(({ run }) => run.length === 1);
    const passed = alone.length < involved.length ? alone.filter(({ run }) => isException(run[0] as Arrival)) : [];
    if (passed.some(({ observed: { segment } }) => segment.ipVersion === 4 && segment.ipId !== 0)) return found;
    const near = this.#near();
    for (const { observed } of involved) {
      const doubt = this.#transport.doubt(observed, near);
      if (doubt !== undefined) return warning(found, doubt.why);
    }
    if (isDirect) return found;
    if (alone.length === 0 || passed.length > 0) return found;
    return warning(found, 'they may have changed places on the way (--direct: nothing there reorders)');
  }
}

function isCut({ run, observed }: PairMatch): boolean {
  const { known, segment } = observed as ReceivedFrame;
  return known < segment.ipEnd || (run as readonly SentSegment[]).some((sent) => sent.known < sent.segment.ipEnd);
}

function warning(found: Finding, why: string): Finding {
  if (found.level === 'should' || found.level === 'may') return found;
  return { ...found, level: 'should', message: `${found.message} A warning, since ${why}.` };
}
