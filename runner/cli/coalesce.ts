/** `coalesce`: runs the reference over a capture, in constant memory. */

import { stat } from 'node:fs/promises';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Indication } from '../../reference-impl/indication.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import { PROFILES, type ProfileName } from '../../reference-impl/profile.ts';
import { formatDecision } from '../../reference-impl/trace.ts';
import { toHex } from '../../reference-impl/wire/bytes.ts';
import { UsageError } from '../base/errors.ts';
import { INTERRUPTED, Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import { parsePolicy } from '../capabilities/policy-options.ts';
import { ArrivalTimes } from '../captures/arrival-times.ts';
import { Capture } from '../captures/capture.ts';
import { CaptureError } from '../captures/capture-error.ts';
import { DpcBoundary } from '../captures/dpc-boundary.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { Stop, untilStopped } from '../captures/stop.ts';
import { filledIn, isUnfilled } from '../inspect/unfilled.ts';
import { CoalesceTotals } from './coalesce-totals.ts';
import type { Command, Parsed } from './command.ts';
import { DPC_OPTIONS, dpcRuleOf } from './dpc-options.ts';
import { Lines } from './lines.ts';
import { Progress } from './progress.ts';
import { quoted } from './quoted.ts';

/** Profiles that differ in what is merged. */
const COALESCING = ['ndis', 'gro'] as const satisfies readonly ProfileName[];
/** In a long DPC, frames between two checks for due indications. */
const DRAIN_EVERY = 256;
const PARTIAL = { csum: 'partial' } as const;

export const coalesceCommand: Command = {
  name: 'coalesce',
  summary: 'Run a capture through the reference coalescer',
  usage:
    'IN [--out OUT.pcap] [--json] [--trace] [--dpc N | --dpc all | --dpc-gap US | --interval US] [--unfilled partial] [--profile NAME] [--policy KEY=VALUE ..]',
  details: [
    'Reads pcap and pcapng, gzipped or not: Ethernet, raw IP and Linux cooked captures (which get an Ethernet header).',
    'pcap-parser reads small classic captures with microsecond times; our own reader reads all others. Arrivals and DPCs',
    'are numbered from 0 over the capture. A unit gets the time of its last segment, in nanoseconds if IN has them. A frame',
    'that the capture cut stays in its place: what was pending before it is indicated first.',
  ].join('\n'),
  options: {
    out: { type: 'string', value: 'OUT.pcap', help: 'write the indicated frames as a capture' },
    json: { type: 'boolean', help: 'print a line of JSON for each indicated frame' },
    trace: { type: 'boolean', help: 'print a line for each arriving frame: what happened to it, and by which rule' },
    ...DPC_OPTIONS,
    unfilled: {
      type: 'string',
      value: 'wrong|partial',
      values: ['wrong', 'partial'],
      default: 'wrong',
      help: 'how to treat a TCP checksum that an offload left to be filled in: as wrong, or as partial, filled in',
    },
    profile: {
      type: 'string',
      value: 'NAME',
      values: COALESCING,
      default: 'ndis',
      help: `rules to follow: ${COALESCING.map((name) => `${name}, ${PROFILES[name].means}`).join('; ')}`,
    },
    policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a tolerated choice to make' },
  },
  positionals: [{ name: 'IN', help: 'the capture to read' }],
  run: coalesce,
};

async function coalesce(parsed: Parsed, io: Io): Promise<number> {
  const input = parsed.positionals[0] as string;
  const out = parsed.string('out');
  const boundary = new DpcBoundary(dpcRuleOf(parsed));
  const takesPartial = parsed.string('unfilled') === 'partial';
  const policy = { ...profileOf(parsed), ...parsePolicy(parsed.strings('policy')) };
  if (out !== undefined) {
    await refuseSame(input, out);
    io.keepOn?.();
  }
  const capture = await Capture.open(input);
  const json = parsed.flag('json') ? new Lines(io.out) : undefined;
  const trace = parsed.flag('trace') ? new Lines(json === undefined ? io.out : io.err) : undefined;
  const coalescer = new Coalescer(
    policy,
    trace === undefined ? {} : { onDecision: (decision) => trace.add(formatDecision(decision)) },
  );
  const totals = new CoalesceTotals();
  const times = new ArrivalTimes();
  const progress = new Progress(io, capture);
  const stop = new Stop();
  const interruption = new Interruption();
  const withdraw = interruption.handle(() => stop.stop());
  let writer: PcapWriter | undefined;
  let defect: CaptureError | undefined;

  const give = (due: readonly Indication[]): void => {
    for (const unit of due) {
      const giveBack = (): void => coalescer.recycle(unit);
      // From here on a frame has no mark: it is as it would be on the wire.
      const indication = unit.oob.tcpChecksum === 'partial' ? { ...unit, frame: filledIn(unit.frame) } : unit;
      totals.indicated(indication);
      json?.add(jsonLine(indication, totals.dpcs));
      if (writer === undefined) giveBack();
      else {
        const { frame, arrivals } = indication;
        const { seconds, nanoseconds, cut } = times.take(arrivals);
        writer.writeHeld(frame, seconds, nanoseconds, frame.length + (arrivals.length === 1 ? cut : 0), giveBack);
      }
    }
  };
  const endDpc = (): void => {
    give(coalescer.endOfDpc());
    totals.dpcs++;
    boundary.end();
  };
  const openOut = async (): Promise<void> => {
    if (out !== undefined && writer === undefined) writer = await PcapWriter.create(out, { isNano: capture.isNano });
  };

  try {
    try {
      for await (const batch of untilStopped(capture.batches(), stop)) {
        await openOut();
        for (let i = 0; i < batch.length; i++) {
          const { frame, seconds, nanoseconds, originalLength } = batch[i] as (typeof batch)[number];
          if (boundary.isOverBefore(seconds, nanoseconds)) endDpc();
          const cut = Math.max(0, originalLength - frame.length);
          totals.arrived(cut);
          // Its contents are unknown: it stays in its place.
          if (cut > 0) await give(coalescer.endStartedBefore(Number.POSITIVE_INFINITY));
          if (writer !== undefined) times.add(seconds, nanoseconds, cut);
          const isPartial = takesPartial && isUnfilled(frame);
          if (isPartial) totals.filledIn();
          coalescer.receive(frame, isPartial ? PARTIAL : undefined);
          if (boundary.add(seconds, nanoseconds)) endDpc();
          else if (boundary.frames % DRAIN_EVERY === 0) give(coalescer.setRsc({}));
        }
        progress.show();
      }
    } catch (error) {
      // Reports the part of the file before the defect.
      if (!(error instanceof CaptureError)) throw error;
      defect = error;
    }
    await openOut();
    if (boundary.frames > 0) endDpc();
  } finally {
    withdraw();
    if (!stop.isStopped) await capture.close();
    json?.flush();
    trace?.flush();
    progress.end();
    await writer?.close();
    interruption.end();
  }
  io.err(totals.text(quoted(input)));
  if (stop.isStopped) {
    io.err('Interrupted: this is what was read so far.\n');
    return INTERRUPTED;
  }
  if (defect !== undefined && out !== undefined) {
    throw new CaptureError(defect.file, defect.reason, defect.offset, `${out} contains everything before it`);
  }
  if (defect !== undefined) throw defect;
  return 0;
}

function profileOf(parsed: Parsed): Partial<Policy> {
  const profile = COALESCING.find((known) => known === parsed.string('profile'));
  return profile === undefined ? {} : { profile };
}

/** Whether both are the same file, under any name: writing would destroy the input. */
async function refuseSame(input: string, out: string): Promise<void> {
  // As big integers: the number of a file on NTFS has more bits than a double.
  const [a, b] = await Promise.all([input, out].map((file) => stat(file, { bigint: true }).catch(() => undefined)));
  if (a?.isFile() && a.dev === b?.dev && a.ino === b.ino) {
    throw new UsageError(`${out} is the input capture`, 'name another file with --out');
  }
}

function jsonLine({ frame, arrivals, oob, endedBy }: Indication, dpc: number): string {
  const { segCount, dupAckCount, timestampDelta = 0 } = oob;
  return JSON.stringify({
    frame: toHex(frame),
    dpc,
    arrivals,
    seg: segCount,
    dup: dupAckCount,
    tsdelta: timestampDelta,
    endedBy,
  });
}
