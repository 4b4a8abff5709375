/** A vector as sections of frames. The output of each section answers one step of the vector. */

import type { FrameStep, Setting } from '../../../reference-impl/step.ts';
import { whyNotCarried } from './macvtap-pair.ts';

export interface Section {
  /** Of the vector. */
  readonly frames: readonly Uint8Array[];
  /** A DPC ends: everything that the device holds of these connections must come out. */
  readonly endsDpc: boolean;
  /** Index of the step whose answer has the output. */
  readonly step: number;
  /** The setting to apply after the section. */
  readonly setting: Setting | undefined;
}

export interface Script {
  readonly sections: readonly Section[];
  /** All frames of the vector. */
  readonly frames: readonly Uint8Array[];
  /** Those of them that are marked partial, as in the sections. */
  readonly partial: ReadonlySet<Uint8Array>;
  /** Microseconds that pass before a frame that is not the first of its section. */
  readonly pauses: ReadonlyMap<Uint8Array, number>;
  /** Its sections need no action in between: they can be sent at once. */
  readonly isPlain: boolean;
}

/** A string: why the vector cannot be played. */
export function scriptOf(steps: readonly FrameStep[]): Script | string {
  const sections: Section[] = [];
  const all: Uint8Array[] = [];
  const partial = new Set<Uint8Array>();
  const pauses = new Map<Uint8Array, number>();
  let frames: Uint8Array[] = [];
  let pause = 0;
  const close = (step: number, endsDpc: boolean, setting?: Setting): void => {
    sections.push({ frames, endsDpc, step, setting });
    frames = [];
    pause = 0;
  };
  for (const [index, step] of steps.entries()) {
    if ('wait' in step) pause += step.wait;
    else if ('dpc' in step) close(index, true);
    else if ('set' in step) close(index, false, step.set);
    else {
      const reason = whyNotCarried(step.rx);
      if (reason !== undefined) return reason;
      if (step.csum === 'unnecessary') return 'the kernel takes no DATA_VALID on our side of the wire';
      if (step.csum === 'partial') partial.add(step.rx);
      if (pause > 0 && frames.length > 0) pauses.set(step.rx, pause);
      pause = 0;
      frames.push(step.rx);
      all.push(step.rx);
    }
  }
  if (frames.length > 0) close(steps.length, true);
  return {
    sections,
    frames: all,
    partial,
    pauses,
    isPlain: sections.every(({ setting }) => setting === undefined),
  };
}
