/** The parts of symmetries: which drafts they fit, and what they change. */

import { toHex } from '../reference-impl/wire/bytes.ts';
import { hash } from './position-code.ts';
import type { Connection, SegmentSpec } from './vector.ts';

export type Fields = { -readonly [K in keyof SegmentSpec]: SegmentSpec[K] };

/** A vector whose segments are complete, but not yet frames. Moves change it. */
export interface Draft {
  readonly id: string;
  readonly ipVersion: 4 | 6;
  readonly segments: readonly Fields[];
  /**
   * The subject of the vector, which must not be moved: its windows, the ends of its connections, bytes at counted
   * offsets.
   */
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
  /** For each vector that a choice moves, this many stay as they are. */
  readonly stays: number;
  readonly fits: (draft: Draft) => boolean;
  readonly choices: readonly Choice[];
}

/** A value of a choice: the same for all segments of a draft, another one for another draft. Half of them are limits of the range. */
export function drawn({ id }: Draft, what: string, from: number, to: number): number {
  const number = hash(`${what} of ${id}`) >>> 7;
  const place = number % 4;
  if (place < 2) return place === 0 ? from : to;
  return from + ((number >>> 2) % (to - from + 1));
}

export const none =
  (...fields: (keyof SegmentSpec)[]) =>
  ({ segments }: Draft): boolean =>
    !segments.some((segment) => fields.some((field) => field in segment));
export const every =
  (fields: Fields) =>
  ({ segments }: Draft): void => {
    for (const segment of segments) Object.assign(segment, fields);
  };
export const each =
  (change: (segment: Fields, position: number) => void) =>
  ({ segments }: Draft): void =>
    segments.forEach(change);
/** Its segments may come with datagrams: fields that only TCP has do not change these. */
export const isTcp = ({ segments }: Draft): boolean => segments[0]?.transport !== 'udp';
export const isIpv4 = ({ ipVersion }: Draft): boolean => ipVersion === 4;
export const isIpv6 = ({ ipVersion }: Draft): boolean => ipVersion === 6;
/** Not for frames whose bytes are counted from the front, or that test lengths. */
export const isWhole = ({ segments, own }: Draft): boolean =>
  !own.bytes &&
  !segments.some(({ tunnel }) => tunnel !== undefined) &&
  !segments.some(({ corrupt }) =>
    corrupt === undefined
      ? false
      : ['cutTo', 'etherType', 'ipLength', 'ihl', 'udpLength'].some((key) => key in corrupt),
  );

export const hasFlag =
  (letters: string) =>
  (draft: Draft): boolean =>
    draft.segments.some(({ flags = 'A' }) => [...letters].some((letter) => flags.includes(letter)));
export const addFlag = (letters: string): ((draft: Draft) => void) =>
  each((segment) => {
    segment.flags = `${segment.flags ?? 'A'}${letters}`;
  });

export const ports =
  (change: (connection: Connection, draft: Draft) => Partial<Connection>) =>
  (draft: Draft): void => {
    draft.connections = draft.connections.map((connection) => ({ ...connection, ...change(connection, draft) }));
  };

/** A field of all segments, from a range. */
export const throughout =
  <K extends 'dscp' | 'flowLabel' | 'ttl'>(field: K, from: number, to: number): Choice['apply'] =>
  (draft) =>
    every({ [field]: drawn(draft, field, from, to) })(draft);

/** Adds the same number to every SEQ, so that the first data lies in the range. */
export const seqFrom =
  (from: number, to: number) =>
  (draft: Draft): void => {
    const [{ seq = 0 } = {}] = draft.segments;
    const first = drawn(draft, 'seq', from, to);
    each((segment) => {
      segment.seq = ((segment.seq ?? 0) - seq + first) >>> 0;
    })(draft);
  };
