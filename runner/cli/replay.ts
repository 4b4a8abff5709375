/** `replay`: plays a capture on a target and judges how it coalesced. */

import { createHash } from 'node:crypto';
import { countText } from '../../vectors/count-text.ts';
import { Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import type { CaptureVectors } from '../replay/capture-vectors.ts';
import type { Command, Parsed } from './command.ts';
import { commandLine } from './command-line.ts';
import { DPC_OPTIONS, dpcRuleOf } from './dpc-options.ts';
import { refuseForeignOptions } from './foreign-options.ts';
import { LIVE_OPTIONS } from './live-options.ts';
import { QEMU_OPTIONS } from './qemu-options.ts';
import { quoted } from './quoted.ts';
import { chosenReporters, REPORTER_OPTION } from './reporter-option.ts';
import { TARGET_OPTIONS, targetOptionsFrom } from './target-options.ts';

const DEFAULT_PACKETS = 100_000;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'Play a capture on a target and judge how it coalesced',
  usage: 'CAPTURE [--target T] [--dpc N | --dpc all | --dpc-gap US | --interval US] [--packets N] [--out DIR]',
  details: [
    'Each DPC of the capture is a vector of its own: the target is reset before it. Every rule is judged as in run, and',
    'the reports are the same. A capture with merged or unsegmented frames is played as it is: check it with inspect.',
    'Frames that the capture cut short are left out.',
    '',
    'Exit status: as for run.',
  ].join('\n'),
  options: {
    target: { type: 'string', value: 'T', help: 'what to test, as for run (default: reference)' },
    ...DPC_OPTIONS,
    filter: {
      type: 'string',
      multiple: true,
      value: 'GLOB',
      help: 'play only the DPCs with this id, such as replay/000001-000064; * matches any characters, a leading ! excludes',
    },
    packets: {
      type: 'integer',
      value: 'N',
      least: 1,
      default: String(DEFAULT_PACKETS),
      help: 'play the first N packets',
    },
    unfilled: {
      type: 'string',
      value: 'wrong|partial',
      values: ['wrong', 'partial'],
      default: 'wrong',
      help: 'treat a TCP checksum that an offload left to be filled in as wrong, or as partial',
    },
    strict: { type: 'boolean', help: 'fail on warnings, too' },
    ...TARGET_OPTIONS,
    ...QEMU_OPTIONS,
    ...LIVE_OPTIONS,
    out: { type: 'string', value: 'DIR', default: 'rsc-results', help: 'folder for the reports' },
    reporter: REPORTER_OPTION,
  },
  positionals: [{ name: 'CAPTURE', help: 'the capture to play: pcap or pcapng, may be gzipped' }],
  run: replay,
};

async function replay(parsed: Parsed, io: Io): Promise<number> {
  const file = parsed.positionals[0] as string;
  const reporters = chosenReporters(parsed.strings('reporter'));
  const named = parsed.string('target') ?? 'reference';
  await refuseForeignOptions(replayCommand.options, parsed, [named]);
  const options = await targetOptionsFrom(parsed);
  const read = await readCapture(file, parsed);
  if (read.vectors.length === 0) {
    io.err(`${file} has no whole frame. Nothing was played.\n`);
    return 1;
  }
  const { planVectors } = await import('../session/plan.ts');
  const planned = planVectors(read.vectors, { filters: parsed.strings('filter') });
  io.err(notes(file, read));
  const { openTarget } = await import('../targets/resolve.ts');
  const interruption = new Interruption();
  try {
    const target = await openTarget(named, options);
    try {
      const { runSession } = await import('./run-session.ts');
      return await runSession({
        target,
        planned,
        expand: ({ id }) => read.steps.get(id) ?? [],
        digest: digestOf(read),
        strict: parsed.flag('strict'),
        out: parsed.string('out') ?? 'rsc-results',
        reporters,
        replay: againLine(parsed, ['out', 'reporter', 'filter']),
        command: againLine(parsed, ['out', 'reporter']),
        interruption,
        io,
      });
    } finally {
      await target.close();
    }
  } finally {
    interruption.end();
  }
}

/** The same command, without some of its options. */
function againLine(parsed: Parsed, without: readonly string[]): string {
  const kept = Object.keys(replayCommand.options).filter((name) => !without.includes(name));
  return commandLine(`replay ${quoted(parsed.positionals[0] as string)}`, parsed, kept);
}

async function readCapture(file: string, parsed: Parsed): Promise<CaptureVectors> {
  const { Capture } = await import('../captures/capture.ts');
  const { captureVectors } = await import('../replay/capture-vectors.ts');
  const most = parsed.number('packets') ?? DEFAULT_PACKETS;
  const takesPartial = parsed.string('unfilled') === 'partial';
  const options = { dpc: dpcRuleOf(parsed), most, takesPartial };
  return captureVectors(await Capture.open(file), options);
}

function notes(file: string, { frames, isCut, cutFrames, unfilled, vectors }: CaptureVectors): string {
  const lines = [
    `${file}: ${countText(frames, 'packet')} in ${countText(vectors.length, 'DPC')}${isCut ? '; there are more: --packets N plays N' : ''}`,
    cutFrames > 0 ? `Cut short by the capture, and left out: ${countText(cutFrames, 'packet')}` : '',
    unfilled > 0
      ? `With a TCP checksum that was never filled in (see --unfilled): ${countText(unfilled, 'packet')}`
      : '',
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}

/** A digest of the played frames, like that of a corpus. */
function digestOf({ vectors, steps }: CaptureVectors): string {
  const hash = createHash('sha256');
  for (const { id } of vectors) for (const step of steps.get(id) ?? []) if ('rx' in step) hash.update(step.rx);
  return hash.digest('hex').slice(0, 12);
}
