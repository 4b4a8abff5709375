/** I5 in states: frames of tunnels among other traffic, as a covering array of strength 2. They stay alone. */

import { TUNNEL_KINDS, type TunnelKind } from '../../reference-impl/wire/tunnel.ts';
import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { hash } from '../position-code.ts';
import { ALL, Scene, type Variant } from '../scene.ts';
import { type Allows, coveringArray, type Dimension } from '../states/covering.ts';
import { ExpectedUnits } from '../states/expected-units.ts';
import { OpenValues } from '../states/open-values.ts';
import type { Tunnel } from '../tunnel.ts';
import type { SegmentSpec } from '../vector.ts';
import { IDENTIFIED, OVER_IP, OVER_UDP, tunnelName, tunnelVariants } from './tunnel-kinds.ts';

/** At most this many bytes, and more than the previous level. */
const PAYLOADS: readonly number[] = [7, 66, 257, 1368, 8900];
const MOST_BYTES = 60_000;
const COUNTS = [2, 3, 6, 12] as const;
/** What comes before, outside the tunnel. */
const BEFORE = {
  nothing: '',
  'plain-unit': 'after a plain unit of its connection',
  exception: 'after a plain exception of its connection',
  fragment: 'after a plain fragment',
  dpc: 'in a later DPC',
  'off-and-on': 'after RSC was off and on',
  'uro-on': 'with URO on',
} as const;
type Before = keyof typeof BEFORE;
/** The outer headers of all frames. */
const OUTER: Readonly<
  Record<string, { readonly says: string; readonly of: (open: OpenValues) => Omit<Tunnel, 'kind'> }>
> = {
  usual: { says: '', of: () => ({}) },
  ttl: { says: 'an outer TTL other than 64', of: (open) => ({ ttl: open.one('ttl', [1, 9, 128, 255]) }) },
  tos: {
    says: 'an outer DSCP',
    of: (open) => ({ tos: 4 * open.number('dscp', 1, 63) + open.number('ecn', 0, 3) }),
  },
  'df-clear': { says: 'outer DF clear', of: () => ({ mayFragment: true }) },
  id: { says: 'another identifier', of: (open) => ({ id: open.number('id', 2, 0xffff) }) },
  ipv6: { says: 'outer IPv6', of: () => ({ ipv6: true }) },
};
/** The fields that change from segment to segment. */
const MOVES: Readonly<
  Record<string, { readonly says: string; readonly of: (i: number, last: number) => SegmentSpec }>
> = {
  nothing: { says: '', of: () => ({}) },
  push: { says: 'PSH on the last', of: (i, last) => (i === last ? { flags: 'AP' } : {}) },
  window: { says: 'rising windows', of: (i) => ({ window: 2000 + i }) },
  ttl: { says: 'falling TTLs inside', of: (i) => ({ ttl: 60 - i }) },
  mark: { says: 'ECE on each', of: () => ({ flags: 'AE' }) },
};
/** Other connections: plain ones between other hosts, or one in a tunnel of the same kind. */
const BESIDE = {
  none: '',
  plain: 'beside a plain connection',
  pushed: 'beside three plain connections',
  tunnel: 'beside another in the tunnel',
} as const;
const PLAIN_BESIDE: Readonly<Record<string, number>> = { none: 0, plain: 1, pushed: 3, tunnel: 0 };

const DIMENSIONS: readonly Dimension[] = [
  { name: 'kind', levels: TUNNEL_KINDS },
  { name: 'variant', levels: ALL.map(({ name }) => name) },
  { name: 'payload', levels: PAYLOADS.map(String) },
  { name: 'count', levels: COUNTS.map(String) },
  { name: 'before', levels: Object.keys(BEFORE), late: ['uro-on'] },
  { name: 'outer', levels: Object.keys(OUTER) },
  { name: 'moves', levels: Object.keys(MOVES) },
  { name: 'beside', levels: Object.keys(BESIDE) },
];
type Levels = Readonly<
  Record<'kind' | 'variant' | 'payload' | 'count' | 'before' | 'outer' | 'moves' | 'beside', string>
>;

