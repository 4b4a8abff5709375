/** What a target does: announced in HELLO, or set by a capability file. Names and defaults are rsc-line's. */

import { DEFAULT_POLICY, type Policy } from '../../reference-impl/policy.ts';

export interface Capabilities {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly timestamps: boolean;
  readonly statistics: boolean;
  readonly set: boolean;
  readonly csum: boolean;
  readonly ipsec: boolean;
  readonly uro: boolean;
  readonly rxcsum: boolean;
  /** A virtio device: its features can be negotiated, and its headers are shown (V). */
  readonly virtio: boolean;
  /** Tagged frames are coalesced, left alone, or their tags are neither shown nor compared. */
  readonly vlan: 'on' | 'off' | 'stripped';
  /** Which out-of-band keys are reported; undefined: settled by calibration. */
  readonly metadata: 'on' | 'off' | readonly OobKey[] | undefined;
  readonly duplicateacks: 'alone' | 'counted' | undefined;
  readonly checksums: 'recomputed' | 'flagged' | 'unknown' | undefined;
  readonly drops: 'none' | 'checksum' | 'malformed' | 'both';
  readonly maxsegments: number | undefined;
  readonly maxbytes: number | undefined;
  readonly maxconnections: number | undefined;
  /** Most frames a DPC. */
  readonly burst: number | undefined;
  readonly boundary: 'dpc' | 'timer' | 'none';
  /** Microseconds; with `boundary: timer`. */
  readonly interval: number;
  /** This host's addresses (I6); empty: not judged. */
  readonly addresses: readonly string[];
  readonly ipv6limit: 'payload' | 'total' | undefined;
}

/** Keys of an IND line. */
export const OOB_KEYS = ['seg', 'dup', 'tsdelta', 'ipcsum', 'tcpcsum', 'valueinvalid', 'uroseg', 'urosize'] as const;
export type OobKey = (typeof OOB_KEYS)[number];

export const DEFAULT_CAPABILITIES: Capabilities = {
  ipv4: true,
  ipv6: true,
  timestamps: true,
  statistics: true,
  set: true,
  csum: false,
  ipsec: false,
  uro: false,
  rxcsum: false,
  virtio: false,
  vlan: 'on',
  metadata: undefined,
  duplicateacks: undefined,
  checksums: undefined,
  drops: 'none',
  maxsegments: undefined,
  maxbytes: undefined,
  maxconnections: undefined,
  burst: undefined,
  boundary: 'dpc',
  interval: 0,
  addresses: [],
  ipv6limit: undefined,
};

/** The reference's policy that comes nearest to a target with these capabilities: what it is measured against. */
export function policyOf(capabilities: Capabilities): Policy {
  return {
    ...DEFAULT_POLICY,
    duplicateAcks: capabilities.duplicateacks ?? DEFAULT_POLICY.duplicateAcks,
    timestamps: capabilities.timestamps ? 'coalesced' : 'exception',
    checksums: capabilities.checksums === 'flagged' ? 'flagged' : 'recomputed',
    ipv6Limit: capabilities.ipv6limit ?? DEFAULT_POLICY.ipv6Limit,
    maxConnections: capabilities.maxconnections ?? DEFAULT_POLICY.maxConnections,
    maxSegments: capabilities.maxsegments ?? DEFAULT_POLICY.maxSegments,
    maxBytes: capabilities.maxbytes ?? DEFAULT_POLICY.maxBytes,
    tagged: capabilities.vlan === 'off' ? 'alone' : 'coalesced',
    hostAddresses: capabilities.addresses,
  };
}
