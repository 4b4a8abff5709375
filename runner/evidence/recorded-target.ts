/** Recorded answers as a target: it gives the recorded frames, and knows no verdict. */

import type { Statistics } from '../../reference-impl/statistics.ts';
import { fromHex } from '../../reference-impl/wire/bytes.ts';
import type { SessionEvent, VerdictEvent } from '../../reports/events.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { ObservedIndication, ObservedVirtio } from '../judge/types.ts';
import { BUFFERS, readFills } from '../rsc-line/buffer-fills.ts';
import type { Target, TargetAnswer, TargetVector } from '../targets/target.ts';

export class RecordedTarget implements Target {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly #verdictOn: (vector: string) => Promise<VerdictEvent | undefined>;

  /** `verdictOn`: asked in the order in which the vectors were played. */
  constructor(
    { target, targetVersion, capabilities }: SessionEvent,
    verdictOn: (vector: string) => Promise<VerdictEvent | undefined>,
  ) {
    this.name = target;
    this.version = targetVersion;
    this.capabilities = capabilitiesOf(capabilities);
    this.#verdictOn = verdictOn;
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    for (const { id, steps } of vectors) yield answerOf(await this.#verdictOn(id), steps.length);
  }

  async close(): Promise<void> {}
}

/** As in a session event; no limit is "none". */
function capabilitiesOf(recorded: SessionEvent['capabilities']): Capabilities {
  const isLimit = (key: string): boolean => /^max|^burst$/.test(key);
  return Object.fromEntries(
    Object.entries(recorded).map(([key, value]) => [
      key,
      value === 'none' && isLimit(key) ? Number.POSITIVE_INFINITY : value,
    ]),
  ) as unknown as Capabilities;
}

function answerOf(recorded: VerdictEvent | undefined, steps: number): TargetAnswer {
  if (recorded === undefined) return { kind: 'error', message: 'nothing was recorded' };
  const { verdict, reason = '', indications, statistics } = recorded;
  if (verdict === 'unsupported') return { kind: 'unsupported', reason };
  if (verdict === 'error') return { kind: 'error', message: reason };
  return {
    kind: 'indications',
    indications: indications.map((out): ObservedIndication => {
      const { frame, oob, virtio, step = steps } = out;
      return {
        step,
        frame: fromHex(frame) ?? new Uint8Array(0),
        oob,
        ...(virtio === undefined ? {} : { virtio: virtioOf(virtio) }),
      };
    }),
    statistics: statistics as Statistics | undefined,
  };
}

function virtioOf({ features, [BUFFERS]: buffers, ...header }: Readonly<Record<string, unknown>>): ObservedVirtio {
  const fills = typeof buffers === 'string' ? readFills(buffers) : undefined;
  return { header, features, ...(fills === undefined ? {} : { fills }) } as unknown as ObservedVirtio;
}
