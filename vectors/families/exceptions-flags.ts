/** E3: flags and reserved bits, singly and together. */

import { inRuns, type Topic } from '../in-runs.ts';
import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene, USUAL_LENGTH } from '../scene.ts';

const topic = (name: string, title: string, flags: string, more: Partial<Topic> = {}): Topic => ({
  id: `exceptions/flags/${name}`,
  title,
  rules: ['E3', 'I1'],
  send: (scene) => scene.data(USUAL_LENGTH, { flags }),
  ...more,
});

const RESERVED: Partial<Topic> = { level: 'should', flags: ['reserved-bits-dropped'] };

const SINGLE: readonly Topic[] = [
  topic('syn', 'SYN', 'AS'),
  topic('urg', 'URG', 'AU', {
    send: (scene) => scene.data(USUAL_LENGTH, { flags: 'AU', urgent: 1 }),
  }),
  topic('rst', 'RST', 'AR'),
  topic('fin', 'FIN', 'AF'),
  topic('ae', 'reserved bit AE', 'AN', { ...RESERVED, flags: ['reserved-bits-dropped', 'ece-cwr-ignored'] }),
  topic('reserved-2', 'reserved bit 0x200', 'A2', RESERVED),
  topic('reserved-4', 'reserved bit 0x400', 'A4', RESERVED),
  topic('reserved-8', 'reserved bit 0x800', 'A8', RESERVED),
  topic('no-ack', 'a segment without ACK', 'P', { level: 'derived', isSegment: true }),
];

/** Combinations that real stacks send, and combinations that only a fault sends. */
const TOGETHER: readonly (readonly [name: string, title: string, flags: string])[] = [
  ['fin-psh', 'FIN and PSH', 'AFP'],
  ['syn-fin', 'SYN and FIN', 'SFA'],
  ['rst-fin', 'RST and FIN', 'RFA'],
  ['syn-without-ack', 'SYN without ACK', 'S'],
  ['rst-without-ack', 'RST without ACK', 'R'],
  ['none', 'no flag at all', ''],
  ['all', 'all flags and all reserved bits', 'FSRPAUECN248'],
  ['syn-ece-cwr', 'SYN, ECE and CWR without ACK', 'SEC'],
  ['ae-ece-cwr', 'AE, ECE and CWR', 'ANEC'],
  ['all-reserved', 'all reserved bits', 'AN248'],
  ['urg-psh', 'URG and PSH', 'AUP'],
];

/** Segments without payload, as real stacks send SYN, FIN and RST. */
const EMPTY: readonly (readonly [name: string, title: string, flags: string])[] = [
  ['syn', 'a SYN without payload', 'S'],
  ['syn-ack', 'a SYN-ACK without payload', 'SA'],
  ['fin', 'a FIN without payload', 'FA'],
  ['rst', 'an RST without payload', 'RA'],
  ['urg', 'a segment with URG and without payload', 'UA'],
  ['ae', 'a segment with AE and without payload', 'AN'],
];

export function* exceptionsFlags(): Generator<Plan> {
  for (const single of SINGLE) yield* inRuns(single, ALL);
  for (const [name, title, flags] of TOGETHER) {
    yield* inRuns(topic(`together/${name}`, title, flags, { only: ['first', 'middle', 'last'] }), PLAIN);
  }
  for (const [name, title, flags] of EMPTY) {
    const send = (scene: Scene): void => {
      scene.windowUpdate({ flags });
    };
    yield* inRuns(
      topic(`empty/${name}`, title, flags, { send, isSegment: true, only: ['first', 'middle', 'last', 'alone'] }),
      PLAIN,
    );
  }
  for (const variant of PLAIN) {
    const pushed = new Scene(variant).data(100, { flags: 'AP' }).data(100, { flags: 'AP' }).data();
    yield {
      id: `exceptions/flags/psh-merges/${variant.name}`,
      title: 'PSH is not an exception',
      rules: ['E3', 'H5'],
      scene: pushed,
      groups: [[0, 1, 2]],
    };
    const stale = new Scene(variant).data(100, { urgent: 5 }).data(100, { urgent: 0 }).data(100, { urgent: 65_535 });
    yield {
      id: `exceptions/flags/urgent-pointer-without-urg/${variant.name}`,
      title: 'Urgent pointers without URG are not compared',
      rules: ['E3', 'C10'],
      scene: stale,
      groups: [[0, 1, 2]],
    };
  }
}
