/** Notes on a capture that goes through a coalescer, for the command line and the playground. */

export function cutNote(cut: number, arrivals: number): string {
  return [
    `${cut} of ${number(arrivals, 'frame')} were cut by the capture’s snaplen: `,
    'they hold no whole segments, are never merged (I8) and stay in their place: what was pending before them was ',
    'indicated first; capture with a larger snaplen',
  ].join('');
}

export function filledInNote(count: number, arrivals: number): string {
  return [
    `${count} of ${number(arrivals, 'frame')} have a TCP checksum that was never filled in (pseudo-header sum or zero): `,
    'taken as marked partial (K1), and filled in where they go on (K5)',
  ].join('');
}

/** `input`: the capture's name, as a word of a command line. */
export function unfilledNote(unfilled: number, arrivals: number, input: string): string {
  return [
    `${unfilled} of ${number(arrivals, 'frame')} have a TCP checksum that was never filled in (pseudo-header sum or zero): `,
    `the work of an offload, but a coalescer takes them for wrong (E2) unless they are marked; --unfilled partial marks them, `,
    `rsc-conformance inspect ${input} says more`,
  ].join('');
}

function number(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
