/** A text as one word of a command line that a person can paste into the shell of their system. */

const PLAIN = /^[\w./:=+,-]+$/;
/** Not with a comma: PowerShell makes a list of it. */
const PLAIN_IN_WINDOWS = /^[\w./:=+\\-]+$/;

/** For a POSIX shell; on Windows for cmd.exe, and, where the text has no quotes of its own, PowerShell. */
export function shellWord(text: string, isWindows: boolean): string {
  if (!isWindows) return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  if (PLAIN_IN_WINDOWS.test(text)) return text;
  // As a program of Windows splits its command line: before a quote, a backslash escapes.
  return `"${text.replaceAll(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end && '\\"'))}"`;
}
