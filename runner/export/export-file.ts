/** A vector in an export format: files, and their members of the index. */

import type { ExportedVector } from './exported-vector.ts';

export interface ExportFile {
  /** Relative to the export's folder, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ExportEntry {
  readonly files: readonly ExportFile[];
  /** The members of the vector in index.json that only this format has. */
  readonly index: Readonly<Record<string, unknown>>;
}

export interface ExportFormat {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  write(exported: ExportedVector): ExportEntry;
}
