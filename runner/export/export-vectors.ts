/** Writes an export: the vectors' files and, at the end, index.json. */

import type { Corpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { VERSION } from '../base/version.ts';
import type { ExportFormat } from './export-file.ts';
import { ExportFolder } from './export-folder.ts';
import { exportedVector } from './exported-vector.ts';
import { jsonFormat } from './json-format.ts';
import { pcapFormat } from './pcap-format.ts';
import { rscLineFormat } from './rsc-line-format.ts';

export const EXPORT_FORMATS: readonly ExportFormat[] = [pcapFormat, jsonFormat, rscLineFormat];

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly directory: string;
  /** Write into a folder with other files. */
  readonly force: boolean;
}

export interface ExportTotals {
  readonly vectors: number;
  readonly files: number;
  readonly bytes: number;
}

/** Throws UsageError if the folder cannot be used. */
export function exportVectors(
  digest: Corpus['digest'],
  vectors: readonly Vector[],
  { format, directory, force }: ExportOptions,
): ExportTotals {
  const folder = new ExportFolder(directory, force);
  const entries: string[] = [];
  for (const vector of vectors) {
    const exported = exportedVector(vector);
    const { files, index } = format.write(exported);
    for (const file of files) folder.write(file);
    const { id, title, rules, level, flags } = vector;
    const { steps, arrivals, needs, expected } = exported;
    const dpcs = steps.filter((step) => 'dpc' in step).length;
    const counts = { arrivals: arrivals.length, dpcs, indications: expected.indications.length };
    entries.push(JSON.stringify({ id, title, rules, level, flags, ...counts, needs, ...index }));
  }
  const head = { suite: 'rsc-conformance', version: VERSION, digest, format: format.name, formatVersion: 1 };
  folder.finish(`${JSON.stringify(head).slice(0, -1)},"vectors":[\n${entries.join(',\n')}\n]}\n`);
  return { vectors: vectors.length, files: folder.files, bytes: folder.bytes };
}
