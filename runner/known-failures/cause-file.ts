/** A file that explains findings: which of them have which cause. */

import type { CauseDocument } from '../../reports/cause-table.ts';
import { globPattern } from '../base/glob.ts';
import { JsonDocument } from '../base/json-document.ts';

interface Written {
  readonly title: string;
  readonly introduction?: readonly string[];
  readonly remarks?: readonly string[];
  readonly causes: readonly {
    readonly title: string;
    readonly text: readonly string[];
    readonly matches: readonly {
      readonly rules: readonly string[];
      readonly fields?: readonly string[];
      readonly vectors?: readonly string[];
    }[];
  }[];
}

export const CAUSES_SCHEMA = 'causes.schema.json';

const TEXTS = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 } as const;
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['title', 'causes'],
  properties: {
    $schema: { type: 'string' },
    title: { type: 'string', minLength: 1 },
    introduction: TEXTS,
    remarks: TEXTS,
    causes: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['title', 'text', 'matches'],
        properties: {
          title: { type: 'string', minLength: 1 },
          text: TEXTS,
          matches: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['rules'],
              properties: { rules: TEXTS, fields: TEXTS, vectors: TEXTS },
            },
          },
        },
      },
    },
  },
} as const;

/** For editors; `runner/schema` has a copy. */
export function causesSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Causes of findings of rsc-conformance',
    description: 'What causes --causes reads: the first cause that matches a finding explains it.',
    ...SCHEMA,
  };
}

/** Throws UsageError if it is not such a file. Fields or vectors that are left out match all; vectors are patterns, as for `--filter`. */
export function readCauses(file: string): CauseDocument {
  const document = JsonDocument.read(file, {
    kind: 'a file of causes',
    hint: 'examples/qemu-causes.json is one',
    takesComments: true,
  });
  document.check(SCHEMA, 'key');
  const { title, introduction = [], remarks = [], causes } = document.value as Written;
  return {
    title,
    introduction,
    remarks,
    causes: causes.map(({ title: name, text, matches }) => {
      const tests = matches.map(({ rules, fields, vectors }) => {
        const patterns = vectors?.map(globPattern);
        return (finding: { readonly rule: string; readonly field: string }, vector: string): boolean =>
          rules.includes(finding.rule) &&
          (fields?.includes(finding.field) ?? true) &&
          (patterns?.some((pattern) => pattern.test(vector)) ?? true);
      });
      return { title: name, text, explains: (finding, vector) => tests.some((test) => test(finding, vector)) };
    }),
  };
}
