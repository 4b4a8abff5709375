import type { Policy } from '../../../reference-impl/policy.ts';
import type { Tools } from '../tools.ts';
import type { RuleBook } from './rule-book.ts';
import type { Run } from './run-data.ts';

/** What every page of a report draws from. */
export interface Context {
  readonly run: Run;
  readonly rules: RuleBook;
  readonly policy: Policy;
  readonly tools: Tools;
}
