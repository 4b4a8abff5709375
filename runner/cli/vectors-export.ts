/** `vectors export`: the vectors as files that other runners read. */

import { countText } from '../../vectors/count-text.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { suggest } from '../base/suggest.ts';
import type { Parsed } from './command.ts';
import { SELECTION_OPTIONS, selectionOf, splitOf } from './selection-options.ts';

export const EXPORT_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  format: {
    type: 'string',
    value: 'F',
    values: ['pcap', 'json', 'rsc-line'],
    help: 'export: file format, one of pcap, json and rsc-line',
  },
  out: { type: 'string', value: 'DIR', help: 'export: folder to write: new, empty, or an earlier export' },
  force: { type: 'boolean', help: 'export: write even into a folder with other files' },
  ...SELECTION_OPTIONS,
};

export async function exportAction(parsed: Parsed, io: Io): Promise<number> {
  const { EXPORT_FORMATS, exportVectors } = await import('../export/export-vectors.ts');
  const names = EXPORT_FORMATS.map(({ name }) => name);
  const wanted = parsed.string('format');
  if (wanted === undefined) throw new UsageError('vectors export needs --format', names.join(', '));
  const format = EXPORT_FORMATS.find(({ name }) => name === wanted);
  if (format === undefined)
    throw new UsageError(`there is no export format ${wanted}`, suggest(wanted, names, names.join(', ')));
  const directory = parsed.string('out');
  if (directory === undefined) throw new UsageError('vectors export needs --out', 'a folder for the files');
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { planVectors } = await import('../session/plan.ts');
  const { vectors, digest } = loadCorpus();
  const all = planVectors(vectors, selectionOf(parsed));
  const selected = (await splitOf(parsed, all))?.vectors ?? all;
  if (selected.length === 0) {
    io.err('Nothing selected: no vector matches all of the options. Nothing was written.\n');
    return 1;
  }
  const totals = exportVectors(digest, selected, { format, directory, force: parsed.flag('force') });
  const size = `${totals.files} files, ${Math.ceil(totals.bytes / 1e6)} MB`;
  io.out(
    `${countText(totals.vectors, 'vector')} as ${format.name} in ${directory}: ${size}; corpus sha256 ${digest}\n`,
  );
  return 0;
}
