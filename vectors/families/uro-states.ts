/** U: what is decided on a datagram, in states: a covering array of strength 2, as for segments. */

import type { Plan } from '../plan.ts';
import { PLAIN, Scene, type Variant } from '../scene.ts';
import { type Allows, coveringArray, type Dimension, type Row } from '../states/covering.ts';
import type { Connection, SegmentSpec } from '../vector.ts';

/** `joins`: it is the unit's last; `starts`: it begins the next, which what follows joins; `alone`: neither merges. */
type Effect = 'joins' | 'ends' | 'starts' | 'alone';

interface Decision {
  readonly says: string;
  readonly rules: readonly string[];
  readonly effect: Effect;
  readonly fields: (payload: number) => SegmentSpec;
  readonly length?: (payload: number) => number;
  /** Of one IP version only. */
  readonly only?: 4 | 6;
}

const fixed =
  (fields: SegmentSpec): Decision['fields'] =>
  () =>
    fields;
const header = (payload: number): number => 8 + payload;

const DECISIONS: Readonly<Record<string, Decision>> = {
  merges: { says: 'An equal datagram', rules: ['U5', 'U6'], effect: 'joins', fields: fixed({}) },
  unsummed: {
    says: 'A datagram without checksum',
    rules: ['U3', 'U5'],
    effect: 'joins',
    fields: fixed({ corrupt: { udpChecksum: 0 } }),
  },
  shorter: {
    says: 'A shorter datagram',
    rules: ['U2', 'U6'],
    effect: 'ends',
    fields: fixed({}),
    length: (payload) => payload - 1,
  },
  longer: {
    says: 'A longer datagram',
    rules: ['U2'],
    effect: 'starts',
    fields: fixed({}),
    length: (payload) => payload + 1,
  },
  ttl: { says: 'A higher TTL', rules: ['U1'], effect: 'starts', fields: fixed({ ttl: 201 }) },
  'ttl-lower': { says: 'A lower TTL', rules: ['U1'], effect: 'starts', fields: fixed({ ttl: 3 }) },
  dscp: { says: 'Another DSCP', rules: ['U1'], effect: 'starts', fields: fixed({ dscp: 33 }) },
  ce: { says: 'CE', rules: ['U1'], effect: 'starts', fields: fixed({ ecn: 3 }) },
  mac: { says: 'Another source MAC', rules: ['U1'], effect: 'starts', fields: fixed({ srcMac: '02:00:00:00:00:09' }) },
  df: { says: 'DF clear', rules: ['U1'], effect: 'starts', fields: fixed({ df: false }), only: 4 },
  reserved: {
    says: 'The reserved flag',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ reservedFlag: true }),
    only: 4,
  },
  label: { says: 'Another flow label', rules: ['U1'], effect: 'starts', fields: fixed({ flowLabel: 0x4321 }), only: 6 },
  empty: { says: 'No payload', rules: ['U2'], effect: 'alone', fields: fixed({}), length: () => 0 },
  bad: {
    says: 'A wrong checksum',
    rules: ['U4'],
    effect: 'alone',
    fields: fixed({ corrupt: { udpChecksum: 'wrong' } }),
  },
  'bad-header': {
    says: 'A wrong IPv4 checksum',
    rules: ['U3'],
    effect: 'alone',
    fields: fixed({ corrupt: { ipChecksum: 'wrong' } }),
    only: 4,
  },
  lengths: {
    says: 'A UDP length that is not the IP length’s',
    rules: ['U3'],
    effect: 'alone',
    fields: (payload) => ({ corrupt: { udpLength: header(payload) + 1 } }),
  },
  options: { says: 'IPv4 options', rules: ['U1'], effect: 'alone', fields: fixed({ ipOptions: '01010101' }), only: 4 },
  extension: {
    says: 'An extension header',
    rules: ['U1'],
    effect: 'alone',
    fields: fixed({ extensions: [{ kind: 'destination' }] }),
    only: 6,
  },
};

const PAYLOADS = [1, 33, 100, 257, 1448, 8948] as const;
/** Equal datagrams before it in its unit. */
const POSITIONS = [1, 2, 7, 8, 19, 39, 99] as const;
const MOST_BYTES = 60_000;

/** What came before on the connection. */
const BEFORE = ['nothing', 'exception', 'restart', 'dpc', 'exception-dpc', 'two-dpcs', 'switch', 'rxcsum'] as const;
type Before = (typeof BEFORE)[number];
/** Other connections with a unit in progress. */
const BESIDE: Readonly<Record<string, number>> = { none: 0, one: 1, five: 5, nine: 9, reverse: 1 };

const dimensionsOf = ({ ipVersion }: Variant): readonly Dimension[] => [
  {
    name: 'decision',
    levels: Object.entries(DECISIONS).flatMap(([name, { only }]) =>
      only === undefined || only === ipVersion ? [name] : [],
    ),
  },
  { name: 'payload', levels: PAYLOADS.map(String) },
  { name: 'position', levels: POSITIONS.map(String) },
  { name: 'before', levels: BEFORE },
  { name: 'beside', levels: Object.keys(BESIDE) },
];

