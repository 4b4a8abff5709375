import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';

/** What an implementation announces unless it says otherwise. */
export const USUAL: Capabilities = { ...DEFAULT_CAPABILITIES, ipsec: true, csum: true, rxcsum: true, uro: true };

/** What is announced for one. */
export function capabilitiesOf({ capabilities }: { readonly capabilities?: Partial<Capabilities> } = {}): Capabilities {
  return capabilities === undefined ? USUAL : { ...USUAL, ...capabilities };
}
