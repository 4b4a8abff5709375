/**
 * Detects exchanged captures: the received one given as sent. The merged frames are then on the sent side only. The
 * same is true if the sender's NIC segmented after the capture; signs in each capture tell the two cases apart.
 */

import { Stop } from '../captures/stop.ts';
import { isSoft } from '../judge/finding.ts';
import { CaptureEnd, type EndSigns } from './capture-end.ts';
import { CapturePair, type PairOptions } from './capture-pair.ts';
import { CaptureSide } from './capture-side.ts';
import type { ConnectionResult, Exchanged } from './connection.ts';

/** Packets of each side to look at. */
const MOST = 20_000;
/** Answers to measure on each side, and the least ratio between the two sides' times. */
const ANSWERS = 3;
const SOONER = 2;
/** In seconds: below this, the answer of a host and the way of a packet cannot be distinguished. */
const LEAST_ANSWER = 20e-6;

/** More frames came out than were sent, and none was merged. */
export function looksExchanged(results: readonly ConnectionResult[]): boolean {
  const common = results.filter(({ counts }) => counts.segments > 0 && counts.frames > 0);
  return (
    common.every(({ counts }) => counts.merged === 0) && common.some(({ counts }) => counts.frames > counts.segments)
  );
}

/** Reads both captures once more from the start. Undefined: they are not exchanged, or nothing shows it. */
export async function exchanged(options: PairOptions): Promise<Exchanged | undefined> {
  if (options.stop?.isStopped === true) return undefined;
  const turned: ConnectionResult[] = [];
  const pair = new CapturePair({
    ...options,
    sent: options.received,
    received: options.sent,
    sentInterfaces: options.receivedInterfaces ?? [],
    receivedInterfaces: options.sentInterfaces ?? [],
    most: MOST,
    result: (result) => turned.push(result),
    progress: () => {},
  });
  await pair.run();
  const merged = turned.filter(({ counts, incidents }) => {
    const isHard = incidents.some(({ findings }) => findings.some((found) => !isSoft(found)));
    return counts.merged > 0 && !isHard;
  });
  if (merged.length === 0) return undefined;
  const [sent, received] = [await endOf(options, 'sent'), await endOf(options, 'received')];
  const shown = merged.map(({ key }) => signOf(sent.of(key), received.of(key)));
  if (shown.some((sign) => sign.says === 'sent')) return undefined;
  const sure = shown.find(({ says }) => says === 'received');
  return { isSure: sure !== undefined, why: sure?.why ?? '' };
}

async function endOf(options: PairOptions, side: 'sent' | 'received'): Promise<CaptureEnd> {
  const { stop = new Stop() } = options;
  const end = new CaptureEnd();
  const interfaces = (side === 'sent' ? options.sentInterfaces : options.receivedInterfaces) ?? [];
  const capture = await CaptureSide.open({ side, files: options[side], interfaces, most: MOST, stop }, []);
  try {
    while (!capture.isAtEnd)
      for (const packet of await capture.next()) if (capture.take(packet) !== undefined) end.add(packet);
  } finally {
    await capture.close();
  }
  return end;
}

interface Sign {
  /** The end at which the capture given as sent was taken. */
  readonly says: 'sent' | 'received' | 'nothing';
  readonly why: string;
}

/** For one direction: the signs in the capture given as sent, and in the other. */
function signOf(given: EndSigns | undefined, other: EndSigns | undefined): Sign {
  if (given === undefined || other === undefined) return { says: 'nothing', why: '' };
  if (given.marked.in + given.marked.out > 0) {
    const says = given.marked.in > given.marked.out ? 'received' : 'sent';
    return { says, why: 'the capture given as sent marks them as received' };
  }
  const isUnmerged = given.unfilled <= other.longest;
  if (isUnmerged && other.unfilled === Number.POSITIVE_INFINITY) return { says: 'sent', why: '' };
  if (given.answers < ANSWERS || other.answers < ANSWERS) return { says: 'nothing', why: '' };
  const [here, there] = [given.answer, other.answer];
  if (here > there * SOONER + LEAST_ANSWER) return { says: 'sent', why: '' };
  if (there > here * SOONER + LEAST_ANSWER) {
    const why = `they are acknowledged after ${here.toFixed(6)} s there, and after ${there.toFixed(6)} s in the capture given as received`;
    return { says: 'received', why };
  }
  return { says: 'nothing', why: '' };
}
