/** The contents of two captures besides their connections, in whole lines for a terminal. */

import { basename } from 'node:path';
import type { CaptureSideEvent, CapturesEvent } from '../../reports/events.ts';
import { countText } from '../../vectors/count-text.ts';
import { interfaceText } from '../captures/capture-interface.ts';

const SIDES = ['sent', 'received'] as const;

/** "12 packets", "9 packets of 2 files in order of time (a.pcap, b.pcap)". */
export function packetsText({ packets, others = 0, files }: CaptureSideEvent): string {
  const names = files.map((file) => basename(file)).join(', ');
  const from = files.length > 1 ? ` of ${files.length} files, in order of time (${names})` : '';
  return `${countText(packets, 'packet')}${from}${others > 0 ? `, ${others} of them at interfaces that were not chosen` : ''}`;
}

export function factLines(facts: CapturesEvent): string[] {
  const { clock, ...both } = facts;
  const times = SIDES.flatMap((side) => spanText(side, both[side]));
  return [
    ...(times.length === 0 ? [] : [`Time:      ${times.join('; ')}`]),
    ...(clock === undefined ? [] : [`Clocks:    ${clockText(clock)}`]),
    ...SIDES.flatMap((side) => interfaceLines(side, both[side])),
    ...SIDES.flatMap((side) => copyLines(side, both[side])),
    ...(dropsText(facts) === '' ? [] : [`Dropped:   ${dropsText(facts)}`]),
  ];
}

/** "The received capture dropped 3 packets by its own count"; empty: no drop was counted. */
export function dropsText({ sent, received, saidDropped = {} }: CapturesEvent): string {
  const texts = SIDES.flatMap((side) => {
    const count = saidDropped[side];
    const { dropped = 0 } = side === 'sent' ? sent : received;
    if (count === undefined)
      return dropped === 0 ? [] : [`the ${side} capture dropped ${countText(dropped, 'packet')} by its own count`];
    return [`the ${side} capture dropped ${countText(count, 'packet')} (--drops)`];
  });
  const { both } = saidDropped;
  if (both !== undefined) texts.push(`the captures dropped ${countText(both, 'packet')} (--drops)`);
  const [first = '', ...more] = texts;
  return [`${first.slice(0, 1).toUpperCase()}${first.slice(1)}`, ...more].join(', ');
}

function spanText(side: string, { time }: CaptureSideEvent): string[] {
  if (time === undefined) return [];
  const { seconds, packetsPerSecond, bitsPerSecond } = time;
  const rate =
    packetsPerSecond === undefined || bitsPerSecond === undefined
      ? ''
      : `, ${Math.round(packetsPerSecond)} packets/s, ${(bitsPerSecond / 1e6).toFixed(3)} Mbit/s`;
  return [`${side} ${seconds.toFixed(6)} s${rate}`];
}

/**
 * The direction and size of the difference: "the received capture’s is 3.000100 s to 3.000220 s ahead of the sent
 * one’s".
 */
function clockText({ least, most }: NonNullable<CapturesEvent['clock']>): string {
  if (most === undefined)
    return `what the host sent is in the sent capture at least ${later(-(least as number))}, the time on the way included`;
  if (least === undefined)
    return `what was sent is in the received capture at least ${later(most)}, the time on the way included`;
  if (least > most)
    return `they drift: the received capture’s is ahead of the sent one’s by ${span(most)} to ${span(least)}`;
  const its = 'the received capture’s is';
  if (least >= 0) return `${its} ${span(least)} to ${span(most)} ahead of the sent one’s`;
  if (most <= 0) return `${its} ${span(-most)} to ${span(-least)} behind the sent one’s`;
  return `${its} between ${span(-least)} behind and ${span(most)} ahead of the sent one’s`;
}

function later(seconds: number): string {
  return seconds < 0 ? `${span(-seconds)} earlier` : `${span(seconds)} later`;
}

function span(seconds: number): string {
  return `${seconds.toFixed(6)} s`;
}

/** Only if there is a choice. */
function interfaceLines(side: 'sent' | 'received', { interfaces }: CaptureSideEvent): string[] {
  if (interfaces.length < 2) return [];
  const chosen = interfaces.filter(({ taken }) => taken);
  const list = interfaces.map((one) => `${interfaceText(one)}: ${countText(one.packets, 'packet')}`).join('; ');
  const which =
    chosen.length === interfaces.length
      ? `all are taken, --${side}-interface chooses`
      : `taken: ${chosen.map(({ number }) => number).join(', ')}`;
  return [`${`${side === 'sent' ? 'Sent' : 'Received'} at:`.padEnd(11)}${list}; ${which}`];
}

function copyLines(side: 'sent' | 'received', { copies = 0, everyFrame = false, packets }: CaptureSideEvent): string[] {
  if (copies === 0) return [];
  const where = everyFrame
    ? 'every frame appears several times, in both directions, as a packet monitor records it at each component of a stack'
    : 'they were captured at several interfaces or in several files';
  return [
    `Copies:    ${copies} of ${packets} packets of the ${side} capture are copies: ${where}. Each frame is judged once`,
  ];
}
