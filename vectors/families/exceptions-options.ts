/** E4: every TCP option in use, malformed lists, padding. */

import { inRuns, type Topic } from '../in-runs.ts';
import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene, STAMPED, USUAL_LENGTH } from '../scene.ts';

const topic = (name: string, title: string, options: string, more: Partial<Topic> = {}): Topic => ({
  id: `exceptions/options/${name}`,
  title,
  rules: ['E4', 'I1'],
  send: (scene) => scene.data(USUAL_LENGTH, { options }),
  ...more,
});

const KINDS: readonly (readonly [string, string, string])[] = [
  ['mss', 'an MSS option', '020405b4'],
  ['window-scale', 'a window scale option', '01030307'],
  ['sack-permitted', 'a SACK-permitted option', '01010402'],
  ['sack', 'a SACK option', '0101050a000f4240000f42a4'],
  ['md5', 'an MD5 signature option', '0101131200112233445566778899aabbccddeeff'],
  ['uto', 'a user timeout option', '1c048001'],
  ['ao', 'a TCP-AO option', '1d100102000102030405060708090a0b'],
  ['mptcp', 'an MPTCP data sequence signal option', '1e1420050000000a0000000b000000010064abcd'],
  ['fast-open', 'a fast open cookie option', '220a0011223344556677'],
  ['accecn-0', 'an AccECN option of order 0', '0101ac05000001'],
  ['accecn-1', 'an AccECN option of order 1', '01ae0b000001000002000003'],
  ['experiment-1', 'an experimental option 253', 'fd04f989'],
  ['experiment-2', 'an experimental option 254', 'fe04f989'],
  ['unknown', 'an option of an unassigned kind', 'c8040000'],
];

/** Kind 8 is in the list itself, so these have no variant with timestamps. */
const MALFORMED_TIMESTAMPS: readonly (readonly [string, string, string])[] = [
  ['timestamps-short', 'a timestamps option of length 9', '010108090000000100000002'],
  ['timestamps-long', 'a timestamps option of length 11', '01080b00000001000000020001'],
  ['timestamps-of-length-2', 'a timestamps option of length 2', '01010802'],
  ['timestamps-twice', 'two timestamps options', '0101080a00001b58000000010101080a00001b5800000001'],
];

const MALFORMED: readonly (readonly [string, string, string])[] = [
  ['length-0', 'an option of length 0', '0500010101010101'],
  ['length-1', 'an option of length 1', '0501010101010101'],
  ['past-header', 'an option that reaches past the header', '050a0000'],
  ['without-length', 'an option kind without a length at the end of the header', '01010105'],
];

export function* exceptionsOptions(): Generator<Plan> {
  for (const [name, title, options] of KINDS) yield* inRuns(topic(name, title, options), ALL);
  for (const [name, title, options] of MALFORMED) {
    yield* inRuns(topic(`malformed/${name}`, title, options, { level: 'derived' }), ALL);
  }
  for (const [name, title, options] of MALFORMED_TIMESTAMPS) {
    yield* inRuns(topic(`malformed/${name}`, title, options, { level: 'derived' }), PLAIN);
  }
  yield* inRuns(
    topic('malformed/second-timestamps', 'a second timestamps option', '0101080a0000000100000002', {
      level: 'derived',
    }),
    STAMPED,
  );
  yield* inRuns(topic('padding/nop', 'NOPs as the only options', '01010101', { level: 'may' }), PLAIN);
  yield* inRuns(
    topic('padding/eol', 'EOL as the only option', '00000000', {
      level: 'may',
      only: ['first', 'middle', 'last', 'twice', 'alone'],
    }),
    PLAIN,
  );
  yield* inRuns(
    topic('padding/full', 'forty bytes of NOPs', '01'.repeat(40), {
      level: 'may',
      only: ['first', 'middle', 'last', 'twice'],
    }),
    PLAIN,
  );
  yield* layouts();
  yield* sackedDuplicates();
}

/** Layouts around one timestamps option, which do not matter. */
const LAYOUTS: readonly (readonly [string, string, string])[] = [
  ['leading-pads', 'two NOPs before them', '0101080a00001b5800000fa0'],
  ['trailing-pads', 'EOL and padding after them', '080a00001b5800000fa00000'],
  ['trailing-nops', 'NOPs after them', '080a00001b5800000fa00101'],
  ['around', 'a NOP on either side', '01080a00001b5800000fa001'],
  ['wide', 'six NOPs before them', '010101010101080a00001b5800000fa0'],
  ['behind-eol', 'bytes after EOL that look like SACK', '080a00001b5800000fa0000005020000'],
  ['mss-behind-eol', 'bytes after EOL that look like MSS', '0101080a00001b5800000fa000020405'],
];

function* layouts(): Generator<Plan> {
  for (const [name, what, options] of LAYOUTS) {
    for (const variant of PLAIN) {
      yield {
        id: `exceptions/options/layout/${name}/throughout/${variant.name}`,
        title: `Timestamps with ${what} in every segment: they merge`,
        rules: ['E4', 'T1', 'H1'],
        level: 'derived',
        scene: new Scene(variant).run(3, USUAL_LENGTH, { options }),
        groups: [[0, 1, 2]],
      };
      if (name === 'leading-pads') continue;
      for (const [order, first, second] of [
        ['first', options, LAYOUTS[0]?.[2]],
        ['later', LAYOUTS[0]?.[2], options],
      ] as const) {
        yield {
          id: `exceptions/options/layout/${name}/${order}/${variant.name}`,
          title: `Timestamps with ${what} in the ${order === 'first' ? 'first segment' : 'later segments'}, the usual layout in the ${order === 'first' ? 'later ones' : 'first'}`,
          rules: ['E4', 'C10', 'H1', 'T3'],
          level: 'derived',
          scene: new Scene(variant)
            .data(USUAL_LENGTH, { options: first as string })
            .run(2, USUAL_LENGTH, { options: second as string }),
          groups: [[0, 1, 2]],
        };
      }
    }
  }
}

/** Duplicates as after a loss: each has SACK, so none may be counted or merged. */
function* sackedDuplicates(): Generator<Plan> {
  for (const variant of ALL) {
    const scene = new Scene(variant).data().ack();
    for (let block = 1; block <= 3; block++) scene.duplicate({ options: `0101050a000${block}0000000${block}0fff` });
    yield {
      id: `exceptions/options/sack/duplicates/${variant.name}`,
      title: 'Three duplicate ACKs with SACK options',
      rules: ['E4', 'C8', 'I1'],
      flags: ['duplicates-uncounted'],
      scene,
      groups: [[0], [1], [2], [3], [4]],
    };
  }
}
