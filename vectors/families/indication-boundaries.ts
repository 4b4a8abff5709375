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
      title: `A DPC that ends after ${before} of 6 segments`,
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
  yield plan('dpc/each', 'Five segments, each in its own DPC', ['I2'], each, inOrder(1, 1, 1, 1, 1));
  yield plan(
    'dpc/empty',
    'Empty DPCs between data',
    ['I2', 'I7'],
    new Scene(variant).dpc().run(2).dpc().dpc().run(2),
    inOrder(2, 2),
  );
  yield plan(
    'dpc/wait',
    'A wait between DPCs',
    ['I2'],
    new Scene(variant).run(2).dpc().wait(1_000_000).run(2),
    inOrder(2, 2),
  );
  yield plan('dpc/wait-within', 'A wait within a DPC', ['I2'], new Scene(variant).run(2).wait(10).run(2), inOrder(4));
  // The certification test sends like this, against a timer of 50, 300 or 500 us. It shows a timer that ends units.
  const cadence = new Scene(variant);
  for (let i = 0; i < 10; i++) cadence.data().wait(100);
  yield plan('dpc/cadence-100us', 'A segment every 100 us', ['I2'], cadence, inOrder(10));
  yield plan(
    'dpc/before-exception',
    'A FIN as the first segment of a DPC',
    ['I2', 'I1', 'E3'],
    new Scene(variant).run(2).dpc().data(100, { flags: 'AF' }).run(2),
    inOrder(2, 1, 2),
  );
  yield plan(
    'dpc/after-exception',
    'A FIN as the last segment of a DPC',
    ['I2', 'I1', 'E3'],
    new Scene(variant).run(2).data(100, { flags: 'AF' }).dpc().run(2),
    inOrder(2, 1, 2),
  );
  yield plan(
    'dpc/before-window-update',
    'A window update as the first segment of a DPC',
    ['I2', 'C7'],
    new Scene(variant).run(2).dpc().windowUpdate().run(2),
    inOrder(2, 1, 2),
  );
  yield plan(
    'dpc/after-ack',
    'A pure ACK as the last segment of a DPC',
    ['I2', 'C3'],
    new Scene(variant).ack().dpc().run(2),
    inOrder(1, 2),
  );
  yield plan(
    'dpc/retransmission',
    'A retransmission in the DPC after the first copy',
    ['I2', 'I7'],
    scene(variant).run(2).dpc().data(100, { seq: 1_000_100 }).data(),
    inOrder(2, 2),
  );
  const two = new Scene(variant, { connections: 2 });
  for (let i = 0; i < 3; i++) two.on(0).data().on(1).data().dpc();
  yield plan('dpc/two-connections', 'Two connections over three DPCs', ['I2', 'C11'], two, [
    [0],
    [1],
    [2],
    [3],
    [4],
    [5],
  ]);
  const mixed = new Scene(variant).run(2).data(100, { flags: 'AU' }).run(2).data(100, { ecn: 3 }).run(2).ack().run(2);
  yield {
    ...plan(
      'order/everything',
      'Exceptions, restarts and ACKs in one DPC',
      ['I1', 'I7'],
      mixed,
      inOrder(2, 1, 2, 1, 2, 1, 2),
    ),
    flags: ['reordering-on-exception'],
  };
  for (const [name, title, fields] of [
    ['fin', 'FIN', { flags: 'AF' }],
    ['option', 'A SACK option', { options: '0101050a0000000100000002' }],
    ['checksum', 'A wrong TCP checksum', { corrupt: { tcpChecksum: 'wrong' } }],
    ['ce', 'CE', { ecn: 3 }],
  ] as const) {
    const every = new Scene(variant);
    for (let i = 0; i < 3; i++) every.data(100).data(100, fields);
    yield {
      ...plan(
        `order/alternating-${name}`,
        `${title} on every other segment`,
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
  yield plan('off', 'RSC off from the start', ['I3'], scene(variant).set(off).run(4), [1, 1, 1, 1]);
  yield plan(
    'off-mid-flow',
    'RSC switched off in the middle of a run',
    ['I4', 'I3'],
    scene(variant).run(2).set(off).run(2),
    [2, 1, 1],
  );
  yield plan(
    'off-behind-one',
    'RSC switched off after one segment',
    ['I4', 'I3'],
    scene(variant).data().set(off).data(),
    [1, 1],
  );
  yield plan(
    'on-mid-flow',
    'RSC switched on in the middle of a run',
    ['I3'],
    scene(variant).set(off).run(2).set(on).run(3),
    [1, 1, 3],
  );
  yield plan(
    'off-on',
    'RSC switched off and on at once in the middle of a run',
    ['I4', 'I3'],
    scene(variant).run(2).set(off).set(on).run(2),
    [2, 2],
    ['toggled-under-traffic'],
  );
  yield plan(
    'off-frames-on',
    'RSC switched off for two segments',
    ['I4', 'I3', 'I1'],
    scene(variant).run(2).set(off).run(2).set(on).run(2),
    [2, 1, 1, 2],
    ['off-still-coalesces', 'toggled-under-traffic'],
  );
  yield plan(
    'off-next-dpc',
    'RSC switched off between DPCs',
    ['I3', 'I2'],
    scene(variant).run(2).dpc().set(off).run(2),
    [2, 1, 1],
  );
  yield plan(
    'on-while-on',
    'RSC switched on while it is on',
    ['I4', 'I7'],
    scene(variant).run(2).set(on).run(2),
    [4],
    [],
  );
  yield plan(
    'off-while-off',
    'RSC switched off while it is off',
    ['I3'],
    scene(variant).set(off).data().set(off).data(),
    [1, 1],
  );
  yield plan(
    'other-version-off',
    'RSC switched off for the other IP version',
    ['I4'],
    scene(variant).run(2).set(other(false)).run(2),
    [4],
    [],
  );
  yield plan(
    'other-version-on',
    'RSC switched off, then on for the other IP version only',
    ['I3'],
    scene(variant).set({ rsc4: false, rsc6: false }).data().set(other(true)).run(2),
    [1, 1, 1],
  );
  yield plan(
    'both-off',
    'RSC switched off for both IP versions',
    ['I4', 'I3'],
    scene(variant).run(3).set({ rsc4: false, rsc6: false }).run(2),
    [3, 1, 1],
  );
  yield plan(
    'off-with-exception',
    'Exceptions while RSC is off',
    ['I3', 'S4'],
    scene(variant).set(off).data().data(100, { flags: 'AF' }).data(100, { ecn: 3 }),
    [1, 1, 1],
  );
  yield plan(
    'off-behind-exception',
    'RSC switched off after an exception in the same DPC',
    ['I4', 'I1'],
    scene(variant).run(2).data(100, { flags: 'AU' }).run(2).set(off).data(),
    [2, 1, 2, 1],
  );
  const toggled = scene(variant);
  for (let i = 0; i < 8; i++) toggled.run(2).set(off).data().set(on);
  yield plan(
    'toggled',
    'RSC switched off and on eight times under traffic',
    ['I4', 'I3'],
    toggled,
    Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 2 : 1)),
    ['toggled-under-traffic'],
  );
  const two = new Scene(variant, { connections: 2 }).run(2).on(1).run(2).set(off).data().on(0).data();
  yield plan('two-connections', 'RSC switched off with SCUs of two connections in progress', ['I4'], two, [2, 2, 1, 1]);
}
