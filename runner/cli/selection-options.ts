/** The options that select vectors: the same in `run` and `list`. */

import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { readNameList } from '../base/name-list.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import type { Selection } from '../session/plan.ts';
import { parseShard, type Split, shardOf } from '../shards/shards.ts';
import type { Parsed } from './command.ts';

export const SELECTION_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  filter: {
    type: 'string',
    multiple: true,
    value: 'GLOB',
    help: 'select vectors by id: * matches any characters, ? matches one, a leading ! excludes',
  },
  rule: { type: 'string', multiple: true, value: 'ID', help: 'select vectors about a rule, such as E2 or C9' },
  level: {
    type: 'string',
    value: 'LEVEL',
    values: ['must', 'should', 'may'],
    help: 'select vectors by level: must (includes derived), should or may',
  },
  flag: { type: 'string', multiple: true, value: 'F', help: 'select vectors with a flag; a leading ! excludes' },
  'select-names': {
    type: 'string',
    value: 'FILE',
    help: 'select only the vectors listed in FILE: one exact id per line, # starts a comment',
  },
  'reject-names': { type: 'string', value: 'FILE', help: 'exclude the vectors listed in FILE' },
  shard: { type: 'string', value: 'I/N', help: 'play only part I of N parts of nearly equal cost' },
  costs: {
    type: 'string',
    value: 'EVENTS',
    isPath: true,
    help: 'balance the shards by the time each vector took in that run, not by its segments; use one file for all shards',
  },
};

export function selectionOf(parsed: Parsed): Selection {
  return {
    filters: parsed.strings('filter'),
    rules: parsed.strings('rule'),
    level: parsed.string('level'),
    flags: parsed.strings('flag'),
    selected: names(parsed.string('select-names')),
    rejected: names(parsed.string('reject-names')),
  };
}

/** The shard that the options ask for, of what they select; undefined: all of it. */
export async function splitOf(parsed: Parsed, selected: readonly Vector[]): Promise<Split | undefined> {
  const shard = parsed.string('shard');
  const costs = parsed.string('costs');
  if (shard === undefined) {
    if (costs !== undefined) throw new UsageError('--costs has no effect without --shard', 'for example --shard 1/4');
    return undefined;
  }
  const [, count] = parseShard(shard);
  if (count === 1) return undefined;
  if (costs === undefined) return shardOf(selected, shard);
  const { recordedCosts } = await import('../shards/recorded-costs.ts');
  return shardOf(selected, shard, await recordedCosts(costs));
}

function names(file: string | undefined): string[] | undefined {
  return file === undefined ? undefined : readNameList(file);
}
