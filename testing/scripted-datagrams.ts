/** Datagrams in the units that a test asks for, whatever the rules say. */

import { rulesOfKind } from '../reference-impl/rules/index.ts';
import type { FrameStep } from '../reference-impl/step.ts';
import { Datagram, parseDatagram } from '../reference-impl/udp/datagram.ts';
import { udpFields } from '../reference-impl/udp/udp-fields.ts';
import { UdpUnit } from '../reference-impl/udp/udp-unit.ts';
import type { ObservedIndication } from '../runner/judge/types.ts';

/** Of one unit; `late`: DPCs after the first. `isBare`: its header stays the first datagram's. */
export interface ScriptedDatagrams {
  readonly arrivals: readonly number[];
  readonly late?: number;
  readonly isBare?: boolean;
}

export function scriptedDatagrams(
  steps: readonly FrameStep[],
  units: readonly ScriptedDatagrams[],
): ObservedIndication[] {
  const frames = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
  const dpc = steps.findIndex((step) => 'dpc' in step);
  return units.map(({ arrivals, late = 0, isBare = false }) => {
    const own = arrivals.map((number) => frames[number] as Uint8Array);
    return {
      step: dpc + late,
      frame: own.length === 1 ? (own[0] as Uint8Array).slice() : joined(own, isBare),
      oob: {},
    };
  });
}

function joined(frames: readonly Uint8Array[], isBare: boolean): Uint8Array {
  const [first, ...others] = frames.map((frame) => parseDatagram(frame, new Datagram())) as [Datagram, ...Datagram[]];
  const unit = new UdpUnit(first, 0);
  for (const [i, other] of others.entries()) unit.join(other, i + 1);
  const frame = unit.bytes.slice(0, unit.end);
  for (const { field, expected } of isBare ? [] : rulesOfKind('datagram-field')) {
    const access = udpFields[field];
    if (access.has(unit)) access.write(frame, unit, expected(unit));
  }
  return frame;
}
