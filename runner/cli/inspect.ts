/** `inspect`: what offloads did to a capture. */

import { UsageError } from '../base/errors.ts';
import { INTERRUPTED, Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import { Capture } from '../captures/capture.ts';
import { CaptureError } from '../captures/capture-error.ts';
import { Stop, untilStopped } from '../captures/stop.ts';
import { Inspector, MOST_CONNECTIONS } from '../inspect/inspector.ts';
import type { InspectReport } from '../inspect/report.ts';
import { reportText } from '../inspect/report-text.ts';
import { together, togetherText } from '../inspect/together.ts';
import type { Command, Parsed } from './command.ts';
import { Progress } from './progress.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Report what offloads did to a capture, and how to capture the wire as it is',
  usage: 'CAPTURE .. [--json] [--interface NAME]',
  details: [
    'Finds frames longer than the MSS and reports whether they are unsegmented sends (TSO, GSO) or coalesced receives (GRO,',
    'LRO, RSC), depending on which side captured them. Finds TCP checksums that were never filled in, and those that are wrong.',
    'With several captures of the same traffic, it reports which offload at which end each shows. Counts retransmissions, also',
    'those that carry other bytes than the first copy, gaps, and packets in tunnels, and names the frames of each.',
    `Uses constant memory: it tracks at most ${MOST_CONNECTIONS} connections, and reports if there are more. Exit status 0`,
    'whatever it finds; 2 if the capture is damaged, after reporting everything before the damage.',
  ].join('\n'),
  options: {
    json: { type: 'boolean', help: 'print the report as JSON' },
    interface: { type: 'string', value: 'NAME', help: 'interface to name in the suggested commands (default: IF)' },
  },
  positionals: [{ name: 'CAPTURE', help: 'a capture: pcap or pcapng, may be gzipped', multiple: true }],
  run: inspect,
};

async function inspect(parsed: Parsed, io: Io): Promise<number> {
  const name = interfaceName(parsed.string('interface'));
  const reports: InspectReport[] = [];
  let defect: CaptureError | undefined;
  const stop = new Stop();
  const interruption = new Interruption();
  const withdraw = interruption.handle(() => stop.stop());
  try {
    for (const file of parsed.positionals) {
      if (stop.isStopped) break;
      const inspector = new Inspector();
      const capture = await stop.or(() => Capture.open(file));
      if (capture === undefined) break;
      const progress = new Progress(io, capture);
      try {
        for await (const batch of untilStopped(capture.batches(), stop)) {
          for (let i = 0; i < batch.length; i++) inspector.add(batch[i] as (typeof batch)[number]);
          progress.show();
        }
      } catch (error) {
        // Reports the part of the file before the defect.
        if (!(error instanceof CaptureError)) throw error;
        defect ??= error;
      } finally {
        progress.end();
      }
      reports.push(inspector.report(file, name, dropsOf(capture)));
    }
  } finally {
    withdraw();
    interruption.end();
  }
  io.out(parsed.flag('json') ? `${JSON.stringify(dataOf(reports), undefined, 2)}\n` : textOf(reports));
  if (stop.isStopped) {
    io.err('Interrupted: this is what was read so far.\n');
    return INTERRUPTED;
  }
  if (defect !== undefined) throw defect;
  return 0;
}

/** The sum of the drop counts of its interfaces; undefined: none of them counts. */
function dropsOf({ interfaces }: Capture): number | undefined {
  const counts = interfaces.flatMap(({ dropped }) => (dropped === undefined ? [] : [dropped]));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** One capture gives its report; several also give what they show together. */
function dataOf(reports: readonly InspectReport[]): object {
  const [report] = reports;
  return reports.length === 1 && report !== undefined ? report : { captures: reports, together: together(reports) };
}

function textOf(reports: readonly InspectReport[]): string {
  const texts = reports.map(reportText).join('\n');
  return reports.length === 1 ? texts : `${texts}${togetherText(together(reports))}`;
}

/** It is printed inside commands, so only a plain name is accepted. */
function interfaceName(given: string | undefined): string {
  if (given === undefined) return 'IF';
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._:@()#/-]*$/u.test(given)) return given.includes(' ') ? `'${given}'` : given;
  throw new UsageError(`--interface cannot be ${JSON.stringify(given)}`, 'letters, digits, blanks and ._:@()#/-');
}
