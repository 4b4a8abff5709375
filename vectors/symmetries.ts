/**
 * Symmetries: the rules do not depend on absolute values. So every vector is moved, by a hash of its id, in ways that keep its
 * expected grouping. A coalescer that is right only for some values does not pass by luck.
 */

import { hash } from './position-code.ts';
import {
  ackFrom,
  addFlag,
  type Draft,
  drawn,
  each,
  every,
  hasFlag,
  idsBy,
  isIpv4,
  isIpv6,
  isScalable,
  isShort,
  isTcp,
  isWhole,
  layout,
  none,
  ports,
  type Range,
  type Symmetry,
  scaled,
  seqFrom,
  seqHalf,
  stampsFrom,
  throughout,
  windowsBy,
} from './symmetry-parts.ts';

const PAYLOADS: readonly Range[] = [
  [1, 1],
  [2, 7],
  [8, 63],
  [101, 255],
  [256, 535],
  [536, 536],
  [537, 1399],
  [1400, 1447],
  [1448, 1448],
  [1448, 1448],
  [1460, 1460],
  [1461, 2999],
  [3000, 8948],
];
const TRAILERS: readonly Range[] = [
  [1, 3],
  [4, 17],
  [18, 18],
  [19, 46],
];

export const SYMMETRIES: readonly Symmetry[] = [
  {
    name: 'payload',
    stays: 8,
    fits: (draft) =>
      isTcp(draft) && isWhole(draft) && none('mf', 'fragmentOffset', 'options', 'tags')(draft) && isScalable(draft),
    choices: PAYLOADS.map(scaled),
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
        apply: ports(({ sport }, draft) => ({
          sport: 33_000 + (sport % 32_000),
          dport: drawn(draft, 'port', 0x8000, 0xffff),
        })),
      },
      {
        says: 'source port above 32767',
        apply: ports(({ sport }, draft) => ({
          sport: 33_000 + (sport % 32_000),
          dport: drawn(draft, 'port', 1, 0x7fff),
        })),
      },
      {
        says: 'destination port above 32767',
        apply: ports(({ sport }, draft) => ({
          sport: drawn(draft, 'port', 1, 0x7fff),
          dport: 33_000 + (sport % 32_000),
        })),
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
    choices: (
      [
        [1, 7],
        [8, 31],
        [32, 45],
        [46, 46],
        [47, 63],
      ] as const
    ).map(([from, to]) => ({
      says: from === to ? `DSCP ${from}` : `DSCP ${from} to ${to}`,
      apply: throughout('dscp', from, to),
    })),
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
    choices: [
      { says: 'a flow label of 20 bits', apply: throughout('flowLabel', 0x8_0000, 0xf_ffff) },
      { says: 'a flow label of 17 to 19 bits', apply: throughout('flowLabel', 0x1_0000, 0x7_ffff) },
      { says: 'a flow label of 16 bits at most', apply: throughout('flowLabel', 1, 0xffff) },
    ],
  },
  {
    name: 'ttl',
    stays: 3,
    fits: none('ttl'),
    choices: (
      [
        [1, 1],
        [2, 31],
        [32, 63],
        [65, 127],
        [128, 254],
        [255, 255],
      ] as const
    ).map(([from, to]) => ({
      says: from === to ? `TTL ${from}` : `TTL ${from} to ${to}`,
      apply: throughout('ttl', from, to),
    })),
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
      {
        says: 'one tag',
        apply: (draft) =>
          every({
            tags: [
              {
                vid: drawn(draft, 'vid', 1, 2047),
                priority: drawn(draft, 'priority', 0, 7),
                ...(drawn(draft, 'dei', 0, 2) === 2 ? { dei: true } : {}),
              },
            ],
          })(draft),
      },
      {
        says: 'a tag of a VID above 2047',
        apply: (draft) => every({ tags: [{ vid: drawn(draft, 'vid', 2048, 4095) }] })(draft),
      },
      {
        says: 'two tags',
        apply: (draft) =>
          every({
            tags: [
              { vid: drawn(draft, 'vid', 1, 4095), service: true },
              { vid: drawn(draft, 'inner vid', 1, 4095), priority: drawn(draft, 'priority', 0, 7) },
            ],
          })(draft),
      },
    ],
  },
  {
    name: 'trailer',
    stays: 24,
    fits: (draft) => isWhole(draft) && none('trailer', 'trailerByte')(draft),
    choices: TRAILERS.map(([from, to]) => ({
      says: from === to ? `a trailer of ${from}` : `a trailer of ${from} to ${to}`,
      apply: (draft) =>
        every({ trailer: drawn(draft, 'trailer', from, to), trailerByte: drawn(draft, 'trailer byte', 1, 255) })(draft),
    })),
  },
  {
    name: 'seq',
    stays: 4,
    fits: isTcp,
    choices: [
      { says: 'SEQ wraps', apply: seqFrom(0xffff_ff40, 0xffff_ffc0) },
      { says: 'SEQ wraps soon', apply: seqFrom(0xffff_fffc, 0xffff_ffff) },
      { says: 'SEQ from 0', apply: seqFrom(0, 0) },
      { says: 'SEQ around 2^31', apply: seqFrom(0x7fff_ff40, 0x7fff_ffff) },
      { says: 'SEQ above 2^31', apply: seqFrom(0x8000_0001, 0xfffe_0000) },
      { says: 'SEQ under 2^31', apply: seqFrom(1, 0x7ffe_0000) },
      { says: 'the low half of SEQ wraps', apply: seqHalf },
    ],
  },
  {
    name: 'ack',
    stays: 4,
    fits: isTcp,
    choices: [
      { says: 'ACK near its wrap', apply: ackFrom(0xffff_ffe0, 0xffff_ffff) },
      { says: 'ACK 0', apply: ackFrom(0, 0) },
      { says: 'ACK above 2^31', apply: ackFrom(0x8000_0001, 0xfffe_0000) },
      { says: 'ACK around 2^31', apply: ackFrom(0x7fff_ffe0, 0x7fff_ffff) },
      { says: 'ACK under 2^31', apply: ackFrom(1, 0x7ffe_0000) },
    ],
  },
  {
    name: 'tsval',
    stays: 3,
    fits: ({ segments }) => segments.some(({ timestamps }) => timestamps !== undefined),
    choices: [
      { says: 'TSval 0', apply: stampsFrom([0, 0], [0x8000_0000, 0xffff_0000]) },
      { says: 'TSval near its wrap', apply: stampsFrom([0xffff_fffe, 0xffff_ffff], [0, 0]) },
      { says: 'TSval above 2^31', apply: stampsFrom([0x8000_0001, 0xfffe_0000], [0xffff_fffe, 0xffff_ffff]) },
      { says: 'TSval around 2^31', apply: stampsFrom([0x7fff_fffe, 0x7fff_ffff], [1, 0xffff]) },
      { says: 'TSval under 2^31', apply: stampsFrom([1, 0x7ffe_0000], [1, 0x7fff_ffff]) },
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
    choices: [
      windowsBy('windows from 0', -1000, -1000),
      windowsBy('small windows', -999, -750),
      windowsBy('medium windows', 1, 29_000),
      windowsBy('large windows', 32_000, 34_000),
    ],
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
        apply: idsBy(28, 51),
      },
      {
        says: 'Identification from another number',
        apply: idsBy(1, 24),
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
  const texts: string[] = [];
  for (const { name, stays, fits, choices } of SYMMETRIES) {
    const place = (hash(`${name} ${draft.id} ${name}`) >>> 9) % (stays + choices.length);
    const choice = chosen === undefined ? choices[place] : choices.find(({ says }) => says === chosen[name]);
    if (choice === undefined) continue;
    if (!fits(draft) || choice.fits?.(draft) === false) {
      if (chosen === undefined) continue;
      throw new Error(`${draft.id}: ${choice.says} does not fit`);
    }
    choice.apply(draft);
    texts.push(choice.says);
  }
  return texts;
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
