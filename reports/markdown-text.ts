/** Text from events in Markdown that shows it literally: events may contain anything. */

/** On one line; nothing in it is markup, a mention or the end of a cell. */
export function plain(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~!]/g, '\\$&')
    .replaceAll(/#(?=\d)|@(?=\w)/g, '$&&#8203;')
    .replace(/^([-+]|\d+[.)])(?=\s)/, '\\$1');
}

/** As code, on one line. */
export function code(text: string): string {
  const line = oneLine(text).replaceAll('|', '\\|');
  const ticks = '`'.repeat(longestRun(line) + 1);
  const edge = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${ticks}${edge}${line}${edge}${ticks}`;
}

/** As a block of code. */
export function fenced(text: string): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return [`${fence}text`, ...text.split('\n'), fence];
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const isNumber = head.map((_, i) => rows.length > 0 && rows.every((row) => /^\d*$/.test(row[i] ?? '')));
  return [line(head), line(isNumber.map((yes) => (yes ? '---:' : '---'))), ...rows.map(line)];
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
