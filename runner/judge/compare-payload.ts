/** Compares the payload of an indicated frame, and the bytes after it, with the expected bytes. */

import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import { sameBytes, toHex } from '../../reference-impl/wire/bytes.ts';
import { countText } from '../../vectors/count-text.ts';

const SHOWN_BYTES = 24;

/** `wanted` may be overwritten later. `most`: how many bytes of any value may follow the IP packet (H1); 0: none. */
export function comparePayload(
  wanted: Uint8Array,
  { frame, payloadOffset }: { readonly frame: Uint8Array; readonly payloadOffset: number },
  most: number,
  rule: RuleBase,
  report: (rule: RuleBase, field: string, wanted: string | (() => string), was: string | (() => string)) => void,
): void {
  const was = frame.subarray(payloadOffset, payloadOffset + wanted.length);
  if (was.length < wanted.length) {
    report(rule, 'payload', countText(wanted.length, 'byte'), countText(was.length, 'byte'));
    return;
  }
  if (!sameBytes(wanted, was)) {
    let at = 0;
    while (wanted[at] === was[at]) at++;
    let end = wanted.length;
    while (wanted[end - 1] === was[end - 1]) end--;
    const shown = (bytes: Uint8Array): (() => string) => {
      const differing = bytes.slice(at, Math.min(end, at + SHOWN_BYTES));
      return () => `${toHex(differing)} at byte ${at} of ${bytes.length}`;
    };
    report(rule, 'payload', shown(wanted), shown(was));
    return;
  }
  const trailing = frame.length - payloadOffset - wanted.length;
  if (trailing > 0 && most === 0) {
    report(rule, 'payload', countText(wanted.length, 'byte'), countText(wanted.length + trailing, 'byte'));
    return;
  }
  if (trailing > most) report(rule, 'frame', `at most ${most} bytes after the IP packet`, countText(trailing, 'byte'));
}
