/** `--label`: facts about the tested device from the user, for the session event and every report. */

import { UsageError } from '../base/errors.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import type { Parsed } from './command.ts';

export const LABEL_OPTION: OptionSpec = {
  type: 'string',
  multiple: true,
  value: 'KEY=VALUE',
  help: 'add a label to every report, such as driver=netkvm, build=1234 or board=x',
};

/** In the form of session events; undefined: none is given. Throws UsageError. */
export function labelsFrom(parsed: Parsed): Record<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const text of parsed.strings('label')) {
    const [, key, value] = /^([\w.-]{1,64})=([^\p{Cc}]{1,256})$/u.exec(text) ?? [];
    if (key === undefined || value === undefined)
      throw new UsageError(`--label cannot be ${JSON.stringify(text)}`, 'KEY=VALUE, for example --label driver=netkvm');
    if (labels.has(key)) throw new UsageError(`--label ${key} is given twice`, 'give each label one value');
    labels.set(key, value);
  }
  return labels.size === 0 ? undefined : Object.fromEntries(labels);
}
