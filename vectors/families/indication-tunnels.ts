/** I5: TCP inside of tunnels, which would merge if anybody looked into them. */

import type { Plan } from '../plan.ts';
import { IPV4, IPV4_TS, IPV6, IPV6_TS, Scene, type Variant } from '../scene.ts';
import { TUNNEL_KINDS, type Tunnel } from '../tunnel.ts';
import type { SegmentSpec } from '../vector.ts';

const NAMES: Readonly<Record<Tunnel['kind'], string>> = {
  gre: 'GRE',
  vxlan: 'VXLAN',
  geneve: 'Geneve',
  nvgre: 'NVGRE',
  ipip: 'IP in IP',
  '6in4': 'IPv6 in IPv4',
  pppoe: 'PPPoE',
  mpls: 'MPLS',
  snap: 'LLC/SNAP',
};

/** Those that carry no identifier have nothing that could change. */
const IDENTIFIED: readonly Tunnel['kind'][] = ['vxlan', 'geneve', 'nvgre', 'pppoe', 'mpls'];

const variantsOf = (kind: Tunnel['kind']): readonly Variant[] => {
  if (kind === 'ipip') return [IPV4, IPV4_TS];
  return kind === '6in4' ? [IPV6, IPV6_TS] : [IPV4, IPV6, IPV4_TS, IPV6_TS];
};

const alone = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);

export function* indicationTunnels(): Generator<Plan> {
  for (const kind of TUNNEL_KINDS) {
    for (const variant of variantsOf(kind)) {
      const plan = (name: string, title: string, scene: Scene, groups: readonly (readonly number[])[]): Plan => ({
        id: `indication/tunnels/${kind}/${name}/${variant.name}`,
        title: `${title} inside of ${NAMES[kind]}`,
        rules: ['I5', 'I8'],
        level: 'must',
        flags: ['tunnel-coalesced', 'overlay-collapse'],
        scene,
        groups,
      });
      const inside: SegmentSpec = { tunnel: { kind } };
      yield plan('run', 'Data in order', new Scene(variant).always(inside).run(4), alone(4));
      yield plan('jumbo', 'Full-size data in order', new Scene(variant).always(inside).run(3, 1368), alone(3));
      yield plan(
        'push',
        'Data in order, the last with PSH,',
        new Scene(variant).always(inside).run(2).data(100, { flags: 'AP' }),
        alone(3),
      );
      const beside = new Scene(variant).data(100).data(100, inside).data(100).data(100, inside);
      yield plan('beside', 'Every other segment of a run is', beside, [[1], [0], [3], [2]]);
      const around = new Scene(variant, { connections: 2 }).data().on(1).always(inside).data().on(0).data();
      yield plan('around', 'Another connection, while one merges,', around.on(1).data(), [[1], [3], [0, 2]]);
      if (!IDENTIFIED.includes(kind)) continue;
      const changing = new Scene(variant);
      for (const id of [1, 1, 2, 2]) changing.data(100, { tunnel: { kind, id } });
      yield plan('identifier', 'Data in order in two sessions', changing, alone(4));
    }
  }
}
