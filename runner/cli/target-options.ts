/** What the options say of any target: how many copies, what it does, how long it may be silent. Throws UsageError. */

import { UsageError } from '../base/errors.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Parsed } from './command.ts';

const MOST_JOBS = 64;

export function jobsFrom(parsed: Parsed): number {
  const text = parsed.string('jobs') ?? '1';
  if (/^[1-9]\d?$/.test(text) && Number(text) <= MOST_JOBS) return Number(text);
  throw new UsageError(`--jobs cannot be ${JSON.stringify(text)}`, `a number from 1 to ${MOST_JOBS}`);
}

export async function capabilitiesFrom(parsed: Parsed): Promise<Partial<Capabilities>> {
  const file = parsed.string('capabilities');
  if (file === undefined) return {};
  const { readCapabilityFile } = await import('../capabilities/capability-file.ts');
  return readCapabilityFile(file);
}

export function timeoutFrom(parsed: Parsed): { readonly timeoutMs?: number } {
  const text = parsed.string('timeout');
  if (text === undefined) return {};
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new UsageError(`--timeout cannot be ${JSON.stringify(text)}`, 'seconds, as 5 or 0.5');
  return { timeoutMs: seconds * 1000 };
}
