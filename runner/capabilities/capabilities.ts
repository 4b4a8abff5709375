/**
 * What a target does: announced in HELLO, or set by a capability file. The greeting, files, their schema, the help,
 * `unsupported` and the defaults all use this one table. The effect of a capability on random sessions is in
 * `fuzz/fit-session.ts`, which does not compile without an entry for each.
 */

import { DEFAULT_POLICY, type Policy } from '../../reference-impl/policy.ts';
import { PROFILE_NAMES, type ProfileName } from '../../reference-impl/profile.ts';
import { TUNNEL_KINDS, type TunnelKind } from '../../reference-impl/wire/tunnel.ts';
import { OOB_KEYS, type OobKey } from '../rsc-line/oob-keys.ts';
import { addresses, listOf, onOff, positive, type ValueKind, wordOrList, words } from './value-kinds.ts';
import type { VectorNeeds } from './vector-needs.ts';

/** In the order in which they are checked for the reason of `unsupported`. */
export interface Capabilities {
  /** The rules that it follows, and is judged by. */
  readonly profile: ProfileName;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly timestamps: boolean;
  readonly statistics: boolean;
  /** Each indication carries a virtio header (V). */
  readonly vnet: boolean;
  /** The virtio device can be reset, and its features negotiated again. */
  readonly features: boolean;
  readonly set: boolean;
  readonly rxcsum: boolean;
  readonly csum: boolean;
  readonly uro: boolean;
  readonly ipsec: boolean;
  /** Tagged frames are coalesced, left alone, or their tags are neither shown nor compared. */
  readonly vlan: 'on' | 'off' | 'stripped';
  /** Frames come and go with their link-layer header. */
  readonly link: boolean;
  /** It may coalesce inside these. */
  readonly tunnels: readonly TunnelKind[];
  /** Which out-of-band keys are reported; undefined: calibration determines them. */
  readonly metadata: 'on' | 'off' | readonly OobKey[] | undefined;
  readonly duplicateacks: 'alone' | 'counted' | undefined;
  readonly checksums: 'recomputed' | 'flagged' | 'unknown' | undefined;
  readonly drops: 'none' | 'checksum' | 'malformed' | 'both';
  readonly maxsegments: number | undefined;
  readonly maxbytes: number | undefined;
  readonly maxconnections: number | undefined;
  /** The most frames in a DPC. */
  readonly burst: number | undefined;
  readonly boundary: 'dpc' | 'timer' | 'none';
  /** Microseconds; with `boundary: timer`. */
  readonly interval: number;
  /** This host's addresses (I6); empty: not judged. */
  readonly addresses: readonly string[];
  readonly ipv6limit: 'payload' | 'total' | undefined;
}

export interface Capability<T> {
  readonly meaning: string;
  readonly kind: ValueKind<NonNullable<T>>;
  /** The default. */
  readonly default: T;
  /** Why a target with this value cannot play a vector. */
  readonly excludes?: (value: T, needs: VectorNeeds) => string | undefined;
  /**
   * For which targets a capability file may claim a capability that they do not announce: programs (the suite asks, and they
   * answer) or none (only the target can show it). Left out: any target.
   */
  readonly claimedOf?: 'programs' | 'none';
}

/** A switch that a vector may need. */
function needed(
  meaning: string,
  without: string,
  isNeeded: (needs: VectorNeeds) => boolean,
  more: Partial<Capability<boolean>> = {},
): Capability<boolean> {
  return {
    meaning,
    kind: onOff,
    default: false,
    excludes: (isThere, needs) => (!isThere && isNeeded(needs) ? without : undefined),
    ...more,
  };
}

const most = (
  meaning: string,
  excludes?: Capability<number | undefined>['excludes'],
): Capability<number | undefined> => ({
  meaning,
  kind: positive,
  default: undefined,
  ...(excludes === undefined ? {} : { excludes }),
});

