/** `verify`: checks whether a result is valid. */

import { fileError } from '../base/file-error.ts';
import type { EventSource } from '../evidence/recorded-run.ts';
import type { Verified } from '../evidence/verify-evidence.ts';
import type { Command, Parsed } from './command.ts';

const HINT = 'name a package or events.jsonl';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Verify a packed run, or its events: judge every verdict again and report whether the result is valid',
  usage: 'FILE [--signed-by KEY.pub.pem] [--baseline FILE]',
  details: [
    'Trusts nothing in the file: checks every digest, compares the vectors with those installed, judges every verdict again from the',
    'recorded frames, counts again, applies the baseline again and makes every report again. It cannot know whether the',
    'frames came from the device that the package names: only a signature can vouch for that. See docs/certification.md.',
    '',
    'Exit status: 0 the result is valid, whether conforming or not; 1 it is not, with the reason; 2 usage or environment.',
  ].join('\n'),
  options: {
    'signed-by': { type: 'string', value: 'FILE', help: 'require the signature of this public key: ed25519, in PEM' },
    baseline: { type: 'string', value: 'FILE', help: 'events: the baseline of the run, if it has moved' },
  },
  positionals: [{ name: 'FILE', help: 'what package wrote, or the events.jsonl of a run' }],
  async run(parsed, io) {
    const [path = ''] = parsed.positionals;
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { Refused } = await import('../evidence/refused.ts');
    const corpus = loadCorpus();
    try {
      const verified = await verifyFile(path, parsed, corpus);
      io.out(`${resultLine(verified, corpus.vectors.length)}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      io.out(`The result is not valid: ${error.message}.\n`);
      return 1;
    }
  },
};

async function verifyFile(
  path: string,
  parsed: Parsed,
  corpus: Parameters<typeof import('../evidence/verify-evidence.ts').verifyPackage>[1],
): Promise<Verified> {
  const { verifyEvents, verifyPackage } = await import('../evidence/verify-evidence.ts');
  const { readPublicKey } = await import('../evidence/attestation.ts');
  const { UsageError } = await import('../base/errors.ts');
  const { openSync, readFileSync, readSync, closeSync } = await import('node:fs');
  const signedBy = parsed.string('signed-by');
  const key = signedBy === undefined ? undefined : readPublicKey(signedBy);
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw fileError(file, 'read', error, HINT);
    }
  };
  const first = Buffer.alloc(2);
  try {
    const file = openSync(path, 'r');
    readSync(file, first);
    closeSync(file);
  } catch (error) {
    throw fileError(path, 'read', error, HINT);
  }
  // Events begin with a brace or with gzip's magic number; a file that begins with neither is a broken package.
  const isCompressed = first[0] === 0x1f && first[1] === 0x8b;
  if (first.toString('latin1', 0, 1) !== '{' && !isCompressed) return verifyPackage(read(path), corpus, key);
  if (key !== undefined) throw new UsageError('events are not signed', '--signed-by applies to a package');
  const { readEventLines } = await import('../events/read-events.ts');
  const source: EventSource = async function* (again) {
    for await (const { event, ...line } of readEventLines(path, again))
      yield isCompressed ? { event } : { event, ...line };
  };
  return verifyEvents(source, corpus, (named) => {
    const file = parsed.string('baseline') ?? named;
    return file === undefined ? undefined : read(file);
  });
}

function resultLine({ run: { session, end, ids }, signedBy }: Verified, all: number): string {
  const counts = Object.entries(end.counts).filter(([, count]) => count > 0);
  const target = `${session.target} ${session.targetVersion}`.trim();
  const vectors = ids.length === all ? `all ${all} vectors` : `${ids.length} of ${all} vectors`;
  const outcome = end.exit === 0 ? 'conforming' : 'not conforming';
  const signature = signedBy === undefined ? 'not signed' : `signed by ${signedBy.slice(0, 16)}`;
  return `The result is valid: ${target} is ${outcome}; ${vectors} (${counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}), every verdict judged again; ${signature}.`;
}
