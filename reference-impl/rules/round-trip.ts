/** R: the round trip. Profile `gro` promises only that segmentation gives back what was merged. */

import { sameBytes } from '../wire/bytes.ts';
import type { Clause } from './documents.ts';
import type { ContentRule, StreamRule } from './rule.ts';

/** "Ideally any frame assembled by GRO should be segmented to create an identical sequence of frames using GSO". */
export const GRO: Clause = { doc: 'linux-segmentation-offloads', heading: 'Generic Receive Offload' };
const followsFrom = (heading: string): Clause => ({ doc: 'derived', heading });

export const givesBack: ContentRule = {
  kind: 'content',
  id: 'R1',
  name: 'gives-back-arrivals',
  level: 'must',
  clause: GRO,
  whenBroken: 'A merged frame cannot be cut back into the segments that it was made of',
  summary: 'Segmentation at its segment size cuts a merged frame back into exactly the segments that it was made of.',
  scope: 'targets',
  breached: (expected, actual) => !sameBytes(expected, actual),
};

export const setAsideInOrder: StreamRule = {
  kind: 'stream',
  id: 'R2',
  name: 'set-aside-in-order',
  level: 'should',
  clause: followsFrom(
    'I1: a segment that cannot be parsed belongs to its connection all the same; the host’s TCP restores the order',
  ),
  whenBroken:
    'A segment that cannot be merged (IP options, extension headers, a fragment, a wrong checksum) overtakes its connection',
  summary: 'A segment that bypasses coalescing does not overtake the segments before it.',
  scope: 'targets',
  breached: ({ earlierArrival, laterArrival }) => earlierArrival > laterArrival,
};
