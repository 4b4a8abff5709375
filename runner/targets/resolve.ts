/** The target that `--target` names. */

import type { Policy } from '../../reference-impl/policy.ts';
import { UsageError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { type LiveOptions, NO_LIVE_OPTIONS } from './live/options.ts';
import type { QemuSettings } from './qemu/settings.ts';
import type { ReferenceDevice } from './reference/devices.ts';
import { RestartBudget } from './restart-budget.ts';
import type { Target } from './target.ts';

/** The options of `run` that belong to a target; each kind of target reads its own. */
export interface TargetOptions {
  readonly policy: Partial<Policy>;
  /** From a capability file: overrides the target's own announcement. */
  readonly capabilities: Partial<Capabilities>;
  readonly timeoutMs?: number;
  /** Copies that work side by side, if the target supports it; it reports how many do. Default: 1. */
  readonly jobs?: number;
  /** Times that a target may be started again; default: `DEFAULT_RESTARTS`. */
  readonly restarts?: number;
  /** The base of relative paths in the target's text; undefined: the working directory. */
  readonly folder?: string | undefined;
  /** Of the target reference. */
  readonly device?: ReferenceDevice | undefined;
  /** Of the target qemu. */
  readonly qemu?: Partial<QemuSettings>;
  /** Of the targets live and linux-gro. */
  readonly live?: LiveOptions;
}

interface TargetKind {
  /** The form on the command line. */
  readonly form: string;
  /** Undefined: this kind takes nothing after a colon. */
  readonly argument: string | undefined;
  /** The part after the colon is optional. */
  readonly isOptional?: true;
  open(argument: string, options: TargetOptions): Promise<Target>;
}

const KINDS: Readonly<Record<string, TargetKind>> = {
  reference: {
    form: 'reference',
    argument: undefined,
    open: async (_, { policy, capabilities, device }) => {
      const { ReferenceTarget } = await import('./reference/reference-target.ts');
      return new ReferenceTarget({ policy, capabilities, ...(device === undefined ? {} : { device }) });
    },
  },
  program: {
    form: 'program:CMD',
    argument: 'the command to start',
    open: async (command, { policy, capabilities, timeoutMs, restarts, jobs = 1, folder }) => {
      const { ProgramTarget } = await import('./program/program-target.ts');
      const { capabilitiesOf } = await import('../capabilities/policy-options.ts');
      const budget = new RestartBudget(restarts);
      const start = (copy: { readonly isCopy?: true } = {}) =>
        ProgramTarget.start({
          command,
          budget,
          ...copy,
          overrides: { ...capabilitiesOf(policy), ...capabilities },
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
          ...(folder === undefined ? {} : { folder }),
        });
      if (jobs === 1) return start();
      const { ParallelTarget } = await import('./parallel.ts');
      return ParallelTarget.start(jobs, start, budget);
    },
  },
  qemu: {
    form: 'qemu[:PATH]',
    argument: 'the path of a QEMU',
    isOptional: true,
    open: async (path, { policy, capabilities, timeoutMs, restarts, qemu }) => {
      const { QemuTarget } = await import('./qemu/qemu-target.ts');
      const { capabilitiesOf } = await import('../capabilities/policy-options.ts');
      return QemuTarget.start({
        settings: { ...qemu, ...(path === '' ? {} : { path }), ...(timeoutMs === undefined ? {} : { timeoutMs }) },
        overrides: { ...capabilitiesOf(policy), ...capabilities },
        budget: new RestartBudget(restarts),
      });
    },
  },
  live: {
    form: 'live',
    argument: undefined,
    open: async (_, { capabilities, restarts, live = NO_LIVE_OPTIONS }) => {
      const { LiveTarget } = await import('./live/live-target.ts');
      return LiveTarget.start(live, capabilities, new RestartBudget(restarts));
    },
  },
  'linux-gro': {
    form: 'linux-gro',
    argument: undefined,
    open: async (_, { capabilities, live = NO_LIVE_OPTIONS }) => {
      const { LinuxGroTarget } = await import('./linux-gro/linux-gro-target.ts');
      const { capture, windowUs, udpGro } = live;
      return LinuxGroTarget.start({ capture, windowUs, udpGro, overrides: capabilities });
    },
  },
  'dpdk-gro': {
    form: 'dpdk-gro',
    argument: undefined,
    open: async (_, { capabilities, timeoutMs, restarts }) => {
      const { startDpdkGro } = await import('./dpdk-gro/dpdk-gro-target.ts');
      const budget = new RestartBudget(restarts);
      return startDpdkGro({ budget, overrides: capabilities, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    },
  },
};

/** Every kind of target, in the form that `--target` takes: "program:CMD". */
export const TARGET_FORMS: readonly string[] = Object.values(KINDS).map(({ form }) => form);

/** The part of `--target` before the colon. Throws UsageError if there is no such kind. */
export function targetKind(text: string): string {
  const [name = ''] = text.split(':', 1);
  if (Object.hasOwn(KINDS, name)) return name;
  throw new UsageError(
    `there is no target ${name}`,
    suggest(name, Object.keys(KINDS), `targets: ${TARGET_FORMS.join(' ')}`),
  );
}

/**
 * Opens the target that `--target` names: "reference", "program:CMD", "qemu" and so on (TARGET_FORMS). Close it after use.
 * Throws UsageError if there is no such target, or if it does not start.
 */
export async function openTarget(text: string, options: TargetOptions): Promise<Target> {
  const colon = text.indexOf(':');
  const argument = colon < 0 ? '' : text.slice(colon + 1);
  const name = targetKind(text);
  const kind = KINDS[name] as TargetKind;
  if (kind.argument === undefined && colon >= 0) throw new UsageError(`${name} takes no argument`, `--target ${name}`);
  const needs = kind.argument !== undefined && (colon >= 0 || kind.isOptional !== true);
  if (needs && argument.trim() === '') {
    throw new UsageError(`${name} needs ${kind.argument}`, `--target '${kind.form}'`);
  }
  return kind.open(argument, options);
}
