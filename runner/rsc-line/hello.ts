/** A program's greeting: its name, version and capabilities. */

import {
  CAPABILITY_TABLE,
  type Capabilities,
  DEFAULT_CAPABILITIES,
  isCapability,
} from '../capabilities/capabilities.ts';
import { wrongValue } from '../capabilities/value-kinds.ts';
import { parseKeys } from './keys.ts';
import { GREETING, quote } from './protocol.ts';

export interface Hello {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Capabilities;
}

/** A greeting's contents, or what is wrong with it. Unknown keys are ignored. */
export function parseHello(line: string): Hello | string {
  const match = /^HELLO rsc-line (\S+)(?: (.*))?$/.exec(line);
  if (match === null) return `expected "${GREETING} ...", got ${quote(line)}`;
  if (match[1] !== '1') return `it uses rsc-line ${match[1]}, this runner uses rsc-line 1`;
  const keys = parseKeys(match[2] ?? '');
  const capabilities: { -readonly [K in keyof Capabilities]?: unknown } = {};
  for (const [key, text] of keys) {
    if (!isCapability(key)) continue;
    const { kind } = CAPABILITY_TABLE[key];
    const value = kind.read(text);
    if (value === undefined) return wrongValue(key, text, kind.shown);
    capabilities[key] = value;
  }
  return {
    name: keys.get('name') ?? 'program',
    version: keys.get('version') ?? '',
    capabilities: { ...DEFAULT_CAPABILITIES, ...(capabilities as Partial<Capabilities>) },
  };
}
