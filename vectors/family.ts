/** The families: the first element of a vector's id, and the name of its data file. */

import { buffers } from './families/buffers.ts';
import { checksumOffload } from './families/checksum-offload.ts';
import { coalescingAcks } from './families/coalescing-acks.ts';
import { coalescingConnections } from './families/coalescing-connections.ts';
import { coalescingExamples } from './families/coalescing-examples.ts';
import { coalescingFlows, uroFlows } from './families/coalescing-flows.ts';
import { coalescingHeaders } from './families/coalescing-headers.ts';
import { coalescingRuns } from './families/coalescing-runs.ts';
import { coalescingSequence } from './families/coalescing-sequence.ts';
import { crowdedStates } from './families/crowded-states.ts';
import { exceptionsAfter } from './families/exceptions-after.ts';
import { exceptionsChecksum } from './families/exceptions-checksum.ts';
import { exceptionsEcn } from './families/exceptions-ecn.ts';
import { exceptionsFlags } from './families/exceptions-flags.ts';
import { exceptionsIp } from './families/exceptions-ip.ts';
import { exceptionsLimits } from './families/exceptions-limits.ts';
import { exceptionsOptions } from './families/exceptions-options.ts';
import {
  checksumInTheField,
  coalescingInTheField,
  exceptionsInTheField,
  outOfBandInTheField,
} from './families/field-traffic.ts';
import { flowTours } from './families/flow-tours.ts';
import { headers } from './families/headers.ts';
import { headersEveryLength } from './families/headers-every-length.ts';
import { indicationBoundaries } from './families/indication-boundaries.ts';
import { indicationFrames } from './families/indication-frames.ts';
import { indicationTunnels } from './families/indication-tunnels.ts';
import { outOfBand } from './families/out-of-band.ts';
import { roundTrip } from './families/round-trip.ts';
import { statesOf } from './families/states.ts';
import { statistics } from './families/statistics.ts';
import { timestamps } from './families/timestamps.ts';
import { tunnelStates } from './families/tunnel-states.ts';
import { uro } from './families/uro.ts';
import { uroInTheField } from './families/uro-field-traffic.ts';
import { uroStates } from './families/uro-states.ts';
import { virtio } from './families/virtio.ts';
import type { Plan } from './plan.ts';

/** Vectors of one subject: a data file, the letter of its rules, and the plans that its vectors are made of. */
export interface Family {
  readonly name: string;
  /** The ids of its rules begin with it. */
  readonly letter: string;
  readonly title: string;
  readonly plans: () => Iterable<Plan>;
}

function family(name: string, letter: string, title: string, ...generators: (() => Iterable<Plan>)[]): Family {
  return { name, letter, title, plans: () => generators.flatMap((generator) => [...generator()]) };
}

export const FAMILIES: readonly Family[] = [
  family(
    'exceptions',
    'E',
    'Exceptions that end coalescing',
    exceptionsFlags,
    exceptionsOptions,
    exceptionsIp,
    exceptionsChecksum,
    exceptionsLimits,
    exceptionsEcn,
    exceptionsInTheField,
    statesOf('exceptions'),
    crowdedStates,
    exceptionsAfter,
  ),
  family(
    'coalescing',
    'C',
    'What merges, and what starts a new SCU',
    coalescingSequence,
    coalescingRuns,
    coalescingExamples,
    coalescingAcks,
    coalescingHeaders,
    coalescingConnections,
    coalescingFlows,
    flowTours,
    coalescingInTheField,
    statesOf('coalescing'),
  ),
  family('timestamps', 'T', 'Timestamps', timestamps, statesOf('timestamps')),
  family('headers', 'H', 'The headers of a merged unit', headers, headersEveryLength),
  family('out-of-band', 'O', 'What goes with a frame', outOfBand, outOfBandInTheField),
  family(
    'indication',
    'I',
    'Order, boundaries, accounting',
    indicationBoundaries,
    indicationFrames,
    indicationTunnels,
    tunnelStates,
    statesOf('indication'),
  ),
  family('statistics', 'S', 'Counters', statistics),
  family('checksum-offload', 'K', 'Checksum offload around coalescing', checksumOffload, checksumInTheField),
  family('buffers', 'B', 'Buffers that are reused', buffers),
  family('virtio', 'V', 'The header of a virtio device', virtio),
  family('uro', 'U', 'UDP receive coalescing', uro, uroFlows, uroInTheField, uroStates),
  family('round-trip', 'R', 'What segmentation gives back (profile gro)', roundTrip),
];
