/** A text as one word of a command line, to paste into the shell of the system. */

const PLAIN = /^[\w./:=+,-]+$/;
/** A comma is not plain: PowerShell makes a list of it. */
const PLAIN_IN_WINDOWS = /^[\w./:=+\\-]+$/;

/** For a POSIX shell; on Windows for cmd.exe, and for PowerShell if the text has no quotes of its own. */
export function shellWord(text: string, isWindows: boolean): string {
  if (!isWindows) return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  if (PLAIN_IN_WINDOWS.test(text)) return text;
  // As Windows programs split their command line: before a quote, a backslash escapes.
  return `"${text.replaceAll(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end && '\\"'))}"`;
}
