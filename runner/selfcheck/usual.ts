import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';

/** The usual announcements of an implementation. */
export const USUAL: Capabilities = { ...DEFAULT_CAPABILITIES, ipsec: true, csum: true, rxcsum: true, uro: true };

/** The announcements of one implementation. */
export function capabilitiesOf({ capabilities }: { readonly capabilities?: Partial<Capabilities> } = {}): Capabilities {
  return capabilities === undefined ? USUAL : { ...USUAL, ...capabilities };
}
