/** `inject`: the far end of `live`: reads a plan, sends it. */

import { createInterface } from 'node:readline';
import { UsageError } from '../base/errors.ts';
import { INJECT_GREETING, parsePlanLine } from '../targets/live/inject-plan.ts';
import { loadBackEnd, parseBackEnd } from '../targets/live/open-wire.ts';
import type { Injector } from '../targets/live/wire.ts';
import type { Command } from './command.ts';

/** Frames kept for one burst: more indicate a wrong plan. */
const MOST_KEPT = 4096;

export const injectCommand: Command = {
  name: 'inject',
  summary: 'Send the frames named on standard input: the far end of the target live',
  usage: '--interface IF [--capture BACKEND]',
  details: [
    `Prints "${INJECT_GREETING}", then reads lines. FRAME HEX stores a frame. BURST sends the stored frames back to back and`,
    'answers SENT N, or ERR and a reason. BYE or the end of input ends the command. For example:',
    "  run --target live --inject-command 'ssh peer rsc-conformance inject --interface eth1' --observe eth1 ...",
  ].join('\n'),
  options: {
    interface: { type: 'string', value: 'IF', help: 'interface to send on' },
    capture: {
      type: 'string',
      value: 'BACKEND',
      help: 'library to send with: af-packet or cap (default: the first that is installed)',
    },
  },
  async run(parsed, io) {
    const name = parsed.string('interface');
    if (name === undefined) throw new UsageError('inject needs --interface', 'inject --interface eth1');
    const { usableInterface } = await import('../targets/live/linux-interface.ts');
    const { requireRights } = await import('../targets/live/privilege.ts');
    if (process.platform === 'linux') usableInterface('--interface', name);
    requireRights('inject', ['CAP_NET_RAW']);
    const injector = openInjector(name, parsed.string('capture'));
    try {
      io.out(`${INJECT_GREETING}\n`);
      await follow(injector, io.out);
    } finally {
      injector.close();
    }
    return 0;
  },
};

function openInjector(name: string, capture: string | undefined): Injector {
  try {
    return loadBackEnd(parseBackEnd(capture)).openInjector(name);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(`inject cannot start: ${error.message}`, 'rsc-conformance doctor lists what is missing');
  }
}

/** A mistake in the plan is reported at the next BURST, which then sends nothing. */
async function follow(injector: Injector, out: (text: string) => void): Promise<void> {
  let frames: Uint8Array[] = [];
  let wrong = '';
  for await (const line of createInterface({ input: process.stdin })) {
    const command = parsePlanLine(line);
    if (command.do === 'bye') return;
    if (command.do === 'error') wrong ||= command.text;
    if (command.do === 'frame' && frames.length === MOST_KEPT) wrong ||= `more than ${MOST_KEPT} frames in a burst`;
    else if (command.do === 'frame') frames.push(command.frame);
    if (command.do !== 'burst') continue;
    out(`${wrong === '' ? send(injector, frames) : `ERR ${wrong}`}\n`);
    frames = [];
    wrong = '';
  }
}

function send(injector: Injector, frames: readonly Uint8Array[]): string {
  try {
    for (const frame of frames) injector.send(frame);
    return `SENT ${frames.length}`;
  } catch (error) {
    return `ERR ${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}`;
  }
}
