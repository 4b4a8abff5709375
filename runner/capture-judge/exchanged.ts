/**
 * Captures given the wrong way round: what the host received as what was sent. Then the merged frames are on the sent side
 * only. So they are, too, where the sender's NIC segmented after the capture; which of the two it is, each capture shows.
 */

import { Stop } from '../captures/stop.ts';
import { isSoft } from '../judge/finding.ts';
import { CaptureEnd, type EndSigns } from './capture-end.ts';
import { CapturePair, type PairOptions } from './capture-pair.ts';
import { CaptureSide } from './capture-side.ts';
import type { ConnectionResult, Exchanged } from './connection.ts';

/** Packets of each side that are looked at. */
const MOST = 20_000;
/** Answers that have to be measured on each side, and by how much one is sooner. */
const ANSWERS = 3;
const SOONER = 2;
/** Seconds: within it a host's answer and a path are alike. */
const LEAST_ANSWER = 20e-6;

/** More frames came out than were sent, and none was merged. */
export function looksExchanged(results: readonly ConnectionResult[]): boolean {
  const common = results.filter(({ counts }) => counts.segments > 0 && counts.frames > 0);
  return (
    common.every(({ counts }) => counts.merged === 0) && common.some(({ counts }) => counts.frames > counts.segments)
  );
}

/** Reads both captures once more, from their beginning. Undefined: they are not exchanged, or nothing shows it. */
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
  /** Where the capture that was given as sent was taken. */
  readonly says: 'sent' | 'received' | 'nothing';
  readonly why: string;
}

/** Of one direction: what the capture that was given as sent shows, and what the other. */
function signOf(given: EndSigns | undefined, other: EndSigns | undefined): Sign {
  if (given === undefined || other === undefined) return { says: 'nothing', why: '' };
  if (given.marked.in + given.marked.out > 0) {
    const says = given.marked.in > given.marked.out ? 'received' : 'sent';
    return { says, why: 'the capture given as sent marks them as received' };
  }
  if (given.unfilled > 0 && other.unfilled === 0) return { says: 'sent', why: '' };
  if (given.answers < ANSWERS || other.answers < ANSWERS) return { says: 'nothing', why: '' };
  const [here, there] = [given.answer, other.answer];
  if (here > there * SOONER + LEAST_ANSWER) return { says: 'sent', why: '' };
  if (there > here * SOONER + LEAST_ANSWER) {
    const why = `they are acknowledged after ${here.toFixed(6)} s there, and after ${there.toFixed(6)} s in the capture given as received`;
    return { says: 'received', why };
  }
  return { says: 'nothing', why: '' };
}
