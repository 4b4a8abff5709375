import { UsageError } from '../errors.ts';

/** A defect of a capture, and where it lies. Whatever comes before it is good. */
export class CaptureError extends UsageError {
  /** Byte offset in the (uncompressed) file. */
  readonly offset: number;

  constructor(file: string, what: string, offset: number, hint: string) {
    super(`${file}: ${what} at byte ${offset}`, hint);
    this.offset = offset;
  }
}