const allows: Allows = (i, a, j, b) => {
  const level = (name: string): string | undefined => {
    if (DIMENSIONS[i]?.name === name) return DIMENSIONS[i]?.levels[a];
    return DIMENSIONS[j]?.name === name ? DIMENSIONS[j]?.levels[b] : undefined;
  };
  const [kind, variant, outer] = [level('kind') as TunnelKind | undefined, level('variant'), level('outer')];
  const [payload, count] = [level('payload'), level('count')];
  if (payload !== undefined && count !== undefined && Number(payload) * Number(count) > MOST_BYTES) return false;
  if (kind === undefined) return true;
  // URO coalesces its outer datagrams.
  if (level('before') === 'uro-on' && OVER_UDP.includes(kind)) return false;
  if (variant !== undefined && !tunnelVariants(kind).some(({ name }) => name === variant)) return false;
  // A length of IEEE 802.3 says 1,500 at most.
  if (kind === 'snap' && Number(level('payload')) > 1368) return false;
  if (outer === undefined || outer === 'usual') return true;
  if (outer === 'id') return IDENTIFIED.includes(kind);
  if (outer === 'ipv6') return OVER_IP.includes(kind) && kind !== '6in4';
  return OVER_IP.includes(kind) || (outer === 'ttl' && kind === 'mpls');
};

export function* tunnelStates(): Generator<Plan> {
  for (const row of coveringArray(DIMENSIONS, allows))
    yield planOf(
      Object.fromEntries(
        DIMENSIONS.map(({ name, levels }, i) => [name, levels[row[i] as number] as string]),
      ) as unknown as Levels,
    );
}

function planOf(levels: Levels): Plan {
  const open = new OpenValues(levels);
  const kind = levels.kind as TunnelKind;
  const [before, outer, moves, beside] = [
    levels.before as Before,
    OUTER[levels.outer],
    MOVES[levels.moves],
    levels.beside,
  ];
  const payload = open.payload(Number(levels.payload), PAYLOADS);
  const count = Number(levels.count);
  const plain = PLAIN_BESIDE[beside] as number;
  const another = beside === 'tunnel' ? 1 : 0;
  const scene = new Scene(ALL.find(({ name }) => name === levels.variant) as Variant, {
    connections: 1 + plain + another,
    hosts: 'distinct',
  });
  const units = new ExpectedUnits();
  const inside: SegmentSpec = { tunnel: { kind, ...outer?.of(open) } };
  happenBefore(scene, units, before, open);
  for (let i = 0; i < count; i++) {
    if (another > 0) {
      scene.on(1).data(payload, inside);
      units.unordered();
    }
    for (let other = 1; other <= plain; other++) {
      scene.on(other).data(40, i === 0 && other === 2 ? { flags: 'AP' } : {});
      units.join(other);
    }
    scene.on(0).data(payload, { ...inside, ...moves?.of(i, count - 1) });
    units.unordered();
  }
  units.endAll();
  const says = [outer?.says, moves?.says, BESIDE[beside as keyof typeof BESIDE], BEFORE[before]].filter(Boolean);
  return {
    id: `indication/tunnels/states/${kind}/${hash(JSON.stringify(levels)).toString(16).padStart(8, '0')}/${levels.variant}`,
    title: `${tunnelName(kind)}: ${countText(count, 'segment')} of ${countText(payload, 'byte')}${says.map((text) => `, ${text}`).join('')}`,
    rules: ['I5', 'I8'],
    level: 'must',
    flags: ['tunnel-coalesced', 'overlay-collapse'],
    scene,
    groups: units.groups,
  };
}

/** Plain frames of the same connection, or settings. */
function happenBefore(scene: Scene, units: ExpectedUnits, before: Before, open: OpenValues): void {
  const isOtherOff = !before.endsWith('-on') && open.one('other version', [true, false]);
  if (isOtherOff) scene.set(scene.variant.ipVersion === 4 ? { rsc6: false } : { rsc4: false });
  if (before === 'uro-on') scene.set({ uro: true });
  if (before === 'plain-unit' || before === 'off-and-on' || before === 'dpc') {
    scene.run(2, 40);
    units.join(0);
    units.join(0);
  }
  if (before === 'exception' || before === 'fragment') {
    const is4 = scene.variant.ipVersion === 4;
    const fragment: SegmentSpec = is4 ? { mf: true, df: false } : { extensions: [{ kind: 'fragment' }] };
    scene.data(40, before === 'exception' ? { flags: 'AF' } : fragment);
    units.alone(0);
  }
  if (before === 'off-and-on') scene.set({ rsc4: false, rsc6: false });
  if (before === 'dpc') for (let i = open.number('dpcs', 1, 3); i > 0; i--) scene.dpc();
  if (before === 'off-and-on' || before === 'dpc') units.endAll();
  if (before === 'off-and-on') scene.set({ rsc4: true, rsc6: true });
}
