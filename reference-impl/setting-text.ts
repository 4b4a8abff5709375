/** A setting in words, for reports and messages: "RSC for IPv4 off, URO on". */

import type { Setting } from './step.ts';

type Switch = Exclude<keyof Setting, 'negotiate'>;

const NAMES: Readonly<Record<Switch, string>> = {
  rsc4: 'RSC for IPv4',
  rsc6: 'RSC for IPv6',
  uro: 'URO',
  rxcsum: 'receive checksum offload',
};

/** The same for the setting of an event, which names features as plain text. */
type Shown = Readonly<Partial<Record<Switch, boolean>>> & {
  readonly negotiate?: { readonly without?: readonly string[]; readonly with?: readonly string[] };
};

export function settingText(set: Shown): string {
  const { negotiate } = set;
  const switches = (Object.keys(NAMES) as Switch[]).flatMap((name) => {
    const isOn = set[name];
    return isOn === undefined ? [] : [`${NAMES[name]} ${isOn ? 'on' : 'off'}`];
  });
  if (negotiate === undefined) return switches.length === 0 ? 'nothing' : switches.join(', ');
  const { without = [], with: more = [] } = negotiate;
  return [
    'virtio device reset',
    ...(without.length === 0 ? [] : [`without ${without.join(' ')}`]),
    ...(more.length === 0 ? [] : [`with ${more.join(' ')}`]),
    ...switches,
  ].join(', ');
}
