import type { ProfileName } from './profile.ts';
import type { TunnelKind } from './wire/tunnel.ts';

/** Every choice that the rules leave open, as one object. The defaults are those of the reference. */
export interface Policy {
  /** The rules to follow; `virtio` differs from `ndis` in what is reported, not in what merges. */
  readonly profile: ProfileName;
  /** C8, C9: a duplicate ACK is treated like any pure ACK, or counted in DupAckCount. */
  readonly duplicateAcks: 'alone' | 'counted';
  /** T1: segments with timestamps are coalesced, or the option is an exception (E4). */
  readonly timestamps: 'coalesced' | 'exception';
  /** E4: segments whose only options are NOP and EOL. */
  readonly paddingOptions: 'exception' | 'merged';
  /** E7: what 65,535 limits on IPv6: the payload length, or header and payload together. */
  readonly ipv6Limit: 'payload' | 'total';
  /** H7: the SCU's checksums are recomputed, or left unchanged and flagged as invalid. */
  readonly checksums: 'recomputed' | 'flagged';
  /** O1: CoalescedSegCount of a frame that nothing joined. */
  readonly loneSegCount: 0 | 1;
  /** E1: maximum number of connections with an SCU in progress. */
  readonly maxConnections: number;
  /** E1: if no entry is free, the newcomer goes alone, or the oldest SCU is finalized for it. */
  readonly fullTable: 'alone' | 'evict';
  /** C12: maximum number of segments (window updates and duplicates included) in an SCU. */
  readonly maxSegments: number;
  /** C12: maximum number of payload bytes in an SCU. */
  readonly maxBytes: number;
  /** C12: nothing joins an SCU that has a PSH. */
  readonly stopAtPush: boolean;
  /** C12: a segment with another TTL or hop limit does not join. */
  readonly stopAtTtlChange: boolean;
  /** I5: 802.1Q-tagged segments are coalesced, or left alone. */
  readonly tagged: 'coalesced' | 'alone';
  /** I5: segments inside such tunnels are coalesced. */
  readonly tunnels: readonly TunnelKind[];
  /** I6: this host's addresses, as text. Segments to other addresses are not coalesced. Empty: all addresses are this host's. */
  readonly hostAddresses: readonly string[];
}

/** The default policy: the reference merges all that the rules allow, without limits of its own. */
export const DEFAULT_POLICY: Policy = {
  profile: 'ndis',
  duplicateAcks: 'alone',
  timestamps: 'coalesced',
  paddingOptions: 'exception',
  ipv6Limit: 'payload',
  checksums: 'recomputed',
  loneSegCount: 0,
  maxConnections: 65_536,
  fullTable: 'alone',
  maxSegments: Number.POSITIVE_INFINITY,
  maxBytes: Number.POSITIVE_INFINITY,
  stopAtPush: false,
  stopAtTtlChange: false,
  tagged: 'coalesced',
  tunnels: [],
  hostAddresses: [],
};
