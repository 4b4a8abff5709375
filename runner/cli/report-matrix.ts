/** `report matrix`: several runs side by side. */

import { Column, matrixOf } from '../../reports/matrix/matrix.ts';
import { matrixHtml } from '../../reports/matrix/matrix-html.ts';
import { matrixMarkdown } from '../../reports/matrix/matrix-markdown.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { saveFile } from '../base/save-file.ts';
import { readEvents } from '../events/read-events.ts';

/** Markdown if `out` ends in .md, HTML if it ends in .html; "-" is Markdown on standard output. */
export async function writeMatrix(paths: readonly string[], out: string, io: Io): Promise<number> {
  const isMarkdown = out === '-' || /\.(md|markdown)$/i.test(out);
  if (!isMarkdown && !/\.html?$/i.test(out))
    throw new UsageError(`${out} ends in neither .md nor .html`, 'name a file that ends in .md or .html');
  const columns: Column[] = [];
  for (const path of paths) {
    const column = new Column(path);
    for await (const event of readEvents(path)) column.event(event);
    columns.push(column);
  }
  const matrix = matrixOf(columns);
  const text = isMarkdown ? matrixMarkdown(matrix) : matrixHtml(matrix);
  if (out === '-') io.out(text);
  else saveFile(out, text, '--out names a file');
  return 0;
}
