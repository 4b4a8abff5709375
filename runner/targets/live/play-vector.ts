/** Plays one vector on the wire, until its output can be judged. */

import { sameBytes, u16 } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_HEADER, isTag } from '../../../reference-impl/wire/ethernet.ts';
import { countText } from '../../../vectors/count-text.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import type { TargetAnswer, TargetVector } from '../target.ts';
import { isAkin } from './akin.ts';
import { burstsOf } from './bursts-of.ts';
import { isShort } from './conservation.ts';
import type { Played, PlayRequest } from './messages.ts';
import { outOfBandOf } from './tcp-partial.ts';
import type { CapturedFrame } from './wire.ts';
import { WireError } from './wire.ts';

/** The shortest frame that a packet socket sends: an Ethernet header. */
const SHORTEST_FRAME = 14;
/** Loss in the device repeats; loss in the capture does not. */
const TRIES = 3;

export interface Player {
  /** Rejects with WireError if the wire failed. */
  play(request: Omit<PlayRequest, 'do'>): Promise<Played>;
  readonly pauseMs: number;
  readonly capabilities: Pick<Capabilities, 'drops'>;
  /** Longest packet after the Ethernet header that the sender takes. */
  readonly mtu: number;
  /** The frame that the device must get for a frame of the vector. */
  readdress(frame: Uint8Array): Uint8Array;
  /** The frame, with the vector's addresses. */
  restore(frame: Uint8Array): Uint8Array;
  /** Frames from others, which were ignored. */
  ignored(count: number): void;
}

export async function playVector({ steps }: TargetVector, player: Player): Promise<TargetAnswer> {
  const bursts = burstsOf(steps);
  const shortest = Math.min(...bursts.flatMap(({ frames }) => frames.map(({ length }) => length)));
  if (shortest < SHORTEST_FRAME) {
    return { kind: 'unsupported', reason: `no interface sends a frame of ${shortest} bytes` };
  }
  const tooLong = bursts.flatMap(({ frames }) => frames).find((frame) => packetLength(frame) > player.mtu);
  if (tooLong !== undefined) {
    return { kind: 'unsupported', reason: `a packet of ${packetLength(tooLong)} bytes; the MTU is ${player.mtu}` };
  }
  const sent = bursts.map(({ frames }) => frames.map((frame) => player.readdress(frame)));
  let trouble = '';
  const losses: string[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    let played: Played;
    try {
      played = await player.play({
        bursts: sent,
        uro: bursts.map(({ uro }) => uro),
        pauseMs: player.pauseMs,
        drops: player.capabilities.drops,
      });
    } catch (error) {
      if (error instanceof WireError) return { kind: 'error', message: error.message };
      throw error;
    }
    const cut = played.captured.flat().find(({ isCut }) => isCut);
    if (cut !== undefined) return { kind: 'unsupported', reason: notHeld(cut) };
    trouble =
      played.drops === undefined || played.drops === 0 ? '' : `the capture lost ${countText(played.drops, 'frame')}`;
    if (trouble !== '') continue;
    const restored = played.captured.map((captured, index) =>
      restoredOf(captured, sent[index] ?? [], bursts[index]?.frames ?? [], player),
    );
    const indications = restored.flatMap((captured, index) =>
      captured.map((frame) => indicationOf(frame, bursts[index]?.step ?? steps.length)),
    );
    const answer: TargetAnswer = { kind: 'indications', indications, statistics: undefined };
    const isMissing = bursts.some(({ frames }, index) =>
      isShort(
        frames,
        (restored[index] ?? []).map(({ frame }) => frame),
        player.capabilities,
      ),
    );
    if (!isMissing) return answer;
    // The same frames are lost each time, and the capture counts no loss: the device lost them.
    losses.push(summaryOf(indications));
    const isSteady = losses.length === TRIES && losses.every((loss) => loss === losses[0]);
    if (isSteady && played.drops === 0) return answer;
    trouble = 'less came out than went in, and the capture may have lost it';
  }
  return { kind: 'error', message: `${trouble} (${TRIES} tries)` };
}

/** A limit of the instrument, not of the device. */
function notHeld({ frame }: CapturedFrame): string {
  return `a frame came out that the capture cannot hold: it keeps ${frame.length} bytes; --capture af-packet keeps all`;
}

/** Without other traffic on the path. An unmodified frame is the vector's own, checksums of zero included. */
function restoredOf(
  captured: readonly CapturedFrame[],
  sent: readonly Uint8Array[],
  originals: readonly Uint8Array[],
  player: Player,
): CapturedFrame[] {
  const ours = captured.filter(({ frame }) => sent.some((original) => isAkin(frame, original)));
  player.ignored(captured.length - ours.length);
  return ours.map((seen) => {
    const same = sent.findIndex((frame) => sameBytes(frame, seen.frame));
    const original = originals[same];
    if (original === undefined) return { ...seen, frame: player.restore(seen.frame) };
    // Its checksum field is the vector's, so it does not show what the device did.
    return { ...seen, frame: original, isPartial: seen.isPartial ?? false };
  });
}

function indicationOf(captured: CapturedFrame, step: number): ObservedIndication {
  return { step, frame: captured.frame, oob: outOfBandOf(captured) };
}

/** The length that an interface compares with its MTU, without one VLAN tag. */
function packetLength(frame: Uint8Array): number {
  return frame.length - ETHERNET_HEADER - (isTag(u16(frame, 12)) ? 4 : 0);
}

function summaryOf(indications: readonly ObservedIndication[]): string {
  return indications.map(({ step, frame }) => `${step}:${Buffer.from(frame).toString('latin1')}`).join('|');
}
