/** Addresses of the device under test, as bytes. */

import { parseAddress, parseMac } from '../../../reference-impl/wire/address.ts';
import { DEFAULT_DESTINATION_MAC, DEFAULT_SOURCE_MAC } from '../../../reference-impl/wire/build.ts';
import { USUAL_DESTINATION } from '../../../vectors/plan.ts';
import { UsageError } from '../../base/errors.ts';

export interface Addresses {
  readonly sourceMac: Uint8Array;
  readonly mac: Uint8Array;
  readonly ip4: Uint8Array;
  readonly ip6: Uint8Array;
}

/** The addresses in the vectors. */
export const VECTOR_ADDRESSES: Addresses = addressesFrom({
  sourceMac: DEFAULT_SOURCE_MAC,
  mac: DEFAULT_DESTINATION_MAC,
  ip4: USUAL_DESTINATION[4],
  ip6: USUAL_DESTINATION[6],
});

/** Throws UsageError if a text is not an address of its kind. */
export function addressesFrom(texts: {
  readonly sourceMac: string;
  readonly mac: string;
  readonly ip4: string;
  readonly ip6: string;
}): Addresses {
  return {
    sourceMac: required(parseMac(texts.sourceMac), 'the MAC address of --inject', texts.sourceMac, 6),
    mac: required(parseMac(texts.mac), '--dut-mac', texts.mac, 6),
    ip4: required(parseAddress(texts.ip4), '--dut-ip4', texts.ip4, 4),
    ip6: required(parseAddress(texts.ip6), '--dut-ip6', texts.ip6, 16),
  };
}

const EXAMPLES: Readonly<Record<number, string>> = { 6: '02:00:00:00:00:02', 4: '192.0.2.1', 16: '2001:db8::1' };

function required(bytes: Uint8Array | undefined, what: string, text: string, length: number): Uint8Array {
  if (bytes?.length === length) return bytes;
  throw new UsageError(`${what} cannot be ${JSON.stringify(text)}`, `as ${EXAMPLES[length]}`);
}
