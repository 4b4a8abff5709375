/** A commented configuration to begin with: every option once, with its meaning. */

import type { OptionSpecs } from '../../base/option-spec.ts';
import { optionHelp } from '../help.ts';
import type { ConfigStart } from './config-starts.ts';

export function configStartText(start: ConfigStart, options: OptionSpecs, schema: string): string {
  const set: Readonly<Record<string, unknown>> = { target: start.target, ...start.set };
  const entries = Object.entries(options).map(([name, spec]) => {
    const isSet = Object.hasOwn(set, name);
    const value = isSet ? set[name] : exampleOf(spec);
    const lines = name === 'target' ? [...start.about, `${optionHelp(spec)}.`] : [`${optionHelp(spec)}.`];
    return {
      comment: lines.map((line) => `  // ${line}`),
      line: `${isSet ? '' : '// '}${JSON.stringify(name)}: ${JSON.stringify(value)},`,
    };
  });
  return [
    '// Options of `rsc-conformance run`, by their names; flags win over them. Comments and trailing commas are welcome,',
    '// and paths are relative to this file. `rsc-conformance run --print-config` shows what holds.',
    '{',
    `  "$schema": ${JSON.stringify(schema)},`,
    ...entries.flatMap(({ comment, line }) => ['', ...comment, `  ${line}`]),
    '}',
    '',
  ].join('\n');
}

function exampleOf({ type, multiple, value = 'VALUE', values, default: otherwise }: OptionSpecs[string]): unknown {
  if (type === 'boolean') return true;
  const text = otherwise ?? values?.[0] ?? value;
  return multiple === true ? [text] : /^\d+$/.test(text) ? Number(text) : text;
}
