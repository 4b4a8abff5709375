/** What `init` writes for each kind of target: which options it begins with, and what there is to know. */

export interface ConfigStart {
  /** Instead of what was asked for, where that names the kind alone. */
  readonly target: string;
  /** Lines above the target. */
  readonly about: readonly string[];
  /** Options that begin with a value; the rest stands there as a comment. */
  readonly set: Readonly<Record<string, unknown>>;
}

const STARTS: Readonly<Record<string, ConfigStart>> = {
  reference: {
    target: 'reference',
    about: ['The reference coalescer, in process: shows what a run looks like.'],
    set: {},
  },
  program: {
    target: 'program:./my-coalescer',
    about: [
      'A program that speaks rsc-line on its standard input and output (docs/rsc-line.md). The command is given to a',
      'shell in the folder of this file. What the program can do it says itself, or "capabilities" names a file.',
    ],
    set: { timeout: 5, jobs: 1 },
  },
  captures: {
    target: 'captures',
    about: ['A capture of what was sent and one of what the host saw, from anywhere.'],
    set: {},
  },
  live: {
    target: 'live',
    about: ['Frames go out on one interface and come back, coalesced, on the other. Needs rights: see doctor.'],
    set: {},
  },
  qemu: {
    target: 'qemu',
    about: ['QEMU’s own virtio-net with guest_rsc_ext=on, without a guest. Its known failures belong into a baseline.'],
    set: {},
  },
  'linux-gro': {
    target: 'linux-gro',
    about: ['Linux’ GRO on a veth pair in a network namespace of its own. Needs rights: see doctor.'],
    set: {},
  },
  'dpdk-gro': {
    target: 'dpdk-gro',
    about: ['DPDK’s librte_gro, through a small program.'],
    set: {},
  },
};

/** For the text of `--target`: the kind alone, or with what stands behind its colon. */
export function startFor(target: string): ConfigStart {
  const [kind = '', ...rest] = target.split(':');
  const start = Object.hasOwn(STARTS, kind) ? STARTS[kind] : undefined;
  if (start === undefined) return { target, about: [], set: {} };
  return rest.length > 0 ? { ...start, target } : start;
}
