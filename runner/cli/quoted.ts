import { shellWord } from '../../reports/shell-word.ts';

/** A word of a command that we tell whoever sits here to give. */
export function quoted(text: string): string {
  return shellWord(text, process.platform === 'win32');
}
