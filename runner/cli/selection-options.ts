/** The options that select vectors: the same in `run` and `list`. */

import { readNameList } from '../name-list.ts';
import type { Selection } from '../plan.ts';
import type { OptionSpec, Parsed } from './command.ts';

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
  shard: { type: 'string', value: 'I/N', help: 'every N-th of the selected vectors, beginning at the I-th' },
};

export function selectionOf(parsed: Parsed): Selection {
  return {
    filters: parsed.strings('filter'),
    rules: parsed.strings('rule'),
    level: parsed.string('level'),
    flags: parsed.strings('flag'),
    shard: parsed.string('shard'),
    selected: names(parsed.string('select-names')),
    rejected: names(parsed.string('reject-names')),
  };
}

function names(file: string | undefined): string[] | undefined {
  return file === undefined ? undefined : readNameList(file);
}
