/** `package`: a run as one file that a partner can verify. */

import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { saveFile } from '../base/save-file.ts';
import type { Command } from './command.ts';
import { quoted } from './quoted.ts';

export const packageCommand: Command = {
  name: 'package',
  summary: 'Pack a run into one file that a partner can verify',
  usage: 'EVENTS --out FILE.zip [--baseline FILE] [--sign KEY.pem]',
  details: [
    'The file contains the events, every report, captures of failing vectors, capabilities, baseline, labels, environment, what',
    'was not judged and why, a badge, and a manifest with the SHA-256 of each. The same run gives the same file.',
    'rsc-conformance verify FILE.zip checks it. See docs/certification.md.',
    '',
    'Exit status: 0 written, whatever the result of the run is; 2 usage or environment, or events that are not one whole run.',
  ].join('\n'),
  options: {
    out: { type: 'string', value: 'FILE', help: 'file to write' },
    baseline: { type: 'string', value: 'FILE', help: 'the baseline of the run, if it has moved' },
    sign: { type: 'string', value: 'FILE', help: 'sign with this private key: ed25519, in PEM' },
  },
  positionals: [{ name: 'EVENTS', help: 'the events.jsonl of a run, or of a merge' }],
  async run(parsed, io) {
    const [path = ''] = parsed.positionals;
    const out = parsed.string('out');
    if (out === undefined) throw new UsageError('package needs --out', '--out FILE.zip');
    const { readFileSync } = await import('node:fs');
    const { readAll } = await import('../events/read-events.ts');
    const { packageEvidence } = await import('../evidence/package-evidence.ts');
    const { readPrivateKey } = await import('../evidence/attestation.ts');
    const { Refused } = await import('../evidence/refused.ts');
    const sign = parsed.string('sign');
    const key = sign === undefined ? undefined : readPrivateKey(sign);
    const events = await readAll(path);
    const [session] = events;
    const file = parsed.string('baseline') ?? (session?.type === 'session' ? session.baseline : undefined);
    let bytes: Buffer;
    try {
      bytes = await packageEvidence(events, { baseline: file === undefined ? undefined : contentOf(file), key });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new UsageError(`${path} cannot be packed: ${error.message}`, 'the events of one whole run');
    }
    saveFile(out, bytes, '--out names a file');
    io.out(`${out}: ${(bytes.length / 1e6).toFixed(1)} MB. To check it: rsc-conformance verify ${quoted(out)}\n`);
    return 0;

    function contentOf(baseline: string): Buffer {
      try {
        return readFileSync(baseline);
      } catch (error) {
        throw fileError(`${baseline}, the baseline of the run,`, 'read', error, '--baseline says where it is');
      }
    }
  },
};
