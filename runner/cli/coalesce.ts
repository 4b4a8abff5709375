import { realpathSync } from 'node:fs';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Indication } from '../../reference-impl/indication.ts';
import { type Decision, formatDecision } from '../../reference-impl/trace.ts';
import { toHex } from '../../reference-impl/wire/bytes.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { openCapture } from '../captures/read-capture.ts';
import { UsageError } from '../errors.ts';
import { parsePolicy } from '../policy-options.ts';
import type { Command, Io, Parsed } from './command.ts';

const DEFAULT_DPC = 64;
/** Frames between two looks at what is due, where a DPC is longer. */
const DRAIN_EVERY = 256;
const OUT_CHUNK = 1 << 16;

/** Where a DPC ends: after so many frames, at a gap of so many microseconds, or only with the capture. */
type Grouping = { readonly frames: number } | { readonly gap: number } | 'all';

export const coalesceCommand: Command = {
  name: 'coalesce',
  summary: 'Run a capture through the reference coalescer',
  usage: 'IN [--out OUT.pcap] [--json] [--trace] [--dpc N | --dpc all | --dpc-gap US]',
  details:
    'Reads classic pcap (Ethernet). Arrivals and DPCs are numbered from 0 over the capture. A unit is written with the time of its last segment.',
  options: {
    out: { type: 'string', value: 'OUT.pcap', help: 'write what comes out as a capture' },
    json: { type: 'boolean', help: 'a JSON object a line for each frame that comes out' },
    trace: { type: 'boolean', help: 'a line for each frame that arrives: what became of it, and by which rule' },
    dpc: {
      type: 'string',
      value: 'N',
      help: `a DPC ends after N frames (${DEFAULT_DPC} if nothing is said), or only at the end: all`,
    },
    'dpc-gap': { type: 'string', value: 'US', help: 'a DPC ends where no frame came for US microseconds or more' },
    policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a liberty to take' },
  },
  positionals: [{ name: 'IN', help: 'a capture' }],
  run: coalesce,
};

async function coalesce(parsed: Parsed, io: Io): Promise<number> {
  const input = parsed.positionals[0] as string;
  const grouping = groupingOf(parsed);
  const policy = parsePolicy(parsed.strings('policy'));
  const json = parsed.flag('json');
  const capture = openCapture(input);
  const out = parsed.string('out');
  if (out !== undefined && isSameFile(input, out))
    throw new UsageError(`${out} is the capture itself`, 'name another file with --out');
  const writer = out === undefined ? undefined : new PcapWriter(out);
  const lines = new Lines(io.out);
  const traceLines = json ? new Lines(io.err) : lines;
  const totals = new Totals();
  const onDecision = (decision: Decision): void => {
    totals.decided(decision);
    if (parsed.flag('trace')) traceLines.add(formatDecision(decision));
  };
  const coalescer = new Coalescer(policy, { onDecision });
  let dpc = 0;
  let arrivals = 0;
  let inDpc = 0;
  let previous = Number.NEGATIVE_INFINITY;
  /** Times of the DPC's arrivals in microseconds, from the arrival `firstTime` on. */
  let times: number[] = [];
  let firstTime = 0;
  const give = (due: readonly Indication[]): void => {
    for (const indication of due) {
      totals.indicated(indication);
      if (json) lines.add(jsonLine(indication, dpc));
      if (writer === undefined) continue;
      const time = times[(indication.arrivals.at(-1) as number) - firstTime] as number;
      const seconds = Math.floor(time / 1e6);
      writer.write(indication.frame, seconds, (time - seconds * 1e6) * 1000);
    }
  };
  const endDpc = (): void => {
    give(coalescer.endOfDpc());
    dpc++;
    inDpc = 0;
    times = [];
    firstTime = arrivals;
  };
  try {
    for await (const { frame, seconds, nanoseconds, originalLength } of capture.records()) {
      const time = seconds * 1e6 + Math.floor(nanoseconds / 1000);
      if (typeof grouping === 'object' && 'gap' in grouping && inDpc > 0 && time - previous >= grouping.gap) endDpc();
      previous = time;
      times.push(time);
      if (frame.length < originalLength) totals.cut++;
      coalescer.receive(frame);
      arrivals++;
      inDpc++;
      if (typeof grouping === 'object' && 'frames' in grouping && inDpc >= grouping.frames) endDpc();
      else if (inDpc % DRAIN_EVERY === 0) give(coalescer.setRsc({}));
      if (io.terminal && arrivals % 65_536 === 0) io.err(`\r${Math.floor((100 * capture.offset()) / capture.size)} %`);
    }
  } finally {
    // What a cut-off file held before the cut is not lost.
    if (inDpc > 0) endDpc();
    lines.flush();
    traceLines.flush();
    writer?.close();
    if (io.terminal) io.err('\r');
    io.err(totals.text(input, arrivals, dpc));
  }
  return 0;
}

function groupingOf(parsed: Parsed): Grouping {
  const dpc = parsed.string('dpc');
  const gap = parsed.string('dpc-gap');
  if (dpc !== undefined && gap !== undefined)
    throw new UsageError('--dpc and --dpc-gap say the same in two ways', 'give one of them');
  if (gap !== undefined) return { gap: positive('--dpc-gap', gap) };
  if (dpc === 'all') return 'all';
  return { frames: dpc === undefined ? DEFAULT_DPC : positive('--dpc', dpc) };
}

function positive(option: string, text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text))
    throw new UsageError(`${option} cannot be ${JSON.stringify(text)}`, 'a whole number from 1 up');
  return Number(text);
}

function isSameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
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

/** Lines, given on in larger pieces. */
class Lines {
  readonly #write: (text: string) => void;
  #parts: string[] = [];
  #length = 0;

  constructor(write: (text: string) => void) {
    this.#write = (text) => write(text);
  }

  add(line: string): void {
    this.#parts.push(line, '\n');
    this.#length += line.length;
    if (this.#length > OUT_CHUNK) this.flush();
  }

  flush(): void {
    if (this.#parts.length > 0) this.#write(this.#parts.join(''));
    this.#parts = [];
    this.#length = 0;
  }
}

/** What a person wants to know in the end. */
class Totals {
  cut = 0;
  #frames = 0;
  #merged = 0;
  readonly #reasons = new Map<string, number>();

  decided({ did, rule }: Decision): void {
    if (did === 'alone' || did === 'restarted') {
      const reason = `${rule.id} ${rule.name}`;
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
  }

  indicated({ arrivals }: Indication): void {
    this.#frames++;
    if (arrivals.length > 1) this.#merged++;
  }

  text(input: string, arrivals: number, dpcs: number): string {
    const ratio = this.#frames === 0 ? '' : `, ${(arrivals / this.#frames).toFixed(2)} to one`;
    const reasons = [...this.#reasons]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => `  ${String(count).padStart(9)}  ${reason}\n`);
    const cut =
      this.cut === 0
        ? ''
        : `${this.cut} of these frames were cut by the capture's snaplen: they hold no whole segments and cannot be merged (I8). Capture with a larger snaplen.\n`;
    return [
      `${input}: ${arrivals} frames in ${dpcs} DPCs came out as ${this.#frames}${ratio}; ${this.#merged} of them merged.\n`,
      reasons.length === 0 ? '' : 'Not merged, by rule:\n',
      ...reasons,
      cut,
    ].join('');
  }
}
