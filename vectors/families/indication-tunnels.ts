/** I5: TCP inside tunnels. It stays alone, unless the target announces that it coalesces there: then the rules apply inside. */

import { TUNNEL_KINDS, type TunnelKind } from '../../reference-impl/wire/tunnel.ts';
import type { Plan } from '../plan.ts';
import { Scene, type Variant } from '../scene.ts';
import type { Tunnel } from '../tunnel.ts';
import type { SegmentSpec } from '../vector.ts';
import { IDENTIFIED, OVER_ETHERNET, OVER_IP, OVER_UDP, tunnelName, tunnelVariants } from './tunnel-kinds.ts';

/** How the outer headers differ between frames that would merge otherwise. */
const DIFFERENCES: readonly (readonly [
  name: string,
  what: string,
  of: Omit<Tunnel, 'kind'>,
  kinds: readonly TunnelKind[],
])[] = [
  ['outer-source', 'another outer source address', { end: 3 }, OVER_IP],
  ['outer-dscp', 'another outer DSCP', { tos: 0x28 }, OVER_IP],
  ['outer-ecn', 'CE in the outer header', { tos: 3 }, OVER_IP],
  ['outer-ttl', 'another outer TTL', { ttl: 63 }, [...OVER_IP, 'mpls']],
  ['outer-df', 'outer DF clear', { mayFragment: true }, OVER_IP],
  ['outer-port', 'another outer source port', { port: 0xc001 }, OVER_UDP],
  ['outer-checksum', 'an outer checksum', { checksum: true }, ['gre', ...OVER_UDP]],
];

const alone = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);

export function* indicationTunnels(): Generator<Plan> {
  for (const kind of TUNNEL_KINDS) {
    for (const variant of tunnelVariants(kind)) {
      yield* runs(kind, variant);
      if (!variant.timestamps) yield* headers(kind, variant);
      yield* rulesInside(kind, variant);
    }
  }
}

function planner(kind: TunnelKind, variant: Variant) {
  return (name: string, title: string, scene: Scene, groups: readonly (readonly number[])[]): Plan => ({
    id: `indication/tunnels/${kind}/${name}/${variant.name}`,
    title: `${tunnelName(kind)}: ${title}`,
    rules: ['I5', 'I8'],
    level: 'must',
    flags: ['tunnel-coalesced', 'overlay-collapse'],
    scene,
    groups,
  });
}

function* runs(kind: TunnelKind, variant: Variant): Generator<Plan> {
  const plan = planner(kind, variant);
  const inside: SegmentSpec = { tunnel: { kind } };
  yield plan('run', 'data in order', new Scene(variant).always(inside).run(4), alone(4));
  yield plan('jumbo', 'full-size data in order', new Scene(variant).always(inside).run(3, 1368), alone(3));
  yield plan(
    'push',
    'data in order, PSH on the last segment',
    new Scene(variant).always(inside).run(2).data(100, { flags: 'AP' }),
    alone(3),
  );
  const beside = new Scene(variant).data(100).data(100, inside).data(100).data(100, inside);
  yield plan('beside', 'every other segment of a run, the others plain', beside, [[1], [0], [3], [2]]);
  const around = new Scene(variant, { connections: 2 }).data().on(1).always(inside).data().on(0).data();
  yield plan('around', 'one connection, between data of a plain one', around.on(1).data(), [[1], [3], [0, 2]]);
  if (!IDENTIFIED.includes(kind)) return;
  const changing = new Scene(variant);
  for (const id of [1, 1, 2, 2]) changing.data(100, { tunnel: { kind, id } });
  yield plan('identifier', 'data in order in two sessions', changing, alone(4));
}

/** Which outer fields may not differ, and which must be updated for the unit. */
function* headers(kind: TunnelKind, variant: Variant): Generator<Plan> {
  const plan = planner(kind, variant);
  const each = (tunnels: readonly Omit<Tunnel, 'kind'>[]): Scene => {
    const scene = new Scene(variant);
    for (const tunnel of tunnels) scene.data(100, { tunnel: { kind, ...tunnel } });
    return scene;
  };
  for (const [name, what, difference, kinds] of DIFFERENCES) {
    if (!kinds.includes(kind)) continue;
    yield plan(name, `data in order, the second half with ${what}`, each([{}, {}, difference, difference]), alone(4));
  }
  if (OVER_IP.includes(kind)) {
    yield plan(
      'damaged',
      'data in order, a wrong outer checksum on the second segment',
      each([{}, { damaged: true }, {}, {}]),
      alone(4),
    );
  }
  if (OVER_IP.includes(kind) && kind !== '6in4') {
    yield plan(
      'over-ipv6',
      'data in order, outer IPv6',
      each([{ ipv6: true }, { ipv6: true }, { ipv6: true }]),
      alone(3),
    );
  }
  if (kind === 'gre' || OVER_UDP.includes(kind)) {
    const odd = new Scene(variant)
      .always({ tunnel: { kind, checksum: true } })
      .data(101)
      .data(102)
      .data(7);
    yield plan('checksummed', 'data of odd lengths, with outer checksums', odd, alone(3));
  }
  if (!OVER_ETHERNET.includes(kind)) return;
  const tagged = new Scene(variant);
  for (const vid of [5, 5, 6, 6]) tagged.data(100, { tunnel: { kind }, tags: [{ vid }] });
  yield plan('tags', 'data in order with two VLAN ids', tagged, alone(4));
}

/** The rules apply to the inner segment as to any other. */
function* rulesInside(kind: TunnelKind, variant: Variant): Generator<Plan> {
  const plan = planner(kind, variant);
  const scene = (): Scene => new Scene(variant).always({ tunnel: { kind } });
  const gap = scene().run(2);
  yield plan('gap', 'data with a gap in the middle', gap.from(gap.nxt + 100).run(2), alone(4));
  yield plan(
    'fin',
    'data in order, FIN on the third segment',
    scene().run(2).data(100, { flags: 'AF' }).run(1),
    alone(4),
  );
  yield plan('ce', 'data in order, CE on the second half', scene().run(2).always({ ecn: 3 }).run(2), alone(4));
  yield plan(
    'wrong-checksum',
    'data in order, a wrong TCP checksum on the third segment',
    scene()
      .run(2)
      .data(100, { corrupt: { tcpChecksum: 'wrong' } })
      .run(1),
    alone(4),
  );
  yield plan('window-update', 'data, a window update, data', scene().data().windowUpdate().data(), alone(3));
  const two = new Scene(variant, { connections: 2 })
    .always({ tunnel: { kind } })
    .data()
    .on(1)
    .always({ tunnel: { kind } });
  yield plan('two-connections', 'two connections that take turns', two.data().on(0).data().on(1).data(), alone(4));
}
