import type { ProfileName } from './profile.ts';
import type { TunnelKind } from './wire/tunnel.ts';

/** Every choice that the rules leave open, as one object. The defaults are those of the reference. */
export interface Policy {
  /** Whose rules are followed; `virtio` differs from `ndis` in what shows, not in what merges. */
  readonly profile: ProfileName;
  /** C8, C9: a duplicate ACK is a pure ACK like any other, or is counted in DupAckCount. */
  readonly duplicateAcks: 'alone' | 'counted';
  /** T1: segments with timestamps are coalesced, or the option is an exception (E4). */
  readonly timestamps: 'coalesced' | 'exception';
  /** E4: segments whose options are nothing but NOP and EOL. */
  readonly paddingOptions: 'exception' | 'merged';
  /** E7: what 65,535 bounds on IPv6: the payload length, or header and payload together. */
  readonly ipv6Limit: 'payload' | 'total';
  /** H7: the SCU's checksums are recomputed, or left as they were and flagged invalid. */
  readonly checksums: 'recomputed' | 'flagged';
  /** O1: CoalescedSegCount of a frame that nothing joined. */
  readonly loneSegCount: 0 | 1;
  /** E1: most connections with an SCU in progress. */
  readonly maxConnections: number;
  /** E1: where no entry is free, the newcomer goes alone or the oldest SCU is finalized for it. */
  readonly fullTable: 'alone' | 'evict';
  /** C12: most segments (window updates and duplicates included) in an SCU. */
  readonly maxSegments: number;
  /** C12: most payload bytes in an SCU. */
  readonly maxBytes: number;
  /** C12: nothing joins an SCU that holds a PSH. */
  readonly stopAtPush: boolean;
  /** C12: a segment with another TTL or hop limit does not join. */
  readonly stopAtTtlChange: boolean;
  /** I5: 802.1Q-tagged segments are coalesced, or left alone. */
  readonly tagged: 'coalesced' | 'alone';
  /** I5: segments inside such tunnels are coalesced. */
  readonly tunnels: readonly TunnelKind[];
  /** I6: this host's addresses, as text. Segments to others are not coalesced; empty: all are this host's. */
  readonly hostAddresses: readonly string[];
}

/** What the reference does unless a policy says otherwise: all that the rules allow, without a limit of its own. */
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
