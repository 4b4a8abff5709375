import type { Policy } from '../../../reference-impl/policy.ts';
import type { RuleTexts } from '../../rule-texts.ts';
import type { Tools } from '../tools.ts';
import type { Run } from './run-data.ts';

/** The data of every page of a report. */
export interface Context {
  readonly run: Run;
  readonly rules: RuleTexts;
  readonly policy: Policy;
  readonly tools: Tools;
}
