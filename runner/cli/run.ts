/** `run`: plays vectors on a target, judges, reports. */

import type { Capabilities } from '../capabilities.ts';
import { UsageError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import { QEMU_OPTIONS, qemuSettingsFrom } from '../targets/qemu/options.ts';
import type { Command, Io, Parsed } from './command.ts';
import { SELECTION_OPTIONS, selectionOf } from './selection-options.ts';

const REPORTERS = ['console', 'none'];

export const runCommand: Command = {
  name: 'run',
  summary: 'Replays vectors on a target and judges how it coalesced',
  usage: '[--target T] [--filter GLOB ..] [--rule ID ..] [--level LEVEL] [--flag F ..] [--strict] [--out DIR]',
  details: [
    'Always writes DIR/events.jsonl and DIR/junit.xml. Exit status: 0 conforming; 1 a failure or an error, nothing',
    'selected, or everything unsupported (with --strict a warning, too); 2 usage or environment; 3 a defect of this',
    'suite; 130 interrupted (the reports hold what was judged by then).',
  ].join('\n'),
  options: {
    target: { type: 'string', value: 'T', help: 'reference (the default), program:CMD or qemu[:PATH]' },
    ...SELECTION_OPTIONS,
    strict: { type: 'boolean', help: 'a warning fails' },
    capabilities: { type: 'string', value: 'FILE', help: 'what the target does, over what it says of itself' },
    timeout: { type: 'string', value: 'S', help: 'seconds without an answer after which a target hangs (default: 5)' },
    policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a liberty that the target takes' },
    ...QEMU_OPTIONS,
    out: { type: 'string', value: 'DIR', help: 'where reports go (default: rsc-results)' },
    reporter: { type: 'string', value: 'NAME', help: 'console (the default) or none' },
  },
  run,
};

async function run(parsed: Parsed, io: Io): Promise<number> {
  const reporter = parsed.string('reporter') ?? 'console';
  if (!REPORTERS.includes(reporter)) {
    throw new UsageError(`there is no reporter ${reporter}`, suggest(reporter, REPORTERS, REPORTERS.join(' or ')));
  }
  const { parsePolicy } = await import('../policy-options.ts');
  const policy = parsePolicy(parsed.strings('policy'));
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { planVectors } = await import('../plan.ts');
  const corpus = loadCorpus();
  const planned = planVectors(corpus.vectors, selectionOf(parsed));
  if (planned.length === 0) {
    io.err('Nothing selected: no vector matches all of the options. Nothing was run.\n');
    return 1;
  }
  const { openTarget } = await import('../targets/resolve.ts');
  const target = await openTarget(parsed.string('target') ?? 'reference', {
    policy,
    capabilities: await capabilitiesFrom(parsed),
    ...timeoutFrom(parsed),
    qemu: qemuSettingsFrom(parsed),
  });
  try {
    const { runSession } = await import('./run-session.ts');
    return await runSession({
      target,
      planned,
      digest: corpus.digest,
      strict: parsed.flag('strict'),
      shard: parsed.string('shard') ?? '1/1',
      out: parsed.string('out') ?? 'rsc-results',
      showsConsole: reporter === 'console',
      replay: commandLine(parsed, REPLAY_OPTIONS),
      command: commandLine(parsed, Object.keys(runCommand.options)),
      io,
    });
  } finally {
    await target.close();
  }
}

async function capabilitiesFrom(parsed: Parsed): Promise<Partial<Capabilities>> {
  const file = parsed.string('capabilities');
  if (file === undefined) return {};
  const { readCapabilityFile } = await import('../capability-file.ts');
  return readCapabilityFile(file);
}

function timeoutFrom(parsed: Parsed): { readonly timeoutMs?: number } {
  const text = parsed.string('timeout');
  if (text === undefined) return {};
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new UsageError(`--timeout cannot be ${JSON.stringify(text)}`, 'seconds, as 5 or 0.5');
  return { timeoutMs: seconds * 1000 };
}

const REPLAY_OPTIONS = ['target', 'strict', 'policy', 'capabilities', 'timeout', ...Object.keys(QEMU_OPTIONS)];

/** The command line again, with these options, quoted for a shell. */
function commandLine(parsed: Parsed, options: readonly string[]): string {
  const words = ['rsc-conformance', 'run'];
  for (const name of options) {
    const values = parsed.strings(name);
    for (const value of values)
      words.push(`--${name}`, /^[\w./:=+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`);
    if (values.length === 0 && parsed.flag(name)) words.push(`--${name}`);
  }
  return words.join(' ');
}
