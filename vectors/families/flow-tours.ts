/** C11 in states: connections that differ in one point only, while other things happen. */

import type { VlanTag } from '../../reference-impl/wire/ethernet.ts';
import { FlowTour } from '../flow-tour.ts';
import { bytesOf, bytewise, COLLISIONS, connectionOf, PORTS, type Twin, twinned } from '../flow-twins.ts';
import type { Plan } from '../plan.ts';
import { PLAIN, type Variant } from '../scene.ts';
import type { Connection, SegmentSpec } from '../vector.ts';

/** One of each kind: first and last byte of an address, either byte of a port, swapped ends, collisions. */
const NAMES: readonly string[] = [
  'source-port/low-byte',
  'source-port/high-byte',
  'destination-port/low-byte',
  'destination-port/high-byte',
  'ports-swapped',
  'addresses-swapped',
  'reverse',
  'collision/sum',
  'collision/word-xor',
  'collision/symmetric-xor',
  'collision/toeplitz',
  'collision/toeplitz-symmetric',
  'collision/crc-32',
  'collision/fnv-low-16',
];

/** Only tags distinguish these two. */
interface VlanTwin extends Twin {
  readonly tags: readonly [readonly VlanTag[], readonly VlanTag[]];
}

const VLANS: readonly VlanTwin[] = [
  { name: 'vlan/vid', title: 'in different VLANs', of: () => ({}), tags: [[{ vid: 5 }], [{ vid: 6 }]] },
  {
    name: 'vlan/inner',
    title: 'in different inner VLANs',
    of: () => ({}),
    tags: [
      [{ vid: 9, service: true }, { vid: 5 }],
      [{ vid: 9, service: true }, { vid: 0x105 }],
    ],
  },
];

function twinsOf({ ipVersion }: Variant): readonly (Twin | VlanTwin)[] {
  const length = ipVersion === 4 ? 4 : 16;
  const bytes = ['source', 'destination'].flatMap((side) => [`${side}/byte-0`, `${side}/byte-${length - 1}`]);
  const names = [...bytes, ...NAMES];
  return [...[...bytewise(length), ...PORTS, ...COLLISIONS].filter(({ name }) => names.includes(name)), ...VLANS];
}

interface Theme {
  readonly name: string;
  readonly title: string;
  readonly play: (tour: FlowTour, variant: Variant) => void;
  /** Connections beside the two. */
  readonly beside?: number;
  /** The ports of the twin; left out: the usual ones. */
  readonly ports?: readonly [number, number];
}

