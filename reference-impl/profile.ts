/** The promise of a coalescer: the rules that it follows, and is judged by. */

export interface Profile {
  readonly means: string;
  /** Rows that are judged unchanged; left out: all. Any other fault in a frame is R1. */
  readonly judged?: readonly string[];
}

/** The name of a profile. */
export type ProfileName = 'ndis' | 'virtio' | 'gro';

/** By name. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  ndis: { means: 'Microsoft’s rules for RSC' },
  virtio: { means: 'the same rules, for a device that reports in virtio headers' },
  gro: {
    means: 'the round trip (R): segmentation gives back the frames that arrived; nothing more is promised',
    judged: ['R1', 'R2', 'I1', 'I7', 'I8', 'C11', 'E2', 'E6'],
  },
};

export const PROFILE_NAMES: readonly ProfileName[] = Object.keys(PROFILES) as ProfileName[];