const allowsIn =
  (dimensions: readonly Dimension[]): Allows =>
  (i, a, j, b) => {
    const level = (name: string): string | undefined => {
      if (dimensions[i]?.name === name) return dimensions[i]?.levels[a];
      return dimensions[j]?.name === name ? dimensions[j]?.levels[b] : undefined;
    };
    const [decision, payload, position] = [level('decision'), level('payload'), level('position')];
    if (payload !== undefined && position !== undefined) return Number(payload) * (Number(position) + 2) <= MOST_BYTES;
    return !(decision === 'shorter' && payload === '1');
  };

export function* uroStates(): Generator<Plan> {
  for (const variant of PLAIN) {
    const dimensions = dimensionsOf(variant);
    for (const row of coveringArray(dimensions, allowsIn(dimensions))) yield planOf(variant, dimensions, row);
  }
}

/** Indications in the making: what is ended, and units in progress in the order of their start. */
class Units {
  readonly #ended: number[][] = [];
  #open: number[][] = [];
  #arrivals = 0;

  /** A datagram that starts a unit, alone in it so far. */
  start(): number[] {
    const unit = [this.#arrivals++];
    this.#open.push(unit);
    return unit;
  }

  join(unit: number[]): void {
    unit.push(this.#arrivals++);
  }

  end(unit: number[]): void {
    this.#open = this.#open.filter((other) => other !== unit);
    this.#ended.push(unit);
  }

  alone(): void {
    this.#ended.push([this.#arrivals++]);
  }

  /** The end of a DPC, or a switch-off. */
  endAll(): void {
    this.#ended.push(...this.#open);
    this.#open = [];
  }

  get groups(): readonly (readonly number[])[] {
    return [...this.#ended, ...this.#open];
  }
}

function planOf(variant: Variant, dimensions: readonly Dimension[], row: Row): Plan {
  const level = (name: string): string => {
    const at = dimensions.findIndex((dimension) => dimension.name === name);
    return dimensions[at]?.levels[row[at] as number] as string;
  };
  const [name, beside, before] = [level('decision'), level('beside'), level('before') as Before];
  const [payload, position] = [Number(level('payload')), Number(level('position'))];
  const decision = DECISIONS[name] as Decision;
  const others = BESIDE[beside] as number;
  const scene = new Scene(variant, { connections: 1 + others }).set({ uro: true });
  const units = new Units();
  happenBefore(scene, units, before, payload);
  for (let other = 1; other <= others; other++) {
    scene.on(other).datagram(payload);
    units.start();
  }
  scene.on(0).datagrams(position, payload);
  let unit = units.start();
  for (let i = 1; i < position; i++) units.join(unit);
  scene.datagram(decision.length?.(payload) ?? payload, decision.fields(payload));
  if (decision.effect === 'joins' || decision.effect === 'ends') units.join(unit);
  else units.end(unit);
  if (decision.effect === 'alone') units.alone();
  if (decision.effect === 'starts') unit = units.start();
  // What follows is as the unit was; of a unit that another datagram began, as that one.
  const follows = decision.effect === 'starts' ? decision.fields(payload) : {};
  scene.datagram(payload, follows);
  if (decision.effect === 'joins') units.join(unit);
  else if (decision.effect === 'starts') units.join(unit);
  else {
    if (decision.effect === 'ends') units.end(unit);
    units.start();
  }
  const reverse = ({ src, dst, sport, dport }: Connection): Connection => ({
    src: dst,
    dst: src,
    sport: dport,
    dport: sport,
  });
  return {
    id: `uro/states/${name}/${payload}-bytes/after-${position}/${before}/${beside}/${variant.name}`,
    title: `${decision.says} after ${position} of ${payload} bytes; before: ${WORDS[before]}; beside: ${beside}`,
    rules: decision.rules,
    scene,
    groups: units.groups,
    ...(beside === 'reverse' ? { ends: (own: Connection) => [own, reverse(own)] } : {}),
  };
}

const WORDS: Readonly<Record<Before, string>> = {
  nothing: 'nothing',
  exception: 'a wrong checksum',
  restart: 'another TTL',
  dpc: 'a DPC',
  'exception-dpc': 'a DPC with a wrong checksum',
  'two-dpcs': 'two DPCs',
  switch: 'URO off and on',
  rxcsum: 'receive checksum offload off and on',
};

function happenBefore(scene: Scene, units: Units, before: Before, payload: number): void {
  const bad: SegmentSpec = { corrupt: { udpChecksum: 'wrong' } };
  const dpc = (): void => {
    scene.dpc();
    units.endAll();
  };
  const one = (): void => {
    scene.datagram(payload);
    units.start();
  };
  switch (before) {
    case 'nothing':
      return;
    case 'exception':
      scene.datagram(payload, bad);
      units.alone();
      return;
    case 'restart': {
      scene.datagram(payload, { ttl: 77 });
      units.end(units.start());
      return;
    }
    case 'dpc':
      one();
      dpc();
      return;
    case 'exception-dpc':
      scene.datagram(payload, bad);
      units.alone();
      dpc();
      return;
    case 'two-dpcs':
      one();
      dpc();
      one();
      dpc();
      return;
    case 'switch':
      one();
      scene.set({ uro: false });
      units.endAll();
      scene.set({ uro: true });
      return;
    case 'rxcsum':
      one();
      scene.set({ rxcsum: false });
      units.endAll();
      scene.set({ rxcsum: true });
  }
}
