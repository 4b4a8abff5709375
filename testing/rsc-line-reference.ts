/**
 * The reference as a program that implements rsc-line: `node rsc-line-reference.js 'vnet=on features=on'`. It does what
 * it announces. Also a module, so that a test can find its file.
 */

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Coalescer } from '../reference-impl/coalescer.ts';
import type { Indication } from '../reference-impl/indication.ts';
import { advance, type FrameStep } from '../reference-impl/step.ts';
import { VirtioDevice, type VirtioIndication } from '../reference-impl/virtio/virtio-device.ts';
import { policyOf } from '../runner/capabilities/capabilities.ts';
import { withLinkHeader, withoutLinkHeader } from '../runner/capabilities/link-header.ts';
import { DONE, renderIndication, renderStatistics } from '../runner/rsc-line/answers.ts';
import { readCommand } from '../runner/rsc-line/commands.ts';
import { parseHello } from '../runner/rsc-line/hello.ts';
import { GREETING } from '../runner/rsc-line/protocol.ts';

const FILE: string = fileURLToPath(import.meta.url);
const LINK: Uint8Array = Uint8Array.of(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0);

/** `hello`: what follows the version in its HELLO. */
export function referenceCommand(hello: string): string {
  return `"${process.execPath}" "${FILE}" "${hello}"`;
}

function serve(hello: string): void {
  const greeting = `${GREETING} name=reference version=1 ${hello}`;
  const parsed = parseHello(greeting);
  if (typeof parsed === 'string') throw new Error(parsed);
  const { capabilities } = parsed;
  const coalescer = new Coalescer(policyOf(capabilities));
  const device = new VirtioDevice(coalescer);
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  const play = (step: FrameStep): readonly (Indication & Partial<VirtioIndication>)[] =>
    capabilities.vnet ? device.advance(step) : advance(coalescer, step);
  createInterface({ input: process.stdin }).on('line', (line) => {
    const command = readCommand(line);
    if (command.kind === 'hello') say(greeting);
    else if (command.kind === 'reset') {
      device.reset();
      say(DONE);
    } else if (command.kind === 'stats') say(renderStatistics(coalescer.statistics));
    else if (command.kind === 'bye') process.exit(0);
    else if (command.kind !== 'step') say('UNSUPPORTED');
    else {
      const { step } = command;
      const isPacket = 'rx' in step && !capabilities.link;
      const due = play(isPacket ? { ...step, rx: withLinkHeader(step.rx, LINK) } : step);
      for (const { frame, oob, header, fills } of due)
        say(
          renderIndication(
            capabilities.link ? frame : withoutLinkHeader(frame),
            header === undefined ? oob : {},
            header,
            fills,
          ),
        );
      if (!('rx' in step)) say(DONE);
    }
  });
}

if (process.argv[1] === FILE) serve(process.argv[2] ?? '');
