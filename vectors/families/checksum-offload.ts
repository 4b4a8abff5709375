/** K1 to K4: frames whose TCP checksum was left to offload or already validated, beside frames from the wire. */

import { inRuns, type Topic } from '../in-runs.ts';
import type { Plan } from '../plan.ts';
import { ALL, IPV4, IPV4_TS, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';

type Mark = 'none' | 'partial' | 'unnecessary';

const NEVER = ['never-checksummed'];
const FIELDS: Readonly<Record<Mark, SegmentSpec>> = {
  none: {},
  partial: { csum: 'partial' },
  unnecessary: { csum: 'unnecessary' },
};
const RULE: Readonly<Record<Mark, string>> = { none: 'E2', partial: 'K1', unnecessary: 'K2' };

/** Which of four segments are marked. */
const POSITIONS: readonly (readonly [string, string, readonly number[]])[] = [
  ['first', 'on the first segment of a run', [0]],
  ['second', 'on the second segment of a run', [1]],
  ['third', 'on the third segment of a run', [2]],
  ['last', 'on the last segment of a run', [3]],
  ['twice', 'on two segments in a row', [1, 2]],
  ['alternating', 'on every other segment', [0, 2]],
  ['throughout', 'on every segment', [0, 1, 2, 3]],
];

export function* checksumOffload(): Generator<Plan> {
  for (const variant of ALL) {
    yield* positions(variant);
    yield* settings(variant);
  }
  for (const variant of PLAIN) {
    yield* mixtures(variant);
    yield* alone(variant);
    yield* switching(variant);
  }
  yield* exceptions();
}

function plan(name: string, variant: Variant, rest: Omit<Plan, 'id'>): Plan {
  return { id: `checksum-offload/${name}/${variant.name}`, ...rest };
}

function* positions(variant: Variant): Generator<Plan> {
  for (const mark of ['partial', 'unnecessary'] as const) {
    for (const [name, says, marked] of POSITIONS) {
      const run = (fields: SegmentSpec): Scene => {
        const scene = new Scene(variant);
        for (let i = 0; i < 4; i++) scene.data(USUAL_LENGTH, marked.includes(i) ? fields : {});
        return scene;
      };
      yield plan(`${mark}/${name}`, variant, {
        title: `The mark ${mark} ${says}`,
        rules: [RULE[mark], 'K3', 'H7', 'H8'],
        flags: mark === 'partial' ? NEVER : [],
        scene: run(FIELDS[mark]),
        groups: inOrder(4),
      });
      if (mark === 'partial') continue;
      yield plan(`unnecessary-wrong/${name}`, variant, {
        title: `The mark unnecessary and a wrong checksum ${says}`,
        rules: ['K2', 'K3', 'H8'],
        scene: run({ csum: 'unnecessary', corrupt: { tcpChecksum: 'wrong' } }),
        groups: inOrder(4),
      });
    }
  }
}

/** Receive and transmit checksum offload, on and off. Transmit is the sender's side: it decides what arrives. */
function* settings(variant: Variant): Generator<Plan> {
  for (const [tx, fields] of [
    ['on', FIELDS.partial],
    ['off', FIELDS.none],
  ] as const) {
    const title = (rx: string): string =>
      `Receive checksum offload ${rx}, transmit checksum offload of the sender ${tx}`;
    const flags = tx === 'on' ? NEVER : [];
    yield plan(`settings/rx-on-tx-${tx}`, variant, {
      title: title('on'),
      rules: tx === 'on' ? ['K1', 'K3', 'H7', 'H8'] : ['K2', 'H7', 'H8'],
      flags,
      scene: new Scene(variant).set({ rxcsum: true }).run(4, 1000, fields),
      groups: inOrder(4),
    });
    yield plan(`settings/rx-off-tx-${tx}`, variant, {
      title: title('off'),
      rules: tx === 'on' ? ['K4', 'K1', 'O1'] : ['K4', 'O1'],
      flags,
      scene: new Scene(variant).set({ rxcsum: false }).run(4, 1000, fields),
      groups: inOrder(1, 1, 1, 1),
    });
  }
}

/** Every three marks that are not all the same. */
function* mixtures(variant: Variant): Generator<Plan> {
  const marks: readonly Mark[] = ['none', 'partial', 'unnecessary'];
  for (const a of marks) {
    for (const b of marks) {
      for (const c of marks) {
        const row = [a, b, c];
        const kinds = new Set(row);
        if (kinds.size === 1) continue;
        const scene = new Scene(variant);
        row.forEach((mark, i) => {
          // After odd lengths, the sums of later segments are byte-swapped.
          scene.data(101 + 2 * i, FIELDS[mark]);
        });
        yield plan(`mixed/${row.join('-')}`, variant, {
          title: `Three segments with these marks: ${row.join(', ')}`,
          rules: [...new Set(row.map((mark) => (mark === 'none' ? 'K2' : RULE[mark]))), 'K3', 'H7'],
          flags: kinds.has('partial') ? NEVER : [],
          scene,
          groups: inOrder(3),
        });
      }
    }
  }
  const guests = new Scene(variant, { connections: 2 });
  for (let i = 0; i < 3; i++) guests.on(0).data(USUAL_LENGTH, FIELDS.partial).on(1).data();
  yield plan('mixed/connections', variant, {
    title: 'A connection of segments marked partial beside one of unmarked segments',
    rules: ['K1', 'K3', 'C11'],
    flags: NEVER,
    scene: guests,
    groups: [
      [0, 2, 4],
      [1, 3, 5],
    ],
  });
  for (const mark of ['partial', 'unnecessary'] as const) {
    yield plan(`mixed/unmarked-wrong-among-${mark}`, variant, {
      title: `An unmarked segment with a wrong checksum between segments marked ${mark}`,
      rules: ['K2', 'E2', 'O4'],
      scene: new Scene(variant)
        .run(2, USUAL_LENGTH, FIELDS[mark])
        .data(USUAL_LENGTH, { corrupt: { tcpChecksum: 'wrong' } })
        .run(2, USUAL_LENGTH, FIELDS[mark]),
      groups: inOrder(2, 1, 2),
    });
    yield plan(`window-update/${mark}`, variant, {
      title: `A window update marked ${mark} between data`,
      rules: [RULE[mark], 'K3', 'C7'],
      scene: new Scene(variant).run(2).windowUpdate(FIELDS[mark]).data(),
      groups: inOrder(4),
    });
    yield plan(`long/${mark}`, variant, {
      title: `Segments of 1,460 bytes, all marked ${mark}, past the length limit`,
      rules: [RULE[mark], 'K3', 'E7', 'H7'],
      scene: new Scene(variant).run(46, 1460, FIELDS[mark]),
      groups: inOrder(44, 2),
    });
  }
  yield plan('mixed/pseudo-header-unmarked', variant, {
    title: 'A checksum that covers the pseudo-header only, on an unmarked segment between segments marked partial',
    rules: ['K1', 'E2', 'O4'],
    flags: [...NEVER, 'partial-checksum-trusted'],
    scene: new Scene(variant)
      .data(USUAL_LENGTH, FIELDS.partial)
      .data(USUAL_LENGTH, FIELDS.partial)
      .tune((fields, frameOf) => {
        const { csum: _csum, ...unmarked } = fields;
        const frame = frameOf(fields);
        const at = (variant.ipVersion === 4 ? 34 : 54) + 16;
        return { ...unmarked, corrupt: { tcpChecksum: ((frame[at] as number) << 8) | (frame[at + 1] as number) } };
      })
      .data(USUAL_LENGTH, FIELDS.partial),
    groups: inOrder(1, 1, 1),
  });
}

/** A segment that nothing joins must be indicated unchanged, with its mark. */
function* alone(variant: Variant): Generator<Plan> {
  for (const mark of ['partial', 'unnecessary'] as const) {
    const rules = [RULE[mark], 'K3', 'O4'];
    const flags = mark === 'partial' ? NEVER : [];
    yield plan(`alone/${mark}`, variant, {
      title: `A segment marked ${mark} alone in its DPC`,
      rules,
      flags,
      scene: new Scene(variant).data(USUAL_LENGTH, FIELDS[mark]),
      groups: inOrder(1),
    });
    yield plan(`alone/${mark}-ack`, variant, {
      title: `A pure ACK marked ${mark}, then data`,
      rules: [...rules, 'C3'],
      flags,
      scene: new Scene(variant).ack(FIELDS[mark]).run(2),
      groups: inOrder(1, 2),
    });
    yield plan(`alone/${mark}-each-dpc`, variant, {
      title: `Segments marked ${mark}, each in its own DPC`,
      rules: [...rules, 'I2'],
      flags,
      scene: new Scene(variant)
        .data(USUAL_LENGTH, FIELDS[mark])
        .dpc()
        .data(USUAL_LENGTH, FIELDS[mark])
        .dpc()
        .data(USUAL_LENGTH, FIELDS[mark]),
      groups: inOrder(1, 1, 1),
    });
    yield plan(`alone/${mark}-gap`, variant, {
      title: `A segment marked ${mark} after a gap`,
      rules: [...rules, 'C2'],
      flags,
      scene: new Scene(variant).run(2).from(5_000_000).data(USUAL_LENGTH, FIELDS[mark]),
      groups: inOrder(2, 1),
    });
    yield plan(`alone/${mark}-rsc-off`, variant, {
      title: `Segments marked ${mark} while RSC is off`,
      rules: [...rules, 'I3'],
      flags,
      scene: new Scene(variant).set({ rsc4: false, rsc6: false }).run(2, USUAL_LENGTH, FIELDS[mark]),
      groups: inOrder(1, 1),
    });
  }
  yield plan('alone/unnecessary-wrong', variant, {
    title: 'A segment marked unnecessary with a wrong checksum, alone in its DPC',
    rules: ['K2', 'O4'],
    scene: new Scene(variant).data(USUAL_LENGTH, { csum: 'unnecessary', corrupt: { tcpChecksum: 'wrong' } }),
    groups: inOrder(1),
  });
}

/** K4: switching receive checksum offload. */
function* switching(variant: Variant): Generator<Plan> {
  const off = { rxcsum: false };
  const on = { rxcsum: true };
  const cases: readonly (readonly [string, string, readonly string[], Scene, number[][]])[] = [
    [
      'off-mid-run',
      'Receive checksum offload switched off with a unit in progress',
      ['H8'],
      new Scene(variant).run(2).set(off).run(2),
      inOrder(2, 1, 1),
    ],
    [
      'off-behind-one',
      'Receive checksum offload switched off with one segment in progress',
      ['O4'],
      new Scene(variant).data().set(off).data(),
      inOrder(1, 1),
    ],
    [
      'off-and-on',
      'Receive checksum offload switched off for two segments',
      ['I1'],
      new Scene(variant).run(2).set(off).run(2).set(on).run(2),
      inOrder(2, 1, 1, 2),
    ],
    [
      'off-and-on-at-once',
      'Receive checksum offload switched off and on at once',
      ['I1'],
      new Scene(variant).run(2).set(off).set(on).run(2),
      inOrder(2, 2),
    ],
    [
      'on-again',
      'Receive checksum offload switched on while it is on',
      ['C5'],
      new Scene(variant).run(2).set(on).run(2),
      inOrder(4),
    ],
    [
      'off-twice',
      'Receive checksum offload switched off twice',
      ['I1'],
      new Scene(variant).run(2).set(off).data().set(off).data(),
      inOrder(2, 1, 1),
    ],
    [
      'off-over-dpcs',
      'Receive checksum offload off over two DPCs',
      ['I2'],
      new Scene(variant).set(off).run(2).dpc().run(2).dpc().set(on).run(2),
      inOrder(1, 1, 1, 1, 2),
    ],
    [
      'off-unnecessary',
      'Segments marked unnecessary while receive checksum offload is off',
      ['K2'],
      new Scene(variant).set(off).run(3, USUAL_LENGTH, FIELDS.unnecessary),
      inOrder(1, 1, 1),
    ],
    [
      'off-wrong',
      'A wrong checksum while receive checksum offload is off',
      ['O4'],
      new Scene(variant)
        .set(off)
        .data()
        .data(USUAL_LENGTH, { corrupt: { tcpChecksum: 'wrong' } })
        .data(),
      inOrder(1, 1, 1),
    ],
    [
      'off-acks',
      'A window update while receive checksum offload is off',
      ['C7'],
      new Scene(variant).set(off).data().windowUpdate().data(),
      inOrder(1, 1, 1),
    ],
    [
      'off-partial-in-progress',
      'Receive checksum offload switched off with a unit of segments marked partial in progress',
      ['K1', 'K3'],
      new Scene(variant).run(3, USUAL_LENGTH, FIELDS.partial).set(off).data(USUAL_LENGTH, FIELDS.partial),
      inOrder(3, 1),
    ],
    [
      'off-with-rsc',
      'Receive checksum offload and RSC switched off together, then RSC on again',
      ['I4', 'I3'],
      new Scene(variant)
        .run(2)
        .set({ ...off, rsc4: false, rsc6: false })
        .run(2)
        .set({ rsc4: true, rsc6: true })
        .run(2),
      inOrder(2, 1, 1, 1, 1),
    ],
  ];
  for (const [name, title, rules, scene, groups] of cases) {
    yield plan(`switch/${name}`, variant, { title, rules: ['K4', ...rules], scene, groups });
  }
  const two = new Scene(variant, { connections: 2 });
  for (let i = 0; i < 2; i++) two.on(0).data().on(1).data();
  two.set(off).on(0).data().on(1).data();
  yield plan('switch/off-two-connections', variant, {
    title: 'Receive checksum offload switched off with units of two connections in progress',
    rules: ['K4', 'C11'],
    scene: two,
    groups: [[0, 2], [1, 3], [4], [5]],
  });
}

/** A mark is about the TCP checksum only. */
function* exceptions(): Generator<Plan> {
  for (const mark of ['partial', 'unnecessary'] as const) {
    const topic = (name: string, title: string, rules: readonly string[], fields: SegmentSpec): Topic => ({
      id: `checksum-offload/exceptions/${mark}-${name}`,
      title: `the mark ${mark} and ${title}`,
      rules: [RULE[mark], ...rules],
      send: (scene) => scene.data(USUAL_LENGTH, { ...FIELDS[mark], ...fields }),
      only: ['first', 'middle', 'last', 'alone'],
    });
    yield* inRuns(
      topic('ipv4-header', 'a wrong IPv4 header checksum', ['E2', 'O4'], { corrupt: { ipChecksum: 'wrong' } }),
      [IPV4, IPV4_TS],
    );
    yield* inRuns(topic('fin', 'FIN', ['E3'], { flags: 'FA' }), PLAIN);
    yield* inRuns(topic('sack', 'a SACK option', ['E4'], { options: '0101050a0000000100000002' }), PLAIN);
    yield* inRuns(topic('ce', 'CE', ['E8a'], { ecn: 3 }), PLAIN);
  }
}
