/** `inspect`: what offloads did to a capture. */

import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { Capture } from '../captures/capture.ts';
import { CaptureError } from '../captures/capture-error.ts';
import { Inspector, MOST_CONNECTIONS } from '../inspect/inspector.ts';
import { reportText } from '../inspect/report-text.ts';
import type { Command, Parsed } from './command.ts';
import { Progress } from './progress.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Say what offloads did to a capture, and how to see the wire as it is',
  usage: 'CAPTURE [--json] [--interface NAME]',
  details: [
    'Frames longer than the MSS: unsegmented sends (TSO, GSO) or coalesced receives (GRO, LRO, RSC), told apart by which',
    'side captured them. TCP checksums that were never filled in, and those that are really wrong. ACKs of long frames.',
    `Streams; keeps at most ${MOST_CONNECTIONS} connections apart and says so where there are more. Exit status 0 whatever it`,
    'finds; 2 where the capture is defective, after the report of what comes before the defect.',
  ].join('\n'),
  options: {
    json: { type: 'boolean', help: 'the report as JSON' },
    interface: { type: 'string', value: 'NAME', help: 'the name in the commands (IF if nothing is said)' },
  },
  positionals: [{ name: 'CAPTURE', help: 'pcap or pcapng, gzip’d or not' }],
  run: inspect,
};

async function inspect(parsed: Parsed, io: Io): Promise<number> {
  const file = parsed.positionals[0] as string;
  const name = interfaceName(parsed.string('interface'));
  const capture = await Capture.open(file);
  const progress = new Progress(io, capture);
  const inspector = new Inspector();
  let defect: CaptureError | undefined;
  try {
    for await (const batch of capture.batches()) {
      for (let i = 0; i < batch.length; i++) inspector.add(batch[i] as (typeof batch)[number]);
      progress.show();
    }
  } catch (error) {
    // What the file holds before its defect is not lost.
    if (!(error instanceof CaptureError)) throw error;
    defect = error;
  } finally {
    progress.end();
  }
  const report = inspector.report(file, name);
  io.out(parsed.flag('json') ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
  if (defect !== undefined) throw defect;
  return 0;
}

/** It is printed within commands, so it must be no more than a name. */
function interfaceName(given: string | undefined): string {
  if (given === undefined) return 'IF';
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._:@()#/-]*$/u.test(given)) return given.includes(' ') ? `'${given}'` : given;
  throw new UsageError(`--interface cannot be ${JSON.stringify(given)}`, 'letters, digits, blanks and ._:@()#/-');
}