const THEMES: readonly Theme[] = [
  {
    name: 'sizes',
    title: 'payloads of many lengths',
    play: (tour) => {
      tour.begin();
      for (const length of [1, 5, 66, 64, 257, 1448, 1460, 2001, 8948, 8948, 50, 50, 99]) tour.round({}, length);
      tour.dpc().begin({}, 1448).rounds(3, {}, 1448).round({}, 1).round({}, 1448).dpc();
      tour.begin({}, 1).round().dpc();
    },
  },
  {
    name: 'fields',
    title: 'windows, acknowledgments, PSH, TTLs and Identifications that change',
    play: (tour, { ipVersion }) => {
      const id = (value: number): SegmentSpec => (ipVersion === 4 ? { id: value } : {});
      tour.begin();
      for (const window of [500, 0, 200, 40_000, 100]) tour.round({ window });
      tour.round({ ack: 2000 }).round({ ack: 3000 }).round({ flags: 'AP' }).round().round({ urgent: 9 }).dpc();
      tour.begin({ flags: 'AP' }).round().round({ flags: 'AP' }).dpc();
      tour.begin({ ttl: 64 });
      for (const ttl of [63, 200, 31, 64, 129, 1]) tour.round({ ttl });
      tour.dpc().begin().round({ trailer: 6, trailerByte: 0xaa }).round({ trailer: 46, trailerByte: 0xaa });
      tour.round(id(0)).round(id(0)).round(id(9)).round(id(3)).round(id(40_000)).round(id(40_000)).dpc();
      tour.begin().windowUpdates().round().round().windowUpdates().round().dpc();
      tour.beginWithAck().windowUpdates().windowUpdates().dpc();
    },
  },
  {
    name: 'values',
    title: 'many values of DSCP, ECN, TTL, tags and sequence numbers',
    ports: [51_413, 51_413],
    play: values,
  },
  {
    name: 'values-high-ports',
    title: 'many values of DSCP, ECN, TTL, tags and sequence numbers, with a high destination port',
    ports: [1025, 51_413],
    play: values,
  },
  { name: 'timestamps', title: 'many values of timestamps', play: timestamps },
  {
    name: 'after',
    title: 'after exceptions, gaps and DPCs',
    ports: [40_000, 443],
    play: (tour) => {
      tour.begin().round().exception().twinStarts().round().rounds(2).dpc();
      tour.begin().round().exception().round().rounds(2).dpc();
      tour.begin().rounds(2).dpc().twinFirst().dpc().twinSecond().rounds(2).dpc();
      tour.begin().round().gap().rounds(3).dpc().twinSecond().dpc();
    },
  },
  {
    name: 'switched',
    title: 'after RSC was off and on again',
    play: (tour) => {
      tour.begin().round().dpc();
      tour.scene.set({ rsc4: false, rsc6: false }).set({ rsc4: true, rsc6: true });
      tour.twinSecond().rounds(2).dpc().begin().rounds(3).dpc();
    },
  },
  {
    name: 'rxcsum-switched',
    title: 'after receive checksum offload was off and on again',
    play: (tour) => {
      tour.begin().round().dpc();
      tour.scene.set({ rxcsum: false }).set({ rxcsum: true });
      tour.twinSecond().rounds(2).dpc().begin().rounds(3).dpc();
    },
  },
  {
    name: 'marked',
    title: 'segments marked partial and unnecessary',
    play: (tour) => {
      for (const [csum, other] of [
        ['partial', 'unnecessary'],
        ['unnecessary', 'partial'],
      ] as const) {
        tour.begin({ csum }).round({ csum }).round().round({ csum: other }).round().dpc();
        tour.begin().round({ csum }).round().dpc();
      }
    },
  },
  {
    name: 'crowded',
    title: 'eleven other connections in progress, one in reverse direction and one of the other IP version',
    beside: 11,
    play: (tour) => {
      for (let dpc = 0; dpc < 2; dpc++) {
        tour.begin();
        for (let i = 0; i < 11; i++) tour.beside(2 + i);
        tour.rounds(3).dpc();
      }
    },
  },
  {
    name: 'between',
    title: 'frames of others in between: an exception, the other IP version, a malformed segment',
    beside: 3,
    ports: [443, 50_001],
    play: (tour) => {
      tour
        .beside(4)
        .begin()
        .round()
        .exceptionBeside(4)
        .round()
        .beside(3)
        .round()
        .noSegment()
        .round()
        .wait()
        .round()
        .dpc();
      tour.dpc().beside(4).beside(3).begin({}, 66).exceptionBeside(4).round({}, 66).noSegment().round({}, 66).dpc();
    },
  },
  {
    name: 'long',
    title: 'units of more than 100 segments and 60,000 bytes',
    play: (tour) => {
      tour.begin({}, 589).rounds(105, {}, 589).dpc();
    },
  },
];

/** Fields that both have in every segment, one DPC for each. */
function values(tour: FlowTour, { ipVersion }: Variant): void {
  const all: readonly SegmentSpec[] = [
    { dscp: 46 },
    { dscp: 33 },
    { ecn: 1 },
    { ecn: 2 },
    { ecn: 3 },
    { ttl: 1 },
    { ttl: 90 },
    { ttl: 255 },
    { flags: 'AE' },
    { flags: 'AEC' },
    { flags: 'AP' },
    { window: 0 },
    { window: 65_535 },
    { tags: [{ vid: 100, priority: 3 }] },
    { tags: [{ vid: 7, service: true }, { vid: 100 }] },
    { trailer: 8, trailerByte: 0xaa },
    { urgent: 5 },
    ...(ipVersion === 4
      ? [{ df: false }, { id: 0 }, { id: 50_000 }, { reservedFlag: true }]
      : [{ flowLabel: 1 }, { flowLabel: 0xabcde }]),
  ];
  for (const fields of all.filter((one) => !(tour.isTagged && 'tags' in one)))
    tour.begin(fields).rounds(2, fields).dpc();
  for (const at of [0xffff_ff00, 0xffff_0000, 0, 0x7fff_ff80, 0x9000_0000]) tour.begin({}, 100, at).rounds(4).dpc();
  for (const ack of [0xffff_fff0, 0, 0x7fff_fff0, 0x9000_0000]) {
    tour
      .begin({ ack })
      .round({ ack })
      .round({ ack: (ack + 1000) >>> 0 })
      .dpc();
  }
}

