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
    help: 'vectors by id: * is any run of characters, ? is one, a leading ! takes away',
  },
  rule: { type: 'string', multiple: true, value: 'ID', help: 'vectors about a rule: E2, C9' },
  level: {
    type: 'string',
    value: 'LEVEL',
    values: ['must', 'should', 'may'],
    help: 'must (derived included), should or may',
  },
  flag: { type: 'string', multiple: true, value: 'F', help: 'vectors with a flag; a leading ! takes away' },
  'select-names': {
    type: 'string',
    value: 'FILE',
    help: 'only the vectors of a list: one exact id a line, # comments',
  },
  'reject-names': { type: 'string', value: 'FILE', help: 'all but the vectors of a list' },
  shard: { type: 'string', value: 'I/N', help: 'the I-th of N parts of what is selected, of nearly equal cost' },
  costs: {
    type: 'string',
    value: 'EVENTS',
    isPath: true,
    help: 'balances shards by what vectors cost in that run, instead of by their segments; the same file for all',
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
    if (costs !== undefined) throw new UsageError('--costs is of no use without --shard', 'as in --shard 1/4');
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
