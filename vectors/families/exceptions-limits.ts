/** E7 and E1: the largest legal datagram, and the full flow table. */

import type { Plan } from '../plan.ts';
import { ALL, IPV6, IPV6_TS, PLAIN, Scene, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

const LIMIT = 65_535;
const WRAP = ['length-wraps'];

/** The most payload bytes in a datagram whose IP length field is 65,535. */
function capacity({ ipVersion, timestamps }: Variant): number {
  return LIMIT - (ipVersion === 4 ? 20 : 0) - 20 - (timestamps ? 12 : 0);
}

export function* exceptionsLimits(): Generator<Plan> {
  for (const mss of [536, 1448, 8948]) {
    for (const variant of ALL) yield* around(mss, variant, capacity(variant), 'limit');
    for (const variant of [IPV6, IPV6_TS]) {
      yield* aroundTotal(mss, variant);
    }
  }
  for (const variant of ALL) {
    yield {
      id: `exceptions/length/mss-1/run-of-64/${variant.name}`,
      title: 'A run of 64 segments of one byte',
      rules: ['E7', 'C5', 'O1'],
      flags: ['segment-count-by-mtu', 'short-padded-frames'],
      scene: new Scene(variant).run(64, 1),
      groups: inOrder(64),
    };
    yield {
      id: `exceptions/length/mss-1/runs/${variant.name}`,
      title: 'Two runs of 64 segments of one byte, each in its own DPC',
      rules: ['C5', 'I2'],
      flags: ['segment-count-by-mtu'],
      scene: new Scene(variant).run(64, 1).dpc().run(64, 1),
      groups: inOrder(64, 64),
    };
  }
  yield* fullTable();
}

function* around(mss: number, variant: Variant, room: number, name: string): Generator<Plan> {
  const full = Math.floor(room / mss);
  const rest = room - full * mss;
  const scene = (): Scene => new Scene(variant).run(full, mss);
  const plan = (
    place: string,
    title: string,
    played: Scene,
    groups: number[][],
    rules: string[] = ['E7', 'H2'],
  ): Plan => ({
    id: `exceptions/length/mss-${mss}/${name}/${place}/${variant.name}`,
    title: `${title}, segments of ${mss} bytes`,
    rules,
    flags: mss === 8948 ? [...WRAP, 'jumbo-segments'] : WRAP,
    scene: played,
    groups,
  });
  yield plan('minus-one', 'A unit one byte below the length limit', scene().data(rest - 1), inOrder(full + 1));
  yield plan('exact', 'A unit that exactly meets the length limit', scene().data(rest), inOrder(full + 1));
  yield plan(
    'plus-one',
    'A last segment that is one byte too long for the length limit',
    scene().data(rest + 1),
    inOrder(full, 1),
  );
  yield plan('full-segments', 'A run of full segments past the length limit', scene().run(3, mss), inOrder(full, 3), [
    'E7',
    'S4',
  ]);
  yield plan(
    'met-by-one-byte',
    'One byte that meets the length limit, then one more',
    scene()
      .data(rest - 1)
      .data(1)
      .data(1),
    inOrder(full + 2, 1),
  );
  yield plan(
    'exact-then-more',
    'Data after a unit that exactly meets the length limit',
    scene().data(rest).run(2, mss),
    inOrder(full + 1, 2),
  );
  yield plan(
    'window-update',
    'A window update, which adds no byte, at the length limit',
    scene().data(rest).windowUpdate(),
    inOrder(full + 2),
    ['E7', 'C7'],
  );
}

/** A target that counts the IPv6 header in the limit stops here; the default goes on. */
function* aroundTotal(mss: number, variant: Variant): Generator<Plan> {
  const room = capacity(variant) - 40;
  const full = Math.floor(room / mss);
  const rest = room - full * mss;
  for (const [place, title, extra] of [
    ['minus-one', 'A unit one byte below 65,535 with its IPv6 header', -1],
    ['exact', 'A unit of exactly 65,535 bytes with its IPv6 header', 0],
    ['plus-one', 'A unit one byte above 65,535 with its IPv6 header', 1],
  ] as const) {
    yield {
      id: `exceptions/length/mss-${mss}/total/${place}/${variant.name}`,
      title: `${title}, segments of ${mss} bytes`,
      rules: ['E7'],
      flags: WRAP,
      scene: new Scene(variant).run(full, mss).data(rest + extra),
      groups: inOrder(full + 1),
    };
  }
}

/** Only a policy with a small table shows E1. */
function* fullTable(): Generator<Plan> {
  for (const variant of PLAIN) {
    for (const hosts of ['one', 'distinct'] as const) {
      for (const connections of [2, 3, 8, 32]) {
        const scene = new Scene(variant, { connections, hosts });
        for (let round = 0; round < 2; round++) for (let i = 0; i < connections; i++) scene.on(i).data();
        yield {
          id: `exceptions/table/${connections}-connections/${hosts === 'one' ? 'ports' : 'hosts'}/${variant.name}`,
          title: `${connections} connections ${hosts === 'one' ? 'from one host' : 'from different hosts'}, two segments each`,
          rules: ['E1', 'C1', 'C11', 'I7'],
          scene,
          groups: Array.from({ length: connections }, (_, i) => [i, connections + i]),
        };
      }
    }
    const freed = new Scene(variant, { connections: 2 }).run(2).data(100, { flags: 'AF' }).on(1).run(2);
    yield {
      id: `exceptions/table/freed-by-exception/${variant.name}`,
      title: 'An exception frees a flow-table entry for the next connection',
      rules: ['E1', 'E3'],
      scene: freed,
      groups: inOrder(2, 1, 2),
    };
    const dpc = new Scene(variant, { connections: 2 }).run(2).dpc().on(1).run(2);
    yield {
      id: `exceptions/table/freed-by-dpc/${variant.name}`,
      title: 'The end of a DPC frees every flow-table entry',
      rules: ['E1', 'I2'],
      scene: dpc,
      groups: inOrder(2, 2),
    };
  }
}
