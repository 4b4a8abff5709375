/** `npm run dictionary`: plays every planted fault on every vector, and writes how each fails. Takes minutes. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packDictionary } from '../../runner/diagnosis/dictionary-codec.ts';
import { DICTIONARY_FILE } from '../../runner/diagnosis/dictionary-file.ts';
import { faults } from '../../runner/selfcheck/faults.ts';
import { recordable, recordFaults } from '../../runner/selfcheck/record-faults.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { packageRoot } from '../../vectors/package-root.ts';

export function writeDictionary(): void {
  const { vectors, digest } = loadCorpus();
  const played = recordable(vectors);
  const recorded = recordFaults(played, faults(), (done) => {
    if (done % 64 === 0 || done === played.length) process.stderr.write(`\r${done} of ${played.length} vectors`);
  });
  process.stderr.write('\n');
  const bytes = packDictionary(
    digest,
    played.map(({ id }) => id),
    recorded,
  );
  const path = join(packageRoot(), DICTIONARY_FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  process.stdout.write(
    `${DICTIONARY_FILE}: ${recorded.length} faults, ${played.length} vectors, ${bytes.length} bytes\n`,
  );
}
