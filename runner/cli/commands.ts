/** Every command. Each is loaded only when it is used, so that start-up is fast. */

import type { Command } from './command.ts';

export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand,
  baseline: async () => (await import('./baseline.ts')).baselineCommand,
  init: async () => (await import('./init.ts')).initCommand,
  list: async () => (await import('./list.ts')).listCommand,
  show: async () => (await import('./show.ts')).showCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  judge: async () => (await import('./judge.ts')).judgeCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  coalesce: async () => (await import('./coalesce.ts')).coalesceCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  fuzz: async () => (await import('./fuzz.ts')).fuzzCommand,
  selfcheck: async () => (await import('./selfcheck.ts')).selfcheckCommand,
  vectors: async () => (await import('./vectors.ts')).vectorsCommand,
  causes: async () => (await import('./causes.ts')).causesCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  package: async () => (await import('./package.ts')).packageCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  inject: async () => (await import('./inject.ts')).injectCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};