const LAYOUTS = [
  '080a00001b5800000fa00101',
  '01080a00001b5800000fa001',
  '080a00001b5800000fa00000',
  '010101010101080a00001b5800000fa0',
];

function timestamps(tour: FlowTour): void {
  for (const first of [7000, 0, 0xffff_fff0, 0x7fff_fff0, 0xa000_0000]) {
    const at = (step: number): SegmentSpec => ({ timestamps: [(first + step) >>> 0, 4000] });
    tour.begin(at(0)).rounds(3, at(0)).rounds(2, at(50)).round(at(900)).dpc();
  }
  for (const echo of [0, 1, 0x9000_0000]) {
    const fields = { timestamps: [7000, echo] } as const;
    tour
      .begin({ timestamps: [7000, 0] })
      .rounds(2, fields)
      .dpc();
  }
  for (const options of LAYOUTS) tour.begin({ options }).rounds(2, { options }).dpc();
}

/** The two, and those beside them: the reverse of the twin, one of the other IP version, and any others. */
function connections(twin: Twin, { beside = 0, ports }: Theme) {
  return (usual: Connection): Connection[] => {
    // The twin has the wanted ports, unless ports distinguish the two.
    const own = ports === undefined ? usual : { ...usual, sport: ports[0], dport: ports[1] };
    // Swapped, equal ports are the same.
    const base = twin.name === 'ports-swapped' && own.sport === own.dport ? usual : own;
    const [second, first] = twinned(twin)(base) as [Connection, Connection];
    if (beside === 0) return [first, second];
    const { source, destination, sport, dport } = bytesOf(second);
    const isIpv4 = source.length === 4;
    const other = (address: Uint8Array): Uint8Array =>
      isIpv4
        ? Uint8Array.from([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, ...address])
        : Uint8Array.from([100, 64 + ((address[4] as number) & 63), address[14] as number, address[15] as number]);
    const apart = Array.from({ length: beside - 2 }, (_, i) => ({
      ...second,
      sport: 2000 + 1237 * i,
      dport: 9000 + i,
    }));
    return [
      first,
      second,
      // The first connection itself may be the reverse of its twin.
      twin.name === 'reverse'
        ? { ...second, sport: 1999, dport: 8999 }
        : { src: second.dst, dst: second.src, sport: dport, dport: sport },
      connectionOf({ source: other(source), destination: other(destination), sport, dport }),
      ...apart,
    ];
  };
}

export function* flowTours(): Generator<Plan> {
  for (const variant of PLAIN) {
    for (const twin of twinsOf(variant)) for (const theme of THEMES) yield tourOf(twin, theme, variant);
  }
}

function tourOf(twin: Twin | VlanTwin, theme: Theme, variant: Variant): Plan {
  const tour = new FlowTour(variant, 2 + (theme.beside ?? 0), 'tags' in twin ? twin.tags : undefined);
  theme.play(tour, variant);
  return {
    id: `coalescing/flows/tour/${theme.name}/${twin.name}/${variant.name}`,
    title: `Two connections ${twin.title}: ${theme.title}`,
    rules: ['C11', 'C1'],
    flags: ['flow-key-folded'],
    scene: tour.scene,
    ends: connections(twin, theme),
    // The vector is about these events, so nothing is moved.
    moves: {},
    groups: tour.groups,
  };
}