/** Its upper half changes between the first two segments. */
export const seqHalf = (draft: Draft): void => {
  const half = drawn(draft, 'upper half of seq', 1, 0xfffe) * 0x1_0000;
  seqFrom(half - 100, half - 1)(draft);
};
export const ackFrom =
  (from: number, to: number) =>
  (draft: Draft): void => {
    const [{ ack = 0 } = {}] = draft.segments;
    const first = drawn(draft, 'ack', from, to);
    each((segment) => {
      segment.ack = ((segment.ack ?? 0) - ack + first) >>> 0;
    })(draft);
  };
export type Range = readonly [from: number, to: number];
export const stampsFrom =
  (values: Range, echoes: Range) =>
  (draft: Draft): void => {
    const first = draft.segments.find(({ timestamps }) => timestamps !== undefined)?.timestamps ?? [0, 0];
    const [value, echo] = [drawn(draft, 'tsval', ...values), drawn(draft, 'tsecr', ...echoes)];
    each((segment) => {
      if (segment.timestamps === undefined) return;
      const [tsval, tsecr] = segment.timestamps;
      segment.timestamps = [(tsval - first[0] + value) >>> 0, (tsecr - first[1] + echo) >>> 0];
    })(draft);
  };
/** Adds the same number to every window, if all of them fit. */
export const windowsBy = (says: string, from: number, to: number): Choice => {
  const by = (draft: Draft): number => drawn(draft, 'window', from, to);
  return {
    says,
    fits: (draft) => draft.segments.every(({ window = 0 }) => window + by(draft) >= 0 && window + by(draft) <= 0xffff),
    apply: (draft) =>
      each((segment) => {
        if (segment.window !== undefined) segment.window += by(draft);
      })(draft),
  };
};
/** More than a session has segments: numbers that are moved by different multiples stay different. */
const ID_STEP = 0x400;

/** Adds the same multiple of the step to every Identification. */
export const idsBy =
  (from: number, to: number) =>
  (draft: Draft): void =>
    each((segment) => {
      if (segment.id !== undefined) segment.id = (segment.id + ID_STEP * drawn(draft, 'id', from, to)) & 0xffff;
    })(draft);

/** The option in place of the usual NOP, NOP, timestamps. */
export const layout = (before: string, after: string): Choice['apply'] =>
  each((segment) => {
    if (segment.timestamps === undefined) return;
    const [tsval, tsecr] = segment.timestamps;
    segment.options = `${before}080a${hex32(tsval)}${hex32(tsecr)}${after}`;
    delete segment.timestamps;
  });

function hex32(value: number): string {
  return toHex(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

/** Payloads and gaps of a hundred bytes get another length: everything from the first SEQ on is scaled. */
const UNIT = 100;
const SCALED_LIMIT = 60_000;

export const scaled = ([from, to]: Range): Choice => ({
  says: from === to ? `payloads of ${from}` : `payloads of ${from} to ${to}`,
  fits: ({ segments }) => segments.reduce((sum, { payload = 0 }) => sum + payload, 0) * (to / UNIT) <= SCALED_LIMIT,
  apply: (draft) => {
    const { segments } = draft;
    const length = drawn(draft, 'payload', from, to);
    const [{ seq: first = 0 } = {}] = segments;
    for (const segment of segments) {
      const offset = (((segment.seq ?? 0) - first) | 0) / UNIT;
      segment.seq = (first + offset * length) >>> 0;
      if (segment.payload !== undefined) segment.payload = (segment.payload / UNIT) * length;
    }
  },
});

export function isScalable({ segments }: Draft): boolean {
  const [{ seq: first = 0 } = {}] = segments;
  return segments.every(
    ({ seq = 0, payload = 0, corrupt }) =>
      payload % UNIT === 0 && ((seq - first) | 0) % UNIT === 0 && corrupt?.tcpChecksum !== 0,
  );
}

/** A longer header leaves less room for payload. */
export const isShort = ({ segments }: Draft): boolean =>
  segments.reduce((sum, { payload = 0 }) => sum + payload, 0) < SCALED_LIMIT;
