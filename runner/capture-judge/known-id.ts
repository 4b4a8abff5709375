import type { Observed } from '../judge/observed.ts';
import { withIpId } from './sender-offload.ts';
import { arrivalOf, type SentSegment } from './sides.ts';

/** A NIC that segments may leave the Identification as it is: what came out says so. */
export function withKnownId(
  run: readonly SentSegment[],
  { segment: { ipVersion, ipId } }: Pick<Observed, 'segment'>,
): readonly SentSegment[] {
  const [first, ...others] = run;
  if (first?.isMade !== true || ipVersion !== 4 || ipId !== first.baseId || ipId === first.segment.ipId) return run;
  const { frame, packet, time, strippedTags: tags, known } = first;
  const wire = withIpId({ frame, packet, time, tags, known }, ipId);
  return [arrivalOf(wire, first.number, first), ...others];
}
