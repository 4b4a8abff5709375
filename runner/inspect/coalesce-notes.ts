/** Notes on a capture that is coalesced, for the command line and the playground. */

import { countText } from '../../vectors/count-text.ts';

export function cutNote(cut: number, arrivals: number): string {
  return [
    `${ofFrames(cut, arrivals, ['was', 'were'])} cut by the capture’s snaplen: such a frame holds no whole segment, is never `,
    'merged (I8) and stays in its place: what was pending before it was indicated first; capture with a larger snaplen',
  ].join('');
}

export function filledInNote(count: number, arrivals: number): string {
  return [
    `${ofFrames(count, arrivals, ['has', 'have'])} a TCP checksum that was never filled in (pseudo-header sum or zero): `,
    'taken as marked partial (K1), and filled in where the frame goes on (K5)',
  ].join('');
}

/** `input`: the capture's name, as a word of a command line. */
export function unfilledNote(unfilled: number, arrivals: number, input: string): string {
  return [
    `${ofFrames(unfilled, arrivals, ['has', 'have'])} a TCP checksum that was never filled in (pseudo-header sum or zero): `,
    `the work of an offload, but a coalescer takes it for wrong (E2) unless the frame is marked; --unfilled partial marks such frames, `,
    `rsc-conformance inspect ${input} says more`,
  ].join('');
}

/** "1 of 10 frames was", "2 of 10 frames were". */
function ofFrames(count: number, all: number, [one, several]: readonly [string, string]): string {
  return `${count} of ${countText(all, 'frame')} ${count === 1 ? one : several}`;
}
