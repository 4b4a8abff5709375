import { setFlagsFromString } from 'node:v8';

/**
 * For a process that streams a long capture: what becomes garbage with each piece of it is collected early, in a young
 * generation that a core's cache holds. The engine would let it grow to 48 MB instead, and take no less time.
 */
export function collectEarly(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