export const CAPABILITY_TABLE: { readonly [K in keyof Capabilities]: Capability<Capabilities[K]> } = {
  profile: {
    meaning: 'whose rules it follows, and is judged by: RSC’s, or the round trip of GRO (R)',
    kind: words(...PROFILE_NAMES),
    default: 'ndis',
  },
  ipv4: needed('IPv4 frames can be sent to it', 'the target does no IPv4', ({ ipv4 }) => ipv4, { default: true }),
  ipv6: needed('IPv6 frames can be sent to it', 'the target does no IPv6', ({ ipv6 }) => ipv6, { default: true }),
  timestamps: {
    meaning: 'it coalesces segments with TCP timestamps (T1); off: they are an exception (E4)',
    kind: onOff,
    default: true,
  },
  statistics: { meaning: 'it has the counters of OID_TCP_RSC_STATISTICS', kind: onOff, default: true },
  vnet: needed(
    'each indication carries its virtio_net_hdr, which is judged (V)',
    'the target is no virtio device',
    ({ negotiation }) => negotiation,
    { claimedOf: 'none' },
  ),
  features: needed(
    'it is a virtio device whose features can be negotiated again',
    'the virtio features of the target cannot be negotiated again',
    ({ negotiation }) => negotiation,
    { claimedOf: 'none' },
  ),
  set: needed(
    'RSC can be switched on and off, for each IP version',
    'RSC cannot be switched on the target',
    ({ rscSwitch }) => rscSwitch,
    { default: true },
  ),
  rxcsum: needed(
    'receive checksum offload can be switched',
    'receive checksum offload cannot be switched on the target',
    ({ rxcsumSwitch }) => rxcsumSwitch,
    { claimedOf: 'programs' },
  ),
  csum: needed(
    'frames can be marked with the state of their TCP checksum (partial, unnecessary)',
    'the target takes no marks of a frame’s checksum state',
    ({ checksumMarks }) => checksumMarks,
    { claimedOf: 'programs' },
  ),
  uro: needed('it coalesces UDP, and that can be switched', 'the target does no URO', ({ uro }) => uro, {
    claimedOf: 'programs',
  }),
  ipsec: needed(
    'segments can be marked as protected by IPsec',
    'the target takes no marks of segments protected by IPsec',
    ({ ipsecMarks }) => ipsecMarks,
    { claimedOf: 'programs' },
  ),
  vlan: {
    meaning:
      '802.1Q-tagged frames are coalesced (on), left alone (off), or coalesced without showing or comparing their tags (stripped)',
    kind: words('on', 'off', 'stripped'),
    default: 'on',
  },
  link: {
    meaning:
      'frames have a link-layer header in both directions; off: they are IP packets, and vectors that need the header are unsupported',
    kind: onOff,
    default: true,
    excludes: (hasLink, needs) => {
      const why = hasLink ? undefined : needs.linkHeader;
      return why === undefined ? undefined : `the target takes IP packets without link-layer header: ${why}`;
    },
    claimedOf: 'programs',
  },
  tunnels: {
    meaning:
      'tunnels in which it may coalesce: every rule then applies inside, and outer headers are judged; if absent, TCP in these must be indicated unchanged (I5)',
    kind: listOf(TUNNEL_KINDS),
    default: [],
  },
  metadata: {
    meaning: 'out-of-band keys that it reports; if absent, those seen in the calibration session',
    kind: wordOrList(['on', 'off'], OOB_KEYS),
    default: undefined,
  },
  duplicateacks: {
    meaning:
      'it treats duplicate ACKs like any pure ACK (C8), or counts them (C9); if absent, counting them is a warning',
    kind: words('alone', 'counted'),
    default: undefined,
  },
  checksums: {
    meaning: 'checksums of an SCU are recomputed, flagged invalid, or unknown',
    kind: words('recomputed', 'flagged', 'unknown'),
    default: undefined,
  },
  drops: {
    meaning: 'frames that it may drop: none, those with a wrong checksum, malformed ones, both',
    kind: words('none', 'checksum', 'malformed', 'both'),
    default: 'none',
  },
  maxsegments: most('most segments in an SCU'),
  maxbytes: most('most payload bytes in an SCU'),
  maxconnections: most('most connections at a time; a vector with more is unsupported', (value, { connections }) =>
    value !== undefined && connections > value ? `${connections} connections; the target tracks ${value}` : undefined,
  ),
  burst: most('most frames in a DPC; a vector with more is unsupported', (value, { longestDpc }) =>
    value !== undefined && longestDpc > value ? `${longestDpc} frames in a DPC; the target takes ${value}` : undefined,
  ),
  boundary: {
    meaning: 'what ends coalescing: the end of a DPC, a timer, or nothing observable (I2 is then not judged)',
    kind: words('dpc', 'timer', 'none'),
    default: 'dpc',
  },
  interval: { meaning: 'with boundary=timer: the period of the timer, in microseconds', kind: positive, default: 0 },
  addresses: {
    meaning:
      'this host’s addresses, comma-separated; segments to others must not be coalesced (I6); if absent, not judged',
    kind: addresses,
    default: [],
  },
  ipv6limit: {
    meaning: 'what 65,535 limits on IPv6: the payload length, or header and payload; if absent, either is accepted',
    kind: words('payload', 'total'),
    default: undefined,
  },
};

export const CAPABILITY_KEYS: readonly (keyof Capabilities)[] = Object.keys(CAPABILITY_TABLE) as (keyof Capabilities)[];

export const DEFAULT_CAPABILITIES: Capabilities = Object.fromEntries(
  CAPABILITY_KEYS.map((key) => [key, CAPABILITY_TABLE[key].default]),
) as unknown as Capabilities;

export function isCapability(key: string): key is keyof Capabilities {
  return Object.hasOwn(CAPABILITY_TABLE, key);
}

/** Microseconds after which a timer ends a unit; undefined: the DPC ends it, or nothing observable. */
export function timerOf({ boundary, interval }: Pick<Capabilities, 'boundary' | 'interval'>): number | undefined {
  return boundary === 'timer' ? interval : undefined;
}

/** The policy of the reference that is closest to a target with these capabilities, for comparison. */
export function policyOf(capabilities: Capabilities): Policy {
  return {
    ...DEFAULT_POLICY,
    profile: capabilities.profile,
    duplicateAcks: capabilities.duplicateacks ?? DEFAULT_POLICY.duplicateAcks,
    timestamps: capabilities.timestamps ? 'coalesced' : 'exception',
    checksums: capabilities.checksums === 'flagged' ? 'flagged' : 'recomputed',
    ipv6Limit: capabilities.ipv6limit ?? DEFAULT_POLICY.ipv6Limit,
    maxConnections: capabilities.maxconnections ?? DEFAULT_POLICY.maxConnections,
    maxSegments: capabilities.maxsegments ?? DEFAULT_POLICY.maxSegments,
    maxBytes: capabilities.maxbytes ?? DEFAULT_POLICY.maxBytes,
    tagged: capabilities.vlan === 'off' ? 'alone' : 'coalesced',
    tunnels: capabilities.tunnels,
    hostAddresses: capabilities.addresses,
  };
}
