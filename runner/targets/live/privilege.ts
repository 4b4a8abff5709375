/** Checks that this process may open packet sockets and make namespaces. */

import { readFileSync } from 'node:fs';
import { UsageError } from '../../base/errors.ts';

const CAP_NET_ADMIN = 12n;
const CAP_NET_RAW = 13n;
const CAP_SYS_ADMIN = 21n;

/** The capabilities that this process lacks, by name; empty on systems without capabilities. */
export function missingRights(status: string = ownStatus()): string[] {
  const [, hex] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  if (hex === undefined) return [];
  const bits = BigInt(`0x${hex}`);
  const wanted = { CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN };
  return Object.entries(wanted)
    .filter(([, bit]) => (bits & (1n << bit)) === 0n)
    .map(([name]) => name);
}

/** Throws UsageError. */
export function requireRights(what: string, needed: readonly string[]): void {
  const missing = missingRights().filter((name) => needed.includes(name));
  if (missing.length > 0) throw new UsageError(`${what} lacks a privilege: ${missing.join(', ')}`, 'run it as root');
}

function ownStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
