/**
 * What two captures cannot prove against a device. Either may lack packets: a retransmission that the sent capture
 * lacks looks like an earlier copy with wrong fields. A frame that was late on the way looks like one that the device
 * kept back. Such findings become warnings that state the reason.
 */

import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { Arrival } from '../judge/arrival.ts';
import { isSoft } from '../judge/finding.ts';
import type { Observed } from '../judge/observed.ts';
import type { Finding } from '../judge/types.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { DoubtScene, PairMatch, Transport } from './transport.ts';

/** Fields that no retransmission changes: if bytes differ too, a missing packet does not explain these findings. */
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

const ON_THE_WAY = 'they may have changed places on the way (--direct: nothing there reorders)';

const COPY = 'frames came out that the sent capture lacks: it may lack a copy of one of these';

const REPEATED = 'the path or the capture may have repeated it (--direct: nothing there repeats)';

export class Doubt {
  readonly #transport: Transport;
  readonly #scene: () => DoubtScene;
  readonly #isDirect: boolean;

  /**
   * `scene`: the surroundings of what is judged, decided or not. `isDirect`: nothing between the captures reorders,
   * repeats or marks.
   */
  constructor(transport: Transport, scene: () => DoubtScene, isDirect: boolean) {
    this.#transport = transport;
    this.#scene = scene;
    this.#isDirect = isDirect;
  }

  /** Findings on one frame, if it is made of `run`. */
  softened({ findings, observed, run }: PairMatch): readonly Finding[] {
    if (findings.every(isSoft)) return findings;
    const scene = this.#scene();
    const found = this.#transport.doubt(observed, scene);
    const doubt = found?.isRight === true && run.length === 0 ? undefined : found;
    const isMoved =
      !this.#isDirect && run.some(({ number }, i) => i > 0 && number !== (run[i - 1] as Arrival).number + 1);
    return findings.map((found) => {
      const isOwn = OWN_FIELDS.includes(found.field);
      if (doubt !== undefined && (doubt.isWhole || !isOwn)) return warning(found, doubt.why);
      const why = this.#transport.doubtOfField(found, run, observed, scene);
      if (why !== undefined) return warning(found, why);
      if (isMoved && !isOwn) return warning(found, ON_THE_WAY);
      return found;
    });
  }

  /**
   * A frame that came twice, or that nothing explains: the sent capture may lack it. If its Identification names its
   * packet, the path or the capture may have repeated it.
   */
  extra(findings: readonly Finding[], observed: Observed): readonly Finding[] {
    const { repaired, number } = observed;
    const soft = this.softened({ findings, observed, run: [] });
    const { near, received, isNumbered } = this.#scene();
    const isNamed = isNumbered && near.some(({ segment }) => segment.ipId === repaired.ipId);
    const isAgain = ({ ipId, seq, payloadLength }: Segment): boolean =>
      ipId === repaired.ipId && seq === repaired.seq && payloadLength === repaired.payloadLength;
    if (!isNamed || !received.some((one) => one.number !== number && isAgain(one.repaired)))
      return soft.map((found) => warning(found, 'a retransmission of it may be missing in the sent capture'));
    return this.#isDirect ? soft : soft.map((found) => warning(found, REPEATED));
  }

  /**
   * `matches`: what became of the finding's arrivals. `isHoled`: frames came out near by that the sent capture lacks, or
   * has less often. Undefined: no doubt.
   */
  ordered(found: Finding, matches: readonly PairMatch[], isHoled: boolean): Finding | undefined {
    const involved = matches.filter(({ run }) => run.some(({ number }) => found.arrivals.includes(number)));
    if (involved.some(isCut)) return undefined;
    // The path may swap frames, also several at once. If a unit overtook a frame that ends units, it is the device's
    // fault: if it is that unit.
    const units = involved.filter(({ run, findings }) => run.length > 1 && findings.every(isSoft));
    const isOvertaken = ({ run: [one], observed }: PairMatch): boolean =>
      units.some(
        (unit) =>
          unit.observed.number < observed.number && unit.run.some(({ number }) => number > (one as Arrival).number),
      );
    const scene = this.#scene();
    const endsUnit = (one: Arrival): boolean => this.#transport.endsUnit(one, scene.capabilities);
    const passed = involved.filter(
      (match) => match.run.length === 1 && endsUnit(match.run[0] as Arrival) && isOvertaken(match),
    );
    const isSure = ({ findings, observed: { segment } }: PairMatch): boolean =>
      findings.length === 0 && segment.ipVersion === 4 && segment.ipId !== 0;
    if (passed.some(isSure)) return found;
    if (!this.#isDirect && passed.length === 0) return warning(found, ON_THE_WAY);
    // What nothing names may be a copy of what was sent, and that copy be missing.
    if (isHoled && !(scene.isNumbered && involved.every(isSure))) return warning(found, COPY);
    for (const { observed, run } of involved) {
      const doubt = this.#transport.doubt(observed, scene);
      const why = doubt?.isRight === true ? undefined : doubt?.why;
      const because = why ?? this.#transport.doubtOfField(found, run, observed, scene);
      if (because !== undefined) return warning(found, because);
    }
    return found;
  }
}

function isCut({ run, observed }: PairMatch): boolean {
  const { known, segment } = observed as ReceivedFrame;
  return known < segment.ipEnd || (run as readonly SentSegment[]).some((sent) => sent.known < sent.segment.ipEnd);
}

function warning(found: Finding, why: string): Finding {
  if (found.level === 'should' || found.level === 'may') return found;
  return { ...found, level: 'should', message: `${found.message} A warning, since ${why}.`, doubt: why };
}
