/** I1 to I4, I7: order, DPC boundaries, switching. */

import type { Setting } from '../../reference-impl/step.ts';
import type { Plan } from '../plan.ts';
import { ALL, Scene, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

export function* indicationBoundaries(): Generator<Plan> {
  for (const variant of ALL) {
    yield* dpcs(variant);
    yield* switching(variant);
  }
}

function* dpcs(variant: Variant): Generator<Plan> {
  for (let before = 1; before < 6; before++) {
    yield {
      id: `indication/dpc/of-6-after-${before}/${variant.name}`,
      title: `The DPC ends after ${before} of 6 segments`,
      rules: ['I2', 'I1'],
      scene: new Scene(variant)
        .run(before)
        .dpc()
        .run(6 - before),
      groups: inOrder(before, 6 - before),
    };
  }
  const plan = (name: string, title: string, rules: string[], scene: Scene, groups: number[][]): Plan => ({
    id: `indication/${name}/${variant.name}`,
    title,
    rules,
    scene,
    groups,
  });
  const each = new Scene(variant);
  for (let i = 0; i < 5; i++) each.data().dpc();
  yield plan('dpc/each', 'A DPC for each segment', ['I2'], each, inOrder(1, 1, 1, 1, 1));
  yield plan(
    'dpc/empty',
    'DPCs without frames',
    ['I2', 'I7'],
    new Scene(variant).dpc().run(2).dpc().dpc().run(2),
    inOrder(2, 2),
  );
  yield plan(
    'dpc/wait',
    'Time passes between DPCs',
    ['I2'],
    new Scene(variant).run(2).dpc().wait(1_000_000).run(2),
    inOrder(2, 2),
  );
  yield plan(
    'dpc/wait-within',
    'Time passes within a DPC',
    ['I2'],
    new Scene(variant).run(2).wait(10).run(2),
    inOrder(4),
  );
  // The certification's own test sends so, against a timer of 50, 300 or 500 us: where a timer ends units, it shows here.
  const cadence = new Scene(variant);
  for (let i = 0; i < 10; i++) cadence.data().wait(100);
  yield plan('dpc/cadence-100us', 'A segment every 100 us', ['I2'], cadence, inOrder(10));
  yield plan(
    'dpc/before-exception',
    'An exception begins the next DPC',
    ['I2', 'I1', 'E3'],
    new Scene(variant).run(2).dpc().data(100, { flags: 'AF' }).run(2),
    inOrder(2, 1, 2),
  );
  yield plan(
    'dpc/after-exception',
    'An exception ends the DPC',
    ['I2', 'I1', 'E3'],
    new Scene(variant).run(2).data(100, { flags: 'AF' }).dpc().run(2),
    inOrder(2, 1, 2),
  );
  yield plan(
    'dpc/before-window-update',
    'A window update begins the next DPC',
    ['I2', 'C7'],
    new Scene(variant).run(2).dpc().windowUpdate().run(2),
    inOrder(2, 1, 2),
  );
  yield plan(
    'dpc/after-ack',
    'The DPC ends after a pure ACK',
    ['I2', 'C3'],
    new Scene(variant).ack().dpc().run(2),
    inOrder(1, 2),
  );
  yield plan(
    'dpc/retransmission',
    'A retransmission in the next DPC',
    ['I2', 'I7'],
    scene(variant).run(2).dpc().data(100, { seq: 1_000_100 }).data(),
    inOrder(2, 2),
  );
  const two = new Scene(variant, { connections: 2 });
  for (let i = 0; i < 3; i++) two.on(0).data().on(1).data().dpc();
  yield plan('dpc/two-connections', 'Two connections, three DPCs', ['I2', 'C11'], two, [[0], [1], [2], [3], [4], [5]]);
  const mixed = new Scene(variant).run(2).data(100, { flags: 'AU' }).run(2).data(100, { ecn: 3 }).run(2).ack().run(2);
  yield {
    ...plan(
      'order/everything',
      'Exceptions, restarts and ACKs in one DPC keep their order',
      ['I1', 'I7'],
      mixed,
      inOrder(2, 1, 2, 1, 2, 1, 2),
    ),
    flags: ['reordering-on-exception'],
  };
  for (const [name, fields] of [
    ['fin', { flags: 'AF' }],
    ['option', { options: '0101050a0000000100000002' }],
    ['checksum', { corrupt: { tcpChecksum: 'wrong' } }],
    ['ce', { ecn: 3 }],
  ] as const) {
    const every = new Scene(variant);
    for (let i = 0; i < 3; i++) every.data(100).data(100, fields);
    yield {
      ...plan(
        `order/alternating-${name}`,
        `Every other segment is an exception (${name})`,
        ['I1', 'I7'],
        every,
        inOrder(1, 1, 1, 1, 1, 1),
      ),
      flags: ['reordering-on-exception'],
    };
  }
}

const scene = (variant: Variant): Scene => new Scene(variant);

function* switching(variant: Variant): Generator<Plan> {
  const mine = (on: boolean): Setting => (variant.ipVersion === 4 ? { rsc4: on } : { rsc6: on });
  const other = (on: boolean): Setting => (variant.ipVersion === 4 ? { rsc6: on } : { rsc4: on });
  const off = mine(false);
  const on = mine(true);
  const plan = (
    name: string,
    title: string,
    rules: string[],
    played: Scene,
    sizes: number[],
    flags = ['off-still-coalesces'],
  ): Plan => ({
    id: `indication/switch/${name}/${variant.name}`,
    title,
    rules,
    flags,
    scene: played,
    groups: inOrder(...sizes),
  });
  yield plan('off', 'RSC is off from the beginning', ['I3'], scene(variant).set(off).run(4), [1, 1, 1, 1]);
  yield plan(
    'off-mid-flow',
    'RSC goes off in the middle of a run',
    ['I4', 'I3'],
    scene(variant).run(2).set(off).run(2),
    [2, 1, 1],
  );
  yield plan(
    'off-behind-one',
    'RSC goes off after one segment',
    ['I4', 'I3'],
    scene(variant).data().set(off).data(),
    [1, 1],
  );
  yield plan(
    'on-mid-flow',
    'RSC goes on in the middle of a run',
    ['I3'],
    scene(variant).set(off).run(2).set(on).run(3),
    [1, 1, 3],
  );
  yield plan(
    'off-on',
    'RSC goes off and on in the middle of a run',
    ['I4', 'I3'],
    scene(variant).run(2).set(off).set(on).run(2),
    [2, 2],
    ['toggled-under-traffic'],
  );
  yield plan(
    'off-frames-on',
    'RSC goes off for two frames',
    ['I4', 'I3', 'I1'],
    scene(variant).run(2).set(off).run(2).set(on).run(2),
    [2, 1, 1, 2],
    ['off-still-coalesces', 'toggled-under-traffic'],
  );
  yield plan(
    'off-next-dpc',
    'RSC goes off between DPCs',
    ['I3', 'I2'],
    scene(variant).run(2).dpc().set(off).run(2),
    [2, 1, 1],
  );
  yield plan(
    'on-while-on',
    'Switching on what is on changes nothing',
    ['I4', 'I7'],
    scene(variant).run(2).set(on).run(2),
    [4],
    [],
  );
  yield plan(
    'off-while-off',
    'Switching off what is off changes nothing',
    ['I3'],
    scene(variant).set(off).data().set(off).data(),
    [1, 1],
  );
  yield plan(
    'other-version-off',
    'The other IP version goes off',
    ['I4'],
    scene(variant).run(2).set(other(false)).run(2),
    [4],
    [],
  );
  yield plan(
    'other-version-on',
    'Only the other IP version goes on again',
    ['I3'],
    scene(variant).set({ rsc4: false, rsc6: false }).data().set(other(true)).run(2),
    [1, 1, 1],
  );
  yield plan(
    'both-off',
    'Both IP versions go off',
    ['I4', 'I3'],
    scene(variant).run(3).set({ rsc4: false, rsc6: false }).run(2),
    [3, 1, 1],
  );
  yield plan(
    'off-with-exception',
    'An exception while RSC is off',
    ['I3', 'S4'],
    scene(variant).set(off).data().data(100, { flags: 'AF' }).data(100, { ecn: 3 }),
    [1, 1, 1],
  );
  yield plan(
    'off-behind-exception',
    'RSC goes off after an exception that is still due',
    ['I4', 'I1'],
    scene(variant).run(2).data(100, { flags: 'AU' }).run(2).set(off).data(),
    [2, 1, 2, 1],
  );
  const toggled = scene(variant);
  for (let i = 0; i < 8; i++) toggled.run(2).set(off).data().set(on);
  yield plan(
    'toggled',
    'RSC goes off and on eight times under traffic',
    ['I4', 'I3'],
    toggled,
    Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 2 : 1)),
    ['toggled-under-traffic'],
  );
  const two = new Scene(variant, { connections: 2 }).run(2).on(1).run(2).set(off).data().on(0).data();
  yield plan('two-connections', 'Every SCU in progress ends when RSC goes off', ['I4'], two, [2, 2, 1, 1]);
}
