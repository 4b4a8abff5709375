/** For tests: the text of a program that implements rsc-line and indicates every frame unchanged. */

/**
 * A CommonJS module. `quirk` runs for each command except HELLO, with `line`, `command`, `words`, `due` (what the next
 * DPC indicates), `seen` and `say` in scope; it may return true if it handled the command.
 */
export function passThroughProgram(quirk: string, hello = ''): string {
  return `
let due = [], seen = 0;
const say = (line) => process.stdout.write(line + '\\n');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...words] = line.split(' ');
  const quirk = () => { ${quirk} };
  if (command === 'HELLO') return say('HELLO rsc-line 1 name=test version=1 ${hello}');
  if (quirk() === true) return;
  if (command === 'RX') { seen++; due.push('IND ' + words[0]); }
  else if (command === 'DPC') { due.forEach(say); due = []; say('.'); }
  else if (command === 'RESET' || command === 'SET') { if (command === 'RESET') due = []; say('.'); }
  else if (command === 'STATS') say('STATS pkts=0 octets=0 events=0 aborts=0');
  else if (command === 'BYE') process.exit(0);
  else say('UNSUPPORTED');
});`;
}
