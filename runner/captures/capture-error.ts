import { UsageError } from '../base/errors.ts';

const HINT = 'what comes before it was read; a newer copy of the file may be whole';

/** A defect of a capture, and its place. Everything before it is valid. */
export class CaptureError extends UsageError {
  readonly file: string;
  readonly reason: string;
  /** Byte offset in the file; for a gzip'd file, in the unpacked data. */
  readonly offset: number;

  constructor(file: string, reason: string, offset: number, hint: string = HINT) {
    super(`${file}: ${reason} at byte ${offset}`, hint);
    this.file = file;
    this.reason = reason;
    this.offset = offset;
  }
}
