/** I: boundaries of indications. The rules of I3, I6 and I8 that forbid a merge are in exceptions.ts. */

import type { Clause } from './documents.ts';
import type { StreamRule } from './rule.ts';

const indicating = (item: string): Clause => ({
  doc: 'ndis-rsc-indicating',
  heading: 'Indicating Coalesced Segments',
  item,
});

function streamRule(parts: Omit<StreamRule, 'kind'>): StreamRule {
  return { kind: 'stream', ...parts };
}

export const arrivalOrder: StreamRule = streamRule({
  id: 'I1',
  name: 'arrival-order',
  level: 'must',
  clause: {
    doc: 'ndis-rsc-examples',
    heading: 'Example 2: Data segments, followed by an exception, followed by data segments',
    item: 'Result',
  },
  whenBroken: 'Frames of a connection overtake each other',
  summary: 'Within a connection, frames are indicated in the order in which they arrived.',
  breached: ({ earlierArrival, laterArrival }) => laterArrival < earlierArrival,
});

export const withinDpc: StreamRule = streamRule({
  id: 'I2',
  name: 'within-dpc',
  level: 'must',
  clause: indicating('DPC and timers'),
  whenBroken: 'Frames wait past the end of their DPC',
  summary: 'No frame waits from one DPC to the next.',
  ends: true,
  breached: ({ arrivalDpc, indicationDpc }) => indicationDpc !== arrivalDpc,
});

export const notBeforeEnabled: StreamRule = streamRule({
  id: 'I3',
  name: 'not-before-enabled',
  level: 'must',
  clause: indicating('enabling RSC'),
  whenBroken: 'Coalesced frames are indicated while RSC is off',
  summary: 'No coalesced frame is indicated while RSC is off for its IP version.',
  breached: ({ rscOn, segments }) => !rscOn && segments > 1,
});

export const flushedOnDisable: StreamRule = streamRule({
  id: 'I4',
  name: 'flushed-on-disable',
  level: 'must',
  clause: { doc: 'ndis-rsc-state', heading: 'Changing RSC State' },
  whenBroken: 'Turning RSC off does not indicate the units in progress',
  summary: 'Turning RSC off indicates every SCU in progress before the request completes.',
  ends: true,
  breached: ({ arrivalDpc, indicationDpc, segments }) => segments > 1 && indicationDpc !== arrivalDpc,
});

export const accountedOnce: StreamRule = streamRule({
  id: 'I7',
  name: 'accounted-once',
  level: 'derived',
  clause: { doc: 'derived', heading: 'the aim: coalescing neither discards nor invents information' },
  whenBroken: 'Frames are lost or indicated more than once',
  whenBrokenBy: {
    never: 'Frames never come out',
    again: 'Frames come out more than once',
    foreign: 'Frames come out that nothing that arrived explains',
  },
  symptom: 'frames',
  summary: 'Every frame received is indicated exactly once.',
  breached: ({ timesIndicated, mayBeDropped }) => timesIndicated !== 1 && !(mayBeDropped && timesIndicated === 0),
});
