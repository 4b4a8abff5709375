/** The keys of a SET line, each once: how a setting is written and read. */

import type { Setting } from '../../reference-impl/step.ts';
import { HEADER_FEATURES, negotiatedFeatures, negotiationOf } from '../../reference-impl/virtio/features.ts';
import { parseKeys } from './keys.ts';

interface SettingEntry<T> {
  readonly values: string;
  readonly meaning: string;
  readonly write: (value: T) => string;
  /** Undefined: not a value of this key. */
  readonly read: (text: string) => Setting | undefined;
}

const onOff = (key: 'rsc4' | 'rsc6' | 'uro' | 'rxcsum', meaning: string): SettingEntry<boolean> => ({
  values: 'on/off',
  meaning,
  write: (isOn) => (isOn ? 'on' : 'off'),
  read: (text) => (text === 'on' || text === 'off' ? { [key]: text === 'on' } : undefined),
});

const NO_FEATURES = 'none';

/** By field of a setting; `features` on the line is `negotiate` here. */
const SETTING_TABLE: {
  readonly [K in keyof Setting]-?: SettingEntry<NonNullable<Setting[K]>> & { readonly key: string };
} = {
  negotiate: {
    key: 'features',
    values: 'NAME,..',
    meaning: 'the virtio device is reset and these features are negotiated (`none`: none of them)',
    write: (negotiation) => negotiatedFeatures(negotiation).join(',') || NO_FEATURES,
    read: (text) => {
      const names = text === NO_FEATURES ? [] : text.split(',');
      const features = HEADER_FEATURES.filter((feature) => names.includes(feature));
      return { negotiate: negotiationOf(features), ...rscOf(features) };
    },
  },
  rsc4: { key: 'rsc4', ...onOff('rsc4', 'RSC for IPv4') },
  rsc6: { key: 'rsc6', ...onOff('rsc6', 'RSC for IPv6') },
  uro: { key: 'uro', ...onOff('uro', 'URO') },
  rxcsum: { key: 'rxcsum', ...onOff('rxcsum', 'receive checksum offload') },
};

const FIELDS = Object.keys(SETTING_TABLE) as (keyof Setting)[];

/** What features say of RSC: it needs GUEST_CSUM, and GUEST_TSO of its IP version. */
function rscOf(features: readonly string[]): Pick<Setting, 'rsc4' | 'rsc6'> {
  const has = (name: string): boolean => features.includes('GUEST_CSUM') && features.includes(name);
  return { rsc4: has('GUEST_TSO4'), rsc6: has('GUEST_TSO6') };
}

/** `SET rsc4=off uro=on`. A negotiation goes alone: what is coalesced then follows from the features. */
export function renderSetting(set: Setting): string {
  const words = FIELDS.flatMap((field) => {
    const value = set[field];
    if (value === undefined || (set.negotiate !== undefined && (field === 'rsc4' || field === 'rsc6'))) return [];
    const { key, write } = SETTING_TABLE[field] as SettingEntry<typeof value> & { readonly key: string };
    return [`${key}=${write(value)}`];
  });
  return ['SET', ...words].join(' ');
}

/** Undefined: it holds a key or a value that there is not, which is due UNSUPPORTED. */
export function readSetting(line: string): Setting | undefined {
  let set: Setting = {};
  for (const [key, text] of parseKeys(line)) {
    const field = FIELDS.find((known) => SETTING_TABLE[known].key === key);
    const read = field === undefined ? undefined : SETTING_TABLE[field].read(text);
    if (read === undefined) return undefined;
    set = { ...set, ...read };
  }
  return set;
}

/** Key, values and meaning of each, for the documentation. */
export const SETTING_KEYS: readonly { readonly key: string; readonly values: string; readonly meaning: string }[] =
  FIELDS.map((field) => SETTING_TABLE[field]);
