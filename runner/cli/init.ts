/** `init`: a configuration file to start with. */

import { UsageError } from '../base/errors.ts';
import { saveFile } from '../base/save-file.ts';
import { suggest } from '../base/suggest.ts';
import type { Command } from './command.ts';
import { CONFIG_FILE, configurable } from './config/settings.ts';
import { quoted } from './quoted.ts';

export const initCommand: Command = {
  name: 'init',
  summary: 'Write a commented configuration file for a target',
  usage: '[--target T] [--out FILE] [--force]',
  options: {
    target: { type: 'string', value: 'T', default: 'reference', help: 'target, as for run; its kind alone is enough' },
    out: { type: 'string', value: 'FILE', default: CONFIG_FILE, help: 'file to write' },
    force: { type: 'boolean', help: 'overwrite the file if it exists' },
  },
  async run(parsed, io) {
    const { existsSync } = await import('node:fs');
    const { TARGET_FORMS } = await import('../targets/resolve.ts');
    const { startFor } = await import('./config/config-starts.ts');
    const { configStartText } = await import('./config/config-start-text.ts');
    const { CONFIG_SCHEMA, schemaReference } = await import('../base/schema-reference.ts');
    const { runCommand } = await import('./run.ts');
    const target = parsed.string('target') ?? 'reference';
    const out = parsed.string('out') ?? CONFIG_FILE;
    const kinds = TARGET_FORMS.map((form) => form.split(/[:[]/, 1)[0] ?? form);
    const kind = target.split(':', 1)[0] ?? target;
    if (!kinds.includes(kind))
      throw new UsageError(`there is no target ${kind}`, suggest(kind, kinds, `targets: ${TARGET_FORMS.join(' ')}`));
    const text = configStartText(
      startFor(target),
      configurable(runCommand.options),
      schemaReference(out, CONFIG_SCHEMA),
    );
    if (!parsed.flag('force') && existsSync(out))
      throw new UsageError(`${out} already exists`, '--out FILE writes another file, --force overwrites it');
    saveFile(out, text, '--out names a file');
    io.out(
      `${out} written. Edit it; then: rsc-conformance run${out === CONFIG_FILE ? '' : ` --config ${quoted(out)}`}\n`,
    );
    return 0;
  },
};
