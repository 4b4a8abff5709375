/** The checksum mark of a segment of a state. */

import type { SegmentSpec } from '../vector.ts';
import type { Decision } from './decision.ts';

/** `level`: the mark of the first segment, and that of the decided one if it differs; "all": every segment has it. */
export function checksumMark(decision: Decision, level: string, which: 'first' | 'this' | 'other'): SegmentSpec {
  const [first, decided = first] = level.split('-');
  const isAll = decided === 'all';
  const mark = which === 'first' || isAll ? first : which === 'this' ? decided : 'untold';
  // A segment with a mark is not verified.
  if (mark === 'untold' || (which === 'this' && !isMarkable(decision))) return {};
  return { csum: mark as 'partial' | 'unnecessary' };
}

function isMarkable({ name, effect, fields = {} }: Decision): boolean {
  return name !== 'tcp-checksum' && effect !== 'unordered' && !('mf' in fields) && !('fragmentOffset' in fields);
}
