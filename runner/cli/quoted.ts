import { shellWord } from '../../reports/shell-word.ts';

/** A word of a command line for the shell of this machine. */
export function quoted(text: string): string {
  return shellWord(text, process.platform === 'win32');
}
