/**
 * I5: TCP inside tunnels, for a target that does not look inside. Its frames belong to no connection, so only the
 * session is their state.
 */

import { TUNNEL_KINDS } from '../../../reference-impl/wire/tunnel.ts';
import { parsed } from '../../judge/arrival.ts';
import type { OwnIndication } from '../subject.ts';
import type { OutputFault, TunnelFault } from './narrow-fault.ts';
import { flippedAt, isLone, lastOf, nextDpc } from './output-fault-parts.ts';

const READING = { kinds: TUNNEL_KINDS, lengths: 'checked' } as const;

const isInside = (one: OwnIndication): boolean => isLone(one) && parsed(one.frame, READING).outer.length > 0;

const onFrame = (name: string, summary: string, strike: OutputFault['strike']): OutputFault => ({
  kind: 'output',
  name: `I5-${name}`,
  summary,
  broken: 'I5',
  chances: (one) => (isInside(one) ? [lastOf(one)] : []),
  strike,
});

export const ENCAPSULATION_FAULTS: readonly (OutputFault | TunnelFault)[] = [
  { kind: 'tunnel', name: 'I5-merges', summary: 'Frames of a tunnel merge.', broken: 'I5' },
  onFrame('lost', 'A frame of a tunnel is lost.', () => []),
  onFrame('twice', 'A frame of a tunnel comes twice.', (one) => [one, one]),
  onFrame('held-back', 'A frame of a tunnel waits for the next DPC.', (one, _, played) => [
    { ...one, step: nextDpc(played, one.step) },
  ]),
  onFrame('altered', 'The last byte of the payload inside is altered.', (one) => [
    { ...one, frame: flippedAt(one.frame, parsed(one.frame, READING).ipEnd - 1) },
  ]),
  onFrame('counted', 'A frame of a tunnel has a segment count.', (one) => [
    { ...one, oob: { ...one.oob, segCount: 2 } },
  ]),
];
