/**
 * The out-of-band keys of an IND line, each once: what field it is, how it is written and read, and what holds where a
 * program reports the key and leaves it away. Whatever renders, reads, lists or documents the keys goes by this table.
 */

import type { OutOfBand } from '../../reference-impl/indication.ts';

/** The field of each key. The compiler sees to it that every field has one. */
interface OobFields {
  readonly seg: 'segCount';
  readonly dup: 'dupAckCount';
  readonly tsdelta: 'timestampDelta';
  readonly ipcsum: 'ipChecksum';
  readonly tcpcsum: 'tcpChecksum';
  readonly valueinvalid: 'valueInvalid';
  readonly uroseg: 'uroSegCount';
  readonly urosize: 'uroSegSize';
}

export type OobKey = Exclude<keyof OutOfBand, OobFields[keyof OobFields]> extends never ? keyof OobFields : never;

export interface OobEntry<F extends keyof OutOfBand = keyof OutOfBand> {
  readonly field: F;
  /** The allowed values, as text. */
  readonly values: string;
  /** What it is where a program reports the key and leaves it away. */
  readonly absent: Required<OutOfBand>[F];
  readonly meaning: string;
  /** Undefined: not a value of this key. */
  readonly read: (text: string) => Required<OutOfBand>[F] | undefined;
  /** Only of units of datagrams, by targets that do URO. */
  readonly isUro?: true;
}

type NumberField = 'segCount' | 'dupAckCount' | 'timestampDelta' | 'uroSegCount' | 'uroSegSize';

const number = <F extends NumberField>(field: F, meaning: string): OobEntry<F> => ({
  field,
  values: 'N',
  absent: 0 as Required<OutOfBand>[F],
  meaning,
  read: (text) => (/^\d{1,10}$/.test(text) ? (Number(text) as Required<OutOfBand>[F]) : undefined),
});

const word = <F extends keyof OutOfBand>(
  field: F,
  words: readonly Required<OutOfBand>[F][],
  absent: Required<OutOfBand>[F],
  meaning: string,
): OobEntry<F> => ({
  field,
  values: words.join('/'),
  absent,
  meaning,
  read: (text) => words.find((known) => String(known) === text),
});

export const OOB_TABLE: { readonly [K in OobKey]: OobEntry<OobFields[K]> } = {
  seg: number('segCount', 'CoalescedSegCount'),
  dup: number('dupAckCount', 'DupAckCount'),
  tsdelta: number('timestampDelta', 'RscTcpTimestampDelta'),
  ipcsum: word('ipChecksum', ['ok', 'bad', 'none'], 'none', 'the verdict on the IPv4 header checksum'),
  tcpcsum: word(
    'tcpChecksum',
    ['ok', 'bad', 'none', 'partial'],
    'none',
    'the verdict on the TCP checksum (while URO is on, the UDP checksum too); `partial`: the field is only the pseudo-header’s sum',
  ),
  valueinvalid: word(
    'valueInvalid',
    [0, 1, 'ip', 'tcp'],
    0,
    'checksum fields that the host must not believe: both (1), the IPv4 header’s, TCP’s, or none (0)',
  ),
  uroseg: { ...number('uroSegCount', 'with URO: how many datagrams the unit has'), isUro: true },
  urosize: { ...number('uroSegSize', 'with URO: payload bytes of each datagram but the last'), isUro: true },
};

export const OOB_KEYS: readonly OobKey[] = Object.keys(OOB_TABLE) as OobKey[];

/** Values by key, in the table's order; a field that is not there has none. */
export function oobValues(oob: Partial<OutOfBand>): Partial<Record<OobKey, string | number>> {
  const values: Partial<Record<OobKey, string | number>> = {};
  for (const key of OOB_KEYS) {
    const value = oob[OOB_TABLE[key].field];
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/** Of the keys that are reported: what a line says, or what its silence says. A string: which value is nonsense. */
export function readOob(keys: ReadonlyMap<string, string>, reported: ReadonlySet<OobKey>): Partial<OutOfBand> | string {
  const oob: { -readonly [F in keyof OutOfBand]?: unknown } = {};
  for (const key of OOB_KEYS) {
    if (!reported.has(key)) continue;
    const { field, absent, read } = OOB_TABLE[key];
    const text = keys.get(key);
    const value = text === undefined ? absent : read(text);
    if (value === undefined) return `${key}=${text}`;
    oob[field] = value;
  }
  return oob as Partial<OutOfBand>;
}
