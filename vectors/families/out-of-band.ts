/** O: out-of-band data of a frame. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

const COUNT = ['segment-count-by-mtu'];

export function* outOfBand(): Generator<Plan> {
  for (const variant of ALL) {
    yield* counts(variant);
    yield* verdicts(variant);
  }
  for (const variant of PLAIN) yield* duplicates(variant);
}

function* counts(variant: Variant): Generator<Plan> {
  const plan = (name: string, title: string, scene: Scene, sizes: number[], flags: string[], rules = ['O1']): Plan => ({
    id: `out-of-band/count/${name}/${variant.name}`,
    title,
    rules,
    flags,
    scene,
    groups: inOrder(...sizes),
  });
  yield plan('lone-data', 'A lone data segment, whose count may be 0 or 1', new Scene(variant).data(), [1], []);
  yield plan('lone-ack', 'A lone pure ACK, whose count may be 0 or 1', new Scene(variant).ack(), [1], []);
  yield plan(
    'data-and-window-updates',
    'One data segment with window updates, whose count may be 0 or 1',
    new Scene(variant).data().windowUpdate().windowUpdate(),
    [3],
    [],
  );
  yield plan(
    'ack-and-window-updates',
    'A pure ACK with a window update, whose count may be 0 or 1',
    new Scene(variant).ack().windowUpdate(),
    [2],
    [],
  );
  yield plan(
    'window-updates-left-out',
    'Three data segments with window updates between them',
    new Scene(variant).data().windowUpdate().data().windowUpdate().data(),
    [5],
    COUNT,
  );
  for (const mss of [1, 536, 1448, 8948]) {
    for (const count of [2, 5]) {
      yield plan(
        `mss-${mss}/of-${count}`,
        `${count} segments of ${countText(mss, 'byte')}`,
        new Scene(variant).run(count, mss),
        [count],
        [...COUNT, ...(mss === 8948 ? ['jumbo-segments'] : [])],
      );
    }
    if (mss > 1)
      yield plan(
        `mss-${mss}/last-short`,
        `Three segments of ${mss} bytes and one of one byte`,
        new Scene(variant).run(3, mss).data(1),
        [4],
        COUNT,
      );
  }
  yield plan(
    'starts-anew',
    'Two SCUs in a row, with their own counts',
    new Scene(variant).run(3).from(9_000_000).run(2),
    [3, 2],
    [],
  );
  yield plan(
    'a-dpc',
    'SCUs in three DPCs, with their own counts',
    new Scene(variant).run(3).dpc().run(2).dpc().data(),
    [3, 2, 1],
    [],
    ['O1', 'I2'],
  );
  yield {
    ...plan(
      'off',
      'Three segments while RSC is off',
      new Scene(variant).set({ rsc4: false, rsc6: false }).run(3),
      [1, 1, 1],
      ['off-still-coalesces'],
    ),
    rules: ['O1', 'I3'],
  };
  yield plan(
    'header-kinds',
    'A pair of segments, whose virtio header names the IP version',
    new Scene(variant).run(2, 1000),
    [2],
    [],
  );
}

/** Each frame alone, so that the verdict is its own. */
function* verdicts(variant: Variant): Generator<Plan> {
  const wrong = { corrupt: { tcpChecksum: 'wrong' } } as const;
  const both = { corrupt: { ipChecksum: 'wrong', tcpChecksum: 'wrong' } } as const;
  const frames: readonly (readonly [string, string, Scene])[] = [
    ['right', 'A segment with right checksums', new Scene(variant).data()],
    ['tcp-wrong', 'A segment with a wrong TCP checksum', new Scene(variant).data(USUAL_LENGTH, wrong)],
    ['ack-wrong', 'A pure ACK with a wrong TCP checksum', new Scene(variant).ack(wrong)],
    ['syn', 'A SYN with right checksums', new Scene(variant).windowUpdate({ flags: 'S', options: '020405b4' })],
    [
      'syn-wrong',
      'A SYN with a wrong TCP checksum',
      new Scene(variant).windowUpdate({ flags: 'S', options: '020405b4', ...wrong }),
    ],
    ['short', 'A segment of one byte with right checksums', new Scene(variant).data(1)],
    ['short-wrong', 'A segment of one byte with a wrong TCP checksum', new Scene(variant).data(1, wrong)],
    [
      'trailer',
      'A segment with right checksums and a trailer',
      new Scene(variant).data(USUAL_LENGTH, { trailer: 8, trailerByte: 0x77 }),
    ],
    [
      'priority-tag',
      'A segment with right checksums and a priority tag',
      new Scene(variant).data(USUAL_LENGTH, { tags: [{ vid: 0, priority: 5 }] }),
    ],
    [
      'qinq',
      'A segment with right checksums and two tags',
      new Scene(variant).data(USUAL_LENGTH, { tags: [{ vid: 9, service: true }, { vid: 5 }] }),
    ],
  ];
  const extra: (readonly [string, string, Scene])[] =
    variant.ipVersion === 6
      ? [
          [
            'routing',
            'A routing header with no segment left, so that the checksum can be verified',
            new Scene(variant).data(USUAL_LENGTH, { extensions: [{ kind: 'routing' }] }),
          ],
          [
            'routing-wrong',
            'A wrong TCP checksum after a routing header with no segment left',
            new Scene(variant).data(USUAL_LENGTH, { extensions: [{ kind: 'routing' }], ...wrong }),
          ],
          [
            'routing-left',
            'A routing header with one segment left, so that the checksum verdict is not judged',
            new Scene(variant).data(USUAL_LENGTH, { extensions: [{ kind: 'routing', left: 1 }] }),
          ],
          [
            'hop-by-hop-wrong',
            'A wrong TCP checksum after a hop-by-hop header',
            new Scene(variant).data(USUAL_LENGTH, { extensions: [{ kind: 'hop-by-hop' }], ...wrong }),
          ],
        ]
      : [
          [
            'ip-wrong',
            'A segment with a wrong IPv4 header checksum',
            new Scene(variant).data(USUAL_LENGTH, { corrupt: { ipChecksum: 'wrong' } }),
          ],
          [
            'both-wrong',
            'A segment with wrong IPv4 header and TCP checksums',
            new Scene(variant).data(USUAL_LENGTH, both),
          ],
          [
            'fragment',
            'A later fragment whose payload begins like a TCP header',
            new Scene(variant).data(USUAL_LENGTH, { df: false, fragmentOffset: 50 }),
          ],
          [
            'first-fragment',
            'A first fragment, which gets no TCP verdict',
            new Scene(variant).data(USUAL_LENGTH, { df: false, mf: true }),
          ],
          [
            'source-route',
            'A source route that is not used up, so that the checksum verdict is not judged',
            new Scene(variant).data(USUAL_LENGTH, { ipOptions: '830704c6336401' }),
          ],
          [
            'source-route-used-up',
            'A used-up source route, so that the checksum can be verified',
            new Scene(variant).data(USUAL_LENGTH, { ipOptions: '830708c6336401' }),
          ],
          [
            'source-route-used-up-wrong',
            'A wrong TCP checksum after a used-up source route',
            new Scene(variant).data(USUAL_LENGTH, { ipOptions: '890708c6336401', ...wrong }),
          ],
          [
            'ip-options-wrong',
            'A wrong TCP checksum after IPv4 options',
            new Scene(variant).data(USUAL_LENGTH, { ipOptions: '01010101', ...wrong }),
          ],
        ];
  for (const [name, title, scene] of [...frames, ...extra]) {
    const flags = name.includes('fragment')
      ? ['fragment-checksum-verdict']
      : name === 'priority-tag' || name === 'qinq'
        ? ['tag-misparsed']
        : name.startsWith('short')
          ? ['short-padded-frames']
          : [];
    yield { id: `out-of-band/verdict/${name}/${variant.name}`, title, rules: ['O4'], flags, scene, groups: inOrder(1) };
  }
}

function* duplicates(variant: Variant): Generator<Plan> {
  for (const count of [1, 2, 5]) {
    for (const before of ['ack', 'data'] as const) {
      const scene = new Scene(variant)[before]();
      for (let i = 0; i < count; i++) scene.duplicate();
      yield {
        id: `out-of-band/duplicates/${count}-after-${before}/${variant.name}`,
        title: `DupAckCount after ${before === 'ack' ? 'a pure ACK' : 'data'} and ${countText(count, 'duplicate ACK')}`,
        rules: ['O2', 'C8', 'C9'],
        level: 'should',
        flags: ['duplicates-uncounted'],
        scene,
        groups: inOrder(1, ...Array.from({ length: count }, () => 1)),
      };
    }
  }
  yield {
    id: `out-of-band/duplicates/none/${variant.name}`,
    title: 'DupAckCount after data and a window update: zero',
    rules: ['O2'],
    scene: new Scene(variant).run(3).windowUpdate(),
    groups: inOrder(4),
  };
}
