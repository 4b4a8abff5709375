/** `man/rsc-conformance.1`, from the table of commands. */

import type { OptionSpec } from '../../runner/base/option-spec.ts';
import type { Command } from '../../runner/cli/command.ts';
import { COMMANDS } from '../../runner/cli/commands.ts';
import { optionHelp } from '../../runner/cli/help.ts';

const NAME = 'rsc-conformance';

export async function manPage(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return joined([
    '.\\" Made by "npm run docs" from the table of commands: changes here are lost.',
    // Without date and version: the page changes only if the commands do.
    `.TH ${NAME.toUpperCase().replaceAll('-', '\\-')} 1 "" "${NAME}" "User Commands"`,
    '.SH NAME',
    `${roff(NAME)} \\- conformance suite for Receive Segment Coalescing`,
    '.SH SYNOPSIS',
    `.B ${roff(NAME)}`,
    '.I COMMAND',
    '[options]',
    '.br',
    `.B ${roff(NAME)}`,
    '.I COMMAND',
    '.B \\-\\-help',
    '.br',
    `.B ${roff(NAME)} \\-\\-version`,
    '.SH DESCRIPTION',
    ...paragraph(
      'Tests whether a receive segment coalescer merges what it may, and nothing else. Plays vectors generated from the rules on a target, judges what comes out by the rules, and names each fault by the rule that it breaks.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...tagged('0', 'conforming'),
    ...tagged('1', 'unexpected results, nothing selected, or everything unsupported'),
    ...tagged('2', 'usage or environment: one line on standard error says what to do'),
    ...tagged('3', 'a bug in this suite'),
    ...tagged('130', 'interrupted; the reports contain what was judged until then'),
    '.SH ENVIRONMENT',
    ...tagged('NO_COLOR', 'if set and not empty, the output has no colours'),
    ...tagged(
      'FORCE_COLOR',
      'if set to anything but 0, the output has colours even if it is not a terminal; overrides NO_COLOR',
    ),
    '.SH FILES',
    ...tagged('rsc-results/events.jsonl', 'the events of a run, from which every report is made'),
    ...tagged('rsc-results/junit.xml', 'the same as JUnit'),
    ...tagged('rsc-conformance.json', 'options that apply where none are given'),
    '.SH EXAMPLES',
    ...example(
      'A program that implements rsc\\-line, on every vector:',
      `${NAME} run --target 'program:./my-coalescer'`,
    ),
    ...example('One vector, in words:', `${NAME} explain exceptions/flags/psh-merges/ipv4`),
    ...example('Four shards as one run:', `${NAME} report merge shard-*/events.jsonl --out events.jsonl`),
    '',
  ]);
}

/** A heading starts a paragraph by itself. */
function joined(lines: readonly string[]): string {
  return lines.filter((line, i) => line !== '.PP' || !/^\.S[HS] /.test(lines[i - 1] ?? '')).join('\n');
}

function commandLines(command: Command): string[] {
  const { name, usage, summary, details, options, positionals = [] } = command;
  return [
    `.SS ${roff(`${name} ${usage}`.trimEnd())}`,
    ...paragraph(`${summary}.`),
    ...(details === undefined ? [] : detailLines(details)),
    ...positionals.flatMap((positional) => tagged(positional.name, positional.help)),
    ...Object.entries(options).flatMap(([option, spec]) => optionLines(option, spec)),
  ];
}

function optionLines(name: string, spec: OptionSpec): string[] {
  const { type, short, value } = spec;
  const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`]
    .map((one) => `\\fB${roff(one)}\\fR`)
    .join(', ');
  const argument = type === 'boolean' ? '' : ` \\fI${roff(value ?? 'VALUE')}\\fR`;
  return ['.TP', `${names}${argument}`, text(optionHelp(spec))];
}

/** Paragraphs are filled; indented lines stay as they are. */
function detailLines(details: string): string[] {
  const lines: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    if (open.length > 0) lines.push(...paragraph(open.join(' ')));
    open = [];
  };
  let isKept = false;
  for (const line of details.split('\n')) {
    const isIndented = /^\s+\S/.test(line);
    if (isIndented !== isKept) {
      close();
      lines.push(isIndented ? '.PP\n.nf' : '.fi');
      isKept = isIndented;
    }
    if (isIndented) lines.push(text(line));
    else if (line === '') close();
    else open.push(line);
  }
  if (isKept) lines.push('.fi');
  close();
  return lines;
}

function paragraph(words: string): string[] {
  return ['.PP', text(words)];
}

function tagged(tag: string, meaning: string): string[] {
  return ['.TP', `.B ${roff(tag)}`, text(meaning)];
}

function example(what: string, command: string): string[] {
  return ['.PP', what, '.PP', '.nf', `.RS`, text(command), '.RE', '.fi'];
}

/** A line of text: a leading dot or quote must not become a request. */
function text(words: string): string {
  return roff(words).replace(/^([.'])/, '\\&$1');
}

function roff(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('“', '\\(lq')
    .replaceAll('”', '\\(rq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('`', '\\(ga');
}
