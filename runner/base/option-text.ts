/** What an option is for, after the targets that read it: "qemu: machine type". */

import type { OptionSpec } from './option-spec.ts';

export function optionText({ targets, help }: OptionSpec): string {
  return targets === undefined ? help : `${targets.join(', ')}: ${help}`;
}
