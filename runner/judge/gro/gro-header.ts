/** R1 of a virtio header: a device that sends the frame on cuts it and fills in its checksum as the header says. */

import { givesBack } from '../../../reference-impl/rules/round-trip.ts';
import { checksumPlaceOf } from '../../../reference-impl/virtio/checksum-place.ts';
import { GsoType, gsoTypeOf, HeaderFlag } from '../../../reference-impl/virtio/net-header.ts';
import { draft, nameArrivals } from '../finding.ts';
import type { Observed } from '../observed.ts';
import type { Arrived } from '../protocol.ts';
import type { Draft } from '../types.ts';

/** `run`: the arrivals of the frame; `longest`: bytes of the longest payload. No findings if no header came with it. */
export function headerFindings(
  { virtio, segment }: Observed,
  run: readonly Pick<Arrived, 'number'>[],
  longest: number,
): readonly Draft[] {
  if (virtio === undefined) return [];
  const arrivals = run.map(({ number }) => number);
  const findings: Draft[] = [];
  const report = (field: string, wanted: string, was: string | number): void => {
    const message = `The virtio header of ${nameArrivals(arrivals)} is not the frame’s: its ${field} is ${was}, must be ${wanted}.`;
    findings.push(draft(givesBack, arrivals, field, () => [wanted, was, message]));
  };
  const type = gsoTypeOf(virtio);
  const isTcp = segment.kind === 'segment';
  const own = isTcp ? (segment.ipVersion === 4 ? GsoType.tcp4 : GsoType.tcp6) : GsoType.udpL4;
  const names = Object.entries(GsoType);
  const nameOf = (value: number): string => names.find(([, known]) => known === value)?.[0] ?? String(value);
  // A lone frame that segmentation would not split may have the type of its kind.
  const isHarmless = arrivals.length === 1 && type === own && virtio.gsoSize >= longest;
  if (arrivals.length === 1 && type !== GsoType.none && !isHarmless) report('gso_type', 'none', nameOf(type));
  if (arrivals.length > 1 && type !== own) report('gso_type', nameOf(own), nameOf(type));
  const hasPlace = (virtio.flags & HeaderFlag.needsCsum) !== 0 && (virtio.flags & HeaderFlag.rscInfo) === 0;
  if (!hasPlace) return findings;
  const place = checksumPlaceOf(segment);
  if (place === undefined) report('flags', 'no NEEDS_CSUM', 'NEEDS_CSUM');
  else if (virtio.csumStart !== place.start) report('csum_start', String(place.start), virtio.csumStart);
  else if (virtio.csumOffset !== place.offset) report('csum_offset', String(place.offset), virtio.csumOffset);
  return findings;
}
