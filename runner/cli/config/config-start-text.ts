/** A commented configuration to begin with: each option that its users need once, with its meaning. */

import type { OptionSpecs } from '../../base/option-spec.ts';
import { isNumeric } from '../../base/option-value.ts';
import { optionHelp } from '../help.ts';
import type { ConfigStart } from './config-starts.ts';

export function configStartText(start: ConfigStart, options: OptionSpecs, schema: string): string {
  const set: Readonly<Record<string, unknown>> = { target: start.target, ...start.set };
  const entries = ['target', ...start.options].flatMap((name) => {
    const spec = options[name];
    if (spec === undefined) return [];
    const isSet = Object.hasOwn(set, name);
    const value = isSet ? set[name] : exampleOf(spec);
    const help = `${optionHelp(spec)}.`.replace(/^./, (letter) => letter.toUpperCase());
    const lines = name === 'target' ? [...start.about, help] : [help];
    const line = `${isSet ? '' : '// '}${JSON.stringify(name)}: ${JSON.stringify(value)},`;
    return [{ comment: lines.map((text) => `  // ${text}`), line }];
  });
  return [
    '// Options of `rsc-conformance run`: remove the // before those that you set. Flags override them. Paths are relative',
    '// to this file. `rsc-conformance run --help` lists every option, and `run --print-config` shows what is in effect.',
    '{',
    `  "$schema": ${JSON.stringify(schema)},`,
    ...entries.flatMap(({ comment, line }) => ['', ...comment, `  ${line}`]),
    '}',
    '',
  ].join('\n');
}

function exampleOf(spec: OptionSpecs[string]): unknown {
  const { type, multiple, value = 'VALUE', values, least, default: otherwise } = spec;
  if (type === 'boolean') return true;
  if (isNumeric(spec)) return Number(otherwise ?? least ?? 1);
  const text = otherwise ?? values?.[0] ?? value;
  return multiple === true ? [text] : text;
}
