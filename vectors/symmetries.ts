/**
 * Symmetries: the rules do not depend on absolute values. So every vector is moved, by a hash of its id, in ways that keep its
 * expected grouping. A coalescer that is right only for some values does not pass by luck.
 */

import { toHex } from '../reference-impl/wire/bytes.ts';
import { hash } from './position-code.ts';
import type { Connection, SegmentSpec } from './vector.ts';

export type Fields = { -readonly [K in keyof SegmentSpec]: SegmentSpec[K] };

/** A vector whose segments are complete, but not yet frames. Moves change it. */
export interface Draft {
  readonly id: string;
  readonly ipVersion: 4 | 6;
  readonly segments: readonly Fields[];
  /** The subject of the vector, which is not moved: its windows, the ends of its connections, bytes at counted offsets. */
  readonly own: { readonly windows: boolean; readonly ends: boolean; readonly bytes: boolean };
  connections: readonly Connection[];
}

export interface Choice {
  /** Its text in the vector's title, and its key. */
  readonly says: string;
  readonly apply: (draft: Draft) => void;
  /** Left out: always. */
  readonly fits?: (draft: Draft) => boolean;
}

export interface Symmetry {
  readonly name: string;
  /** So many vectors stay as they are for each vector that one choice moves. */
  readonly stays: number;
  readonly fits: (draft: Draft) => boolean;
  readonly choices: readonly Choice[];
}

const none =
  (...fields: (keyof SegmentSpec)[]) =>
  ({ segments }: Draft): boolean =>
    !segments.some((segment) => fields.some((field) => field in segment));
const every =
  (fields: Fields) =>
  ({ segments }: Draft): void => {
    for (const segment of segments) Object.assign(segment, fields);
  };
const each =
  (change: (segment: Fields, position: number) => void) =>
  ({ segments }: Draft): void =>
    segments.forEach(change);
const isTcp = ({ segments }: Draft): boolean => segments.every(({ transport }) => transport !== 'udp');
const isIpv4 = ({ ipVersion }: Draft): boolean => ipVersion === 4;
const isIpv6 = ({ ipVersion }: Draft): boolean => ipVersion === 6;
/** Not for frames whose bytes are counted from the front, or that test lengths. */
const isWhole = ({ segments, own }: Draft): boolean =>
  !own.bytes &&
  !segments.some(({ tunnel }) => tunnel !== undefined) &&
  !segments.some(({ corrupt }) =>
    corrupt === undefined
      ? false
      : ['cutTo', 'etherType', 'ipLength', 'ihl', 'udpLength'].some((key) => key in corrupt),
  );

const hasFlag = (letters: string) => (draft: Draft) =>
  draft.segments.some(({ flags = 'A' }) => [...letters].some((letter) => flags.includes(letter)));
const addFlag = (letters: string): ((draft: Draft) => void) =>
  each((segment) => {
    segment.flags = `${segment.flags ?? 'A'}${letters}`;
  });

const ports = (change: (connection: Connection) => Partial<Connection>) => (draft: Draft) => {
  draft.connections = draft.connections.map((connection) => ({ ...connection, ...change(connection) }));
};

/** Shifts every SEQ, so that the first one is `first`. */
const seqFrom = (first: number) => (draft: Draft) => {
  const [{ seq = 0 } = {}] = draft.segments;
  each((segment) => {
    segment.seq = ((segment.seq ?? 0) - seq + first) >>> 0;
  })(draft);
};
const ackFrom = (first: number) => (draft: Draft) => {
  const [{ ack = 0 } = {}] = draft.segments;
  each((segment) => {
    segment.ack = ((segment.ack ?? 0) - ack + first) >>> 0;
  })(draft);
};
const stampsFrom = (value: number, echo: number) => (draft: Draft) => {
  const first = draft.segments.find(({ timestamps }) => timestamps !== undefined)?.timestamps ?? [0, 0];
  each((segment) => {
    if (segment.timestamps === undefined) return;
    const [tsval, tsecr] = segment.timestamps;
    segment.timestamps = [(tsval - first[0] + value) >>> 0, (tsecr - first[1] + echo) >>> 0];
  })(draft);
};
const windowsBy = (by: number): Choice['apply'] =>
  each((segment) => {
    if (segment.window !== undefined) segment.window += by;
  });
