/** What `init` writes for each kind of target: the options that its users need, and notes. */

import { LIVE_OPTIONS } from '../live-options.ts';
import { QEMU_OPTIONS } from '../qemu-options.ts';

/** The options that only some kinds of target read, this one among them. */
const ownOptions = (kind: string): string[] =>
  Object.entries({ ...LIVE_OPTIONS, ...QEMU_OPTIONS })
    .filter(([, { targets }]) => targets?.includes(kind) === true)
    .map(([name]) => name);

export interface ConfigStart {
  /** The target to write if only its kind was given. */
  readonly target: string;
  /** Lines above the target. */
  readonly about: readonly string[];
  /** Options that are written with a value; the others are written as comments. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Names of the options to write, the target apart; the schema of the file has all. */
  readonly options: readonly string[];
}

/** Options that users of any target need. */
const COMMON = ['filter', 'strict', 'capabilities', 'baseline', 'out', 'reporter'];

const STARTS: Readonly<Record<string, ConfigStart>> = {
  reference: {
    target: 'reference',
    about: ['The reference coalescer, in process: shows what a run looks like.'],
    set: {},
    options: [...COMMON, 'policy'],
  },
  program: {
    target: 'program:./my-coalescer',
    about: [
      'A program that implements rsc-line on standard input and output (docs/rsc-line.md). A shell runs the command in the',
      'folder of this file. The program announces what it can do, or "capabilities" names a file that says so.',
    ],
    set: { timeout: 5, jobs: 1 },
    options: [...COMMON, 'policy', 'timeout', 'jobs'],
  },
  live: {
    target: 'live',
    about: ['Frames go out on one interface and come back, coalesced, on the other. Needs privileges: see doctor.'],
    set: {},
    options: [...ownOptions('live'), ...COMMON],
  },
  qemu: {
    target: 'qemu',
    about: ['QEMU’s own virtio-net with guest_rsc_ext=on, without a guest. Its known failures belong in a baseline.'],
    set: {},
    options: [...ownOptions('qemu'), ...COMMON, 'policy', 'timeout'],
  },
  'linux-gro': {
    target: 'linux-gro',
    about: ['GRO of the Linux kernel, on a veth pair in a network namespace of its own. Needs root: see doctor.'],
    set: {},
    options: [...ownOptions('linux-gro'), ...COMMON],
  },
  'dpdk-gro': {
    target: 'dpdk-gro',
    about: ['librte_gro of DPDK, run by a small program.'],
    set: {},
    options: [...COMMON, 'timeout'],
  },
};

/** For the value of `--target`: a kind alone, or a kind, a colon and the rest. */
export function startFor(target: string): ConfigStart {
  const [kind = '', ...rest] = target.split(':');
  const start = Object.hasOwn(STARTS, kind) ? STARTS[kind] : undefined;
  if (start === undefined) return { target, about: [], set: {}, options: COMMON };
  return rest.length > 0 ? { ...start, target } : start;
}
