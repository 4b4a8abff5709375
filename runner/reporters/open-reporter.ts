import type { Reporter } from '../../reports/reporter.ts';

/** A reporter at work. */
export interface OpenReporter extends Reporter {
  /** Writes what is left to write; nothing comes after. Throws UsageError where that fails. */
  close(): Promise<void>;
  /** The file that shows a vector, by its id, once its verdict was shown. */
  attachment?(vector: string): string | undefined;
}