const windowsFit = (by: number) => (draft: Draft) =>
  draft.segments.every(({ window = 0 }) => window + by >= 0 && window + by <= 0xffff);

/** The option in place of the usual NOP, NOP, timestamps. */
const layout = (before: string, after: string): Choice['apply'] =>
  each((segment) => {
    if (segment.timestamps === undefined) return;
    const [tsval, tsecr] = segment.timestamps;
    segment.options = `${before}080a${hex32(tsval)}${hex32(tsecr)}${after}`;
    delete segment.timestamps;
  });

function hex32(value: number): string {
  return toHex(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

/** Payloads and gaps of a hundred bytes get another length: everything is scaled from the first SEQ on. */
const UNIT = 100;
const SCALED_LIMIT = 60_000;

const scaled = (length: number): Choice => ({
  says: `payloads of ${length}`,
  fits: ({ segments }) => segments.reduce((sum, { payload = 0 }) => sum + payload, 0) * (length / UNIT) <= SCALED_LIMIT,
  apply: ({ segments }) => {
    const [{ seq: first = 0 } = {}] = segments;
    for (const segment of segments) {
      const offset = (((segment.seq ?? 0) - first) | 0) / UNIT;
      segment.seq = (first + offset * length) >>> 0;
      if (segment.payload !== undefined) segment.payload = (segment.payload / UNIT) * length;
    }
  },
});

function isScalable({ segments }: Draft): boolean {
  const [{ seq: first = 0 } = {}] = segments;
  return segments.every(
    ({ seq = 0, payload = 0, corrupt }) =>
      payload % UNIT === 0 && ((seq - first) | 0) % UNIT === 0 && corrupt?.tcpChecksum !== 0,
  );
}

/** A longer header leaves less room for payload. */
const isShort = ({ segments }: Draft): boolean =>
  segments.reduce((sum, { payload = 0 }) => sum + payload, 0) < SCALED_LIMIT;

const TRAILERS = [1, 4, 18, 46];

export const SYMMETRIES: readonly Symmetry[] = [
  {
    name: 'payload',
    stays: 8,
    fits: (draft) =>
      isTcp(draft) && isWhole(draft) && none('mf', 'fragmentOffset', 'options', 'tags')(draft) && isScalable(draft),
    choices: [1, 3, 33, 257, 512, 1000, 1448, 1448, 1460, 2001, 8948, 536].map(scaled),
  },
  {
    name: 'ports',
    stays: 3,
    fits: ({ own }) => !own.ends,
    choices: [
      { says: 'source port below destination', apply: ports(({ sport, dport }) => ({ sport: dport, dport: sport })) },
      { says: 'equal ports', apply: ports(({ sport }) => ({ dport: sport })) },
      {
        says: 'both ports above 32767',
        apply: ports(({ sport }) => ({ sport: 33_000 + (sport % 32_000), dport: 51_413 })),
      },
      {
        says: 'source port above 32767',
        apply: ports(({ sport }) => ({ sport: 33_000 + (sport % 32_000), dport: 443 })),
      },
      {
        says: 'destination port above 32767',
        apply: ports(({ sport }) => ({ sport: 80, dport: 33_000 + (sport % 32_000) })),
      },
    ],
  },
  {
    name: 'df',
    stays: 2,
    fits: (draft) => isIpv4(draft) && none('df', 'mf', 'fragmentOffset')(draft),
    choices: [{ says: 'DF clear', apply: every({ df: false }) }],
  },
  {
    name: 'reserved-flag',
    stays: 15,
    fits: (draft) => isIpv4(draft) && none('reservedFlag', 'mf', 'fragmentOffset', 'tunnel')(draft),
    choices: [{ says: 'the IPv4 reserved flag throughout', apply: every({ reservedFlag: true }) }],
  },
  {
    name: 'dscp',
    stays: 5,
    fits: none('dscp'),
    choices: [1, 10, 32, 46, 63].map((dscp) => ({ says: `DSCP ${dscp}`, apply: every({ dscp }) })),
  },
  {
    name: 'ecn',
    stays: 3,
    fits: none('ecn'),
    choices: (
      [
        ['ECT(0)', 2],
        ['ECT(1)', 1],
        ['CE', 3],
      ] as const
    ).map(([name, ecn]) => ({
      says: name,
      apply: every({ ecn }),
    })),
  },
  {
    name: 'flow-label',
    stays: 2,
    fits: (draft) => isIpv6(draft) && none('flowLabel')(draft),
    choices: [0x12345, 0xf_ffff, 1].map((flowLabel) => ({
      says: `flow label 0x${flowLabel.toString(16)}`,
      apply: every({ flowLabel }),
    })),
  },
  {
    name: 'ttl',
    stays: 3,
    fits: none('ttl'),
    choices: [1, 31, 63, 128, 255].map((ttl) => ({ says: `TTL ${ttl}`, apply: every({ ttl }) })),
  },
  {
    name: 'congestion',
    stays: 7,
    fits: (draft) => isTcp(draft) && !hasFlag('EC')(draft),
    choices: ['E', 'C', 'EC'].map((letters) => ({
      says: `${[...letters].map((letter) => (letter === 'E' ? 'ECE' : 'CWR')).join(' and ')} throughout`,
      apply: addFlag(letters),
    })),
  },
  {
    name: 'psh',
    stays: 9,
    fits: (draft) => isTcp(draft) && !hasFlag('P')(draft),
    choices: [{ says: 'PSH throughout', apply: addFlag('P') }],
  },
  {
    name: 'urgent-pointer',
    stays: 15,
    fits: (draft) => isTcp(draft) && none('urgent')(draft),
    choices: [{ says: 'an urgent pointer throughout', apply: every({ urgent: 9 }) }],
  },
  {
    name: 'tags',
    stays: 12,
    // A tag would fill what Ethernet's minimum leaves to padding.
    fits: (draft) => isWhole(draft) && none('tags', 'trailerByte')(draft),
    choices: [
      { says: 'one tag', apply: every({ tags: [{ vid: 100, priority: 3 }] }) },
      { says: 'a tag of VID 4095', apply: every({ tags: [{ vid: 4095 }] }) },
      { says: 'two tags', apply: every({ tags: [{ vid: 7, service: true }, { vid: 100 }] }) },
    ],
  },
  {
    name: 'trailer',
    stays: 24,
    fits: (draft) => isWhole(draft) && none('trailer', 'trailerByte')(draft),
    choices: TRAILERS.map((trailer) => ({
      says: `a trailer of ${trailer}`,
      apply: every({ trailer, trailerByte: 0xaa }),
    })),
  },
  {
    name: 'seq',
    stays: 4,
    fits: isTcp,
    choices: [
      { says: 'SEQ wraps', apply: seqFrom(0xffff_ff80) },
      { says: 'SEQ wraps soon', apply: seqFrom(0xffff_fffe) },
      { says: 'SEQ from 0', apply: seqFrom(0) },
      { says: 'SEQ around 2^31', apply: seqFrom(0x7fff_ffa0) },
      { says: 'SEQ above 2^31', apply: seqFrom(0xc000_0001) },
    ],
  },
  {
    name: 'ack',
    stays: 4,
    fits: isTcp,
    choices: [
      { says: 'ACK near its wrap', apply: ackFrom(0xffff_fff0) },
      { says: 'ACK 0', apply: ackFrom(0) },
      { says: 'ACK above 2^31', apply: ackFrom(0x9000_0000) },
      { says: 'ACK around 2^31', apply: ackFrom(0x7fff_fff0) },
    ],
  },
  {
    name: 'tsval',
    stays: 3,
    fits: ({ segments }) => segments.some(({ timestamps }) => timestamps !== undefined),
    choices: [
      { says: 'TSval 0', apply: stampsFrom(0, 0x8000_0000) },
      { says: 'TSval near its wrap', apply: stampsFrom(0xffff_ffff, 0) },
      { says: 'TSval above 2^31', apply: stampsFrom(0xa000_0000, 0xffff_fffe) },
      { says: 'TSval around 2^31', apply: stampsFrom(0x7fff_ffff, 7) },
    ],
  },
  {
    name: 'layout',
    stays: 4,
    fits: (draft) =>
      draft.segments.some(({ timestamps }) => timestamps !== undefined) &&
      none('options')(draft) &&
      isWhole(draft) &&
      none('mf', 'fragmentOffset')(draft),
    choices: [
      { says: 'NOPs after the timestamps', apply: layout('', '0101') },
      { says: 'a NOP before and after the timestamps', apply: layout('01', '01') },
      { says: 'EOL after the timestamps', apply: layout('', '0000') },
      { says: 'a NOP before, EOL after the timestamps', apply: layout('01', '00') },
      { says: 'six NOPs before the timestamps', apply: layout('010101010101', ''), fits: isShort },
      {
        says: 'four NOPs around, EOL after the timestamps',
        apply: layout('0101', '0101000000000000'),
        fits: isShort,
      },
    ],
  },
  {
    name: 'window',
    stays: 4,
    fits: (draft) => isTcp(draft) && !draft.own.windows,
    choices: [-1000, -990, 30_000, 34_000].map((by) => ({
      says: by < 0 ? 'small windows' : 'large windows',
      fits: windowsFit(by),
      apply: windowsBy(by),
    })),
  },
  {
    name: 'id',
    stays: 9,
    fits: isIpv4,
    choices: [
      {
        says: 'Identification falls',
        apply: each((segment) => {
          if (segment.id !== undefined) segment.id = 0xffff - segment.id;
        }),
      },
      {
        says: 'Identification wraps',
        apply: each((segment) => {
          if (segment.id !== undefined) segment.id = (segment.id + 0xeffe) & 0xffff;
        }),
      },
      {
        says: 'Identification above 32767',
        apply: each((segment) => {
          if (segment.id !== undefined) segment.id = (segment.id + 0x9000) & 0xffff;
        }),
      },
    ],
  },
  {
    name: 'constant-id',
    stays: 14,
    fits: (draft) => isIpv4(draft) && isTcp(draft) && !draft.own.bytes,
    choices: [
      { says: 'Identification 0', apply: every({ id: 0 }) },
      { says: 'constant Identification', apply: every({ id: 0x7777 }) },
    ],
  },
];

/**
 * Moves a draft, and returns the moves in words. `chosen` names the choices of symmetries; left out, the hash of the id chooses.
 * Throws if a chosen one does not fit.
 */
export function move(draft: Draft, chosen?: Readonly<Record<string, string>>): string[] {
  const said: string[] = [];
  for (const { name, stays, fits, choices } of SYMMETRIES) {
    const place = (hash(`${name} ${draft.id} ${name}`) >>> 9) % (stays + choices.length);
    const choice = chosen === undefined ? choices[place] : choices.find(({ says }) => says === chosen[name]);
    if (choice === undefined) continue;
    if (!fits(draft) || choice.fits?.(draft) === false) {
      if (chosen === undefined) continue;
      throw new Error(`${draft.id}: ${choice.says} does not fit`);
    }
    choice.apply(draft);
    said.push(choice.says);
  }
  return said;
}

/** "ttl: TTL 31" and so on: every choice of every symmetry. */
export const MOVES: readonly string[] = SYMMETRIES.flatMap(({ name, choices }) =>
  choices.map(({ says }) => `${name}: ${says}`),
);

/** Applies those of the named moves that fit. Unknown names are ignored. */
export function moveBy(draft: Draft, moves: readonly string[]): void {
  for (const { name, fits, choices } of SYMMETRIES) {
    const choice = choices.find(({ says }) => moves.includes(`${name}: ${says}`));
    if (choice !== undefined && fits(draft) && choice.fits?.(draft) !== false) choice.apply(draft);
  }
}
