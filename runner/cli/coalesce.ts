/** `coalesce`: the reference over a capture, in constant memory. */

import { stat } from 'node:fs/promises';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Indication } from '../../reference-impl/indication.ts';
import { formatDecision } from '../../reference-impl/trace.ts';
import { toHex } from '../../reference-impl/wire/bytes.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { parsePolicy } from '../capabilities/policy-options.ts';
import { ArrivalTimes } from '../captures/arrival-times.ts';
import { Capture } from '../captures/capture.ts';
import { CaptureError } from '../captures/capture-error.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { filledIn, isUnfilled } from '../inspect/unfilled.ts';
import { CoalesceTotals } from './coalesce-totals.ts';
import type { Command, Parsed } from './command.ts';
import { Lines } from './lines.ts';
import { Progress } from './progress.ts';

const DEFAULT_DPC = 64;
/** Frames between two looks at what is due, where a DPC is longer. */
const DRAIN_EVERY = 256;
const PARTIAL = { csum: 'partial' } as const;

export const coalesceCommand: Command = {
  name: 'coalesce',
  summary: 'Run a capture through the reference coalescer',
  usage:
    'IN [--out OUT.pcap] [--json] [--trace] [--dpc N | --dpc all | --dpc-gap US] [--unfilled partial] [--policy KEY=VALUE ..]',
  details: [
    'Reads pcap and pcapng, gzipped or not: Ethernet, raw IP and Linux cooked captures (which get an Ethernet header).',
    'pcap-parser reads small classic captures with microsecond times; our own reader reads all others. Arrivals and DPCs',
    'are numbered from 0 over the capture. A unit gets the time of its last segment, in nanoseconds if IN has them.',
  ].join('\n'),
  options: {
    out: { type: 'string', value: 'OUT.pcap', help: 'write the indicated frames as a capture' },
    json: { type: 'boolean', help: 'print a line of JSON for each indicated frame' },
    trace: { type: 'boolean', help: 'print a line for each arriving frame: what happened to it, and by which rule' },
    dpc: {
      type: 'integer',
      value: 'N',
      least: 1,
      values: ['all'],
      default: String(DEFAULT_DPC),
      help: 'end a DPC after N frames, or with "all" only at the end of the capture',
    },
    'dpc-gap': {
      type: 'integer',
      value: 'US',
      least: 1,
      help: 'end a DPC where no frame arrived for US microseconds or more',
    },
    unfilled: {
      type: 'string',
      value: 'wrong|partial',
      values: ['wrong', 'partial'],
      default: 'wrong',
      help: 'how to take a TCP checksum that an offload left to be filled in: as wrong, or as partial, filled in',
    },
    policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a liberty to take' },
  },
  positionals: [{ name: 'IN', help: 'the capture to read' }],
  run: coalesce,
};

async function coalesce(parsed: Parsed, io: Io): Promise<number> {
  const input = parsed.positionals[0] as string;
  const out = parsed.string('out');
  const grouping = groupingOf(parsed);
  const takesPartial = parsed.string('unfilled') === 'partial';
  const policy = parsePolicy(parsed.strings('policy'));
  if (out !== undefined) await refuseSame(input, out);
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
  const { frames, gap } = grouping;
  let writer: PcapWriter | undefined;
  let defect: CaptureError | undefined;
  let inDpc = 0;
  let lastSeconds = 0;
  let lastNanoseconds = 0;

  const give = async (due: readonly Indication[]): Promise<void> => {
    for (const one of due) {
      // What goes on from here has no mark: it is as it would be on the wire.
      const indication = one.oob.tcpChecksum === 'partial' ? { ...one, frame: filledIn(one.frame) } : one;
      totals.indicated(indication);
      json?.add(jsonLine(indication, totals.dpcs));
      if (writer !== undefined) {
        const { frame, arrivals } = indication;
        const { seconds, nanoseconds, cut } = times.take(arrivals);
        writer.write(frame, seconds, nanoseconds, frame.length + (arrivals.length === 1 ? cut : 0));
        if (writer.isBehind) await writer.settle();
      }
      coalescer.recycle(one);
    }
  };
  const endDpc = async (): Promise<void> => {
    await give(coalescer.endOfDpc());
    totals.dpcs++;
    inDpc = 0;
  };
  const openOut = async (): Promise<void> => {
    if (out !== undefined && writer === undefined) writer = await PcapWriter.create(out, { isNano: capture.isNano });
  };

  try {
    try {
      for await (const batch of capture.batches()) {
        await openOut();
        for (let i = 0; i < batch.length; i++) {
          const { frame, seconds, nanoseconds, originalLength } = batch[i] as (typeof batch)[number];
          const passed = (seconds - lastSeconds) * 1e6 + (nanoseconds - lastNanoseconds) / 1000;
          if (inDpc > 0 && passed >= gap) await endDpc();
          lastSeconds = seconds;
          lastNanoseconds = nanoseconds;
          const cut = Math.max(0, originalLength - frame.length);
          totals.arrived(cut);
          if (writer !== undefined) times.add(seconds, nanoseconds, cut);
          const isPartial = takesPartial && isUnfilled(frame);
          if (isPartial) totals.filledIn();
          coalescer.receive(frame, isPartial ? PARTIAL : undefined);
          inDpc++;
          if (inDpc >= frames) await endDpc();
          else if (inDpc % DRAIN_EVERY === 0) await give(coalescer.setRsc({}));
        }
        progress.show();
      }
    } catch (error) {
      // What the file holds before its defect is not lost.
      if (!(error instanceof CaptureError)) throw error;
      defect = error;
    }
    await openOut();
    if (inDpc > 0) await endDpc();
  } finally {
    await capture.close();
    json?.flush();
    trace?.flush();
    progress.end();
    await writer?.close();
  }
  io.err(totals.text(input));
  if (defect !== undefined && out !== undefined) {
    throw new CaptureError(defect.file, defect.reason, defect.offset, `${out} holds what came before it`);
  }
  if (defect !== undefined) throw defect;
  return 0;
}

/** Where a DPC ends: after so many frames, or where so many microseconds passed. */
function groupingOf(parsed: Parsed): { readonly frames: number; readonly gap: number } {
  const dpc = parsed.string('dpc');
  const gap = parsed.number('dpc-gap');
  if (dpc !== undefined && gap !== undefined) {
    throw new UsageError('--dpc and --dpc-gap are two ways to say where a DPC ends', 'give one of them');
  }
  const never = Number.POSITIVE_INFINITY;
  if (gap !== undefined) return { frames: never, gap };
  if (dpc === 'all') return { frames: never, gap: never };
  return { frames: parsed.number('dpc') ?? DEFAULT_DPC, gap: never };
}

/** The same file, by whatever name: writing would destroy what is read. */
async function refuseSame(input: string, out: string): Promise<void> {
  const [a, b] = await Promise.all([input, out].map((file) => stat(file).catch(() => undefined)));
  if (a?.isFile() && a.dev === b?.dev && a.ino === b.ino) {
    throw new UsageError(`${out} is the capture itself`, 'name another file with --out');
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
