/** What the runner sends, as lines: one renderer and one reader of steps. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { frameOfHex, rememberedHex } from './frame-hex.ts';
import { parseKeys } from './keys.ts';
import { readSetting, renderSetting } from './settings.ts';

export type Command =
  | { readonly kind: 'hello' | 'reset' | 'stats' | 'bye' }
  | { readonly kind: 'step'; readonly step: FrameStep }
  /** Due UNSUPPORTED. */
  | { readonly kind: 'unknown' };

/** What a frame can be marked with beside its bytes. */
export interface Marks {
  readonly csum: boolean;
  readonly ipsec: boolean;
}

export const ALL_MARKS: Marks = { csum: true, ipsec: true };

/** A frame's line has no answer; the lines of all other steps have one. */
export function renderStep(step: FrameStep, marks: Marks = ALL_MARKS): string {
  if ('dpc' in step) return 'DPC';
  if ('wait' in step) return `TICK ${step.wait}`;
  if ('set' in step) return renderSetting(step.set);
  const csum = step.csum !== undefined && marks.csum ? ` csum=${step.csum}` : '';
  const ipsec = step.ipsec === true && marks.ipsec ? ' ipsec=1' : '';
  return `RX ${rememberedHex(step.rx)}${csum}${ipsec}`;
}

export function readCommand(line: string): Command {
  const [name = '', first = ''] = line.split(' ', 2);
  const rest = line.slice(name.length + 1);
  switch (name) {
    case 'HELLO':
      return { kind: 'hello' };
    case 'RESET':
      return { kind: 'reset' };
    case 'STATS':
      return { kind: 'stats' };
    case 'BYE':
      return { kind: 'bye' };
    case 'DPC':
      return { kind: 'step', step: { dpc: true } };
    case 'TICK':
      return /^\d{1,15}$/.test(rest) ? { kind: 'step', step: { wait: Number(rest) } } : UNKNOWN;
    case 'SET': {
      const set = readSetting(rest);
      return set === undefined ? UNKNOWN : { kind: 'step', step: { set } };
    }
    case 'RX': {
      const rx = frameOfHex(first);
      if (rx === undefined) return UNKNOWN;
      const keys = parseKeys(rest.slice(first.length));
      const csum = keys.get('csum');
      return {
        kind: 'step',
        step: {
          rx,
          ...(csum === 'partial' || csum === 'unnecessary' ? { csum } : {}),
          ...(keys.get('ipsec') === '1' ? { ipsec: true } : {}),
        },
      };
    }
    default:
      return UNKNOWN;
  }
}

const UNKNOWN: Command = { kind: 'unknown' };
