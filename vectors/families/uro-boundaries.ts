/** U8, U10: switching and DPC boundaries. */

import type { Plan } from '../plan.ts';
import { Scene, type Variant } from '../scene.ts';
import { uroPlan as plan } from './uro-plan.ts';
import { uroScene as scene } from './uro-scene.ts';

const on = { uro: true };
const off = { uro: false };

export function* uroBoundaries(variant: Variant): Generator<Plan> {
  yield* switching(variant);
  yield* dpcs(variant);
}

function* switching(variant: Variant): Generator<Plan> {
  const of = (name: string, title: string, rules: readonly string[], built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `switch/${name}`, title, rules, built, groups);
  const fresh = (): Scene => new Scene(variant);
  yield of('never-on', 'URO off from the start', ['U8', 'I8'], fresh().set(off).datagrams(3), [1, 1, 1]);
  yield of(
    'on',
    'URO switched on in the middle of a run',
    ['U8'],
    fresh().datagrams(2).set(on).datagrams(3),
    [1, 1, 3],
  );
  yield of(
    'off',
    'URO switched off in the middle of a run',
    ['U8'],
    scene(variant).datagrams(3).set(off).datagrams(2),
    [3, 1, 1],
  );
  yield of(
    'off-on',
    'URO switched off and on at once',
    ['U8'],
    scene(variant).datagrams(3).set(off).set(on).datagrams(2),
    [3, 2],
  );
  yield of(
    'off-frames-on',
    'URO switched off for two datagrams',
    ['U8'],
    scene(variant).datagrams(2).set(off).datagrams(2).set(on).datagrams(2),
    [2, 1, 1, 2],
  );
  yield of(
    'on-while-on',
    'URO switched on while it is on',
    ['U8'],
    scene(variant).datagrams(2).set(on).datagrams(2),
    [4],
  );
  yield of(
    'off-next-dpc',
    'URO switched off between DPCs',
    ['U8', 'I2'],
    scene(variant).datagrams(2).dpc().set(off).datagrams(2),
    [2, 1, 1],
  );
  yield of(
    'rxcsum-off',
    'Receive checksum offload switched off for two datagrams',
    ['K4', 'U8'],
    scene(variant).datagrams(2).set({ rxcsum: false }).datagrams(2).set({ rxcsum: true }).datagrams(2),
    [2, 1, 1, 2],
  );
  const rscOff = { rsc4: false, rsc6: false };
  yield of(
    'rsc-off',
    'RSC switched off while URO stays on',
    ['U8', 'I4'],
    scene(variant).datagrams(2).set(rscOff).datagrams(2),
    [4],
  );
  const both = scene(variant).data().datagram().data().datagram().set(off).data().datagram();
  yield plan(variant, 'switch/off-beside-tcp', 'URO switched off while RSC stays on', ['U8', 'I4'], both, [
    [1, 3],
    [5],
    [0, 2, 4],
  ]);
  const all = scene(variant, { connections: 2 }).datagrams(2).on(1).datagrams(2).set(off).datagram().on(0).datagram();
  yield of(
    'two-connections',
    'URO switched off with SCUs of two connections in progress',
    ['U8', 'U7'],
    all,
    [2, 2, 1, 1],
  );
  const toggled = scene(variant);
  for (let i = 0; i < 8; i++) toggled.datagrams(2).set(off).datagram().set(on);
  const sizes = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 2 : 1));
  yield of('toggled', 'URO switched off and on eight times under traffic', ['U8'], toggled, sizes);
  const together = scene(variant)
    .datagrams(2)
    .data()
    .data()
    .set({ ...off, ...rscOff })
    .datagram()
    .data();
  yield of('all-off', 'URO and RSC switched off together', ['U8', 'I4', 'I3'], together, [2, 2, 1, 1]);
}

function* dpcs(variant: Variant): Generator<Plan> {
  const of = (name: string, title: string, built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `dpc/${name}`, title, ['U10', 'I2'], built, groups);
  for (const before of [1, 2, 3]) {
    const built = scene(variant)
      .datagrams(before)
      .dpc()
      .datagrams(4 - before);
    yield of(`after-${before}`, `A DPC that ends after ${before} of 4 datagrams`, built, [before, 4 - before]);
  }
  yield of('empty', 'Empty DPCs between datagrams', scene(variant).dpc().datagrams(2).dpc().dpc().datagrams(2), [2, 2]);
  yield of('wait', 'A wait within a DPC', scene(variant).datagrams(2).wait(10).datagrams(2), [4]);
  const short = scene(variant).datagrams(2).datagram(20).dpc().datagrams(2);
  yield of('after-shorter', 'A shorter datagram as the last of a DPC', short, [3, 2]);
  const mixed = scene(variant).datagram().data().datagram().data().dpc().data().datagram().data().datagram();
  yield plan(variant, 'dpc/tcp-beside', 'TCP and UDP interleaved over two DPCs', ['U10', 'I2', 'U7'], mixed, [
    [0, 2],
    [1, 3],
    [4, 6],
    [5, 7],
  ]);
}
