/** What an export format makes of a vector: files, and what the index says of them. */

import type { ExportedVector } from './exported-vector.ts';

export interface ExportFile {
  /** Relative to the export's folder, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ExportEntry {
  readonly files: readonly ExportFile[];
  /** The vector's line in index.json, beside what is the same in every format. */
  readonly index: Readonly<Record<string, unknown>>;
}

export interface ExportFormat {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  write(exported: ExportedVector): ExportEntry;
}
