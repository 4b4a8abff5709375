/** Every capability: what it means and how it is written, in HELLO and in a capability file alike. */

import { parseAddress } from '../../reference-impl/wire/address.ts';
import { type Capabilities, OOB_KEYS, type OobKey } from './capabilities.ts';

export interface CapabilityEntry {
  readonly meaning: string;
  /** What it can be, as text. */
  readonly values: string;
  /** Undefined: not a value of this capability. */
  readonly read: (text: string) => unknown;
}

const onOff = (meaning: string): CapabilityEntry => ({
  meaning,
  values: 'on/off',
  read: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
});

const oneOf = (meaning: string, ...words: readonly string[]): CapabilityEntry => ({
  meaning,
  values: words.join('/'),
  read: (text) => words.find((word) => word === text),
});

const positive = (meaning: string): CapabilityEntry => ({
  meaning,
  values: 'N',
  read: (text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined),
});

export const CAPABILITY_TABLE: Readonly<Record<keyof Capabilities, CapabilityEntry>> = {
  ipv4: onOff('IPv4 frames can be sent to it'),
  ipv6: onOff('IPv6 frames can be sent to it'),
  timestamps: onOff('segments with TCP timestamps are coalesced (T1); off: they are taken as an exception (E4)'),
  statistics: onOff('it has the counters of OID_TCP_RSC_STATISTICS'),
  set: onOff('RSC can be switched on and off, for each IP version'),
  csum: onOff('it can be told the checksum state of a frame (partial, unnecessary)'),
  ipsec: onOff('it can be told that a segment was protected by IPsec'),
  uro: onOff('it coalesces UDP, and that can be switched'),
  rxcsum: onOff('receive checksum offload can be switched'),
  virtio: onOff('it is a virtio device: features can be negotiated, and its headers are shown (V)'),
  vlan: oneOf(
    '802.1Q-tagged frames are coalesced; left alone; or their tags are neither shown nor compared',
    'on',
    'off',
    'stripped',
  ),
  metadata: {
    meaning: 'out-of-band keys that it reports; not said: those seen in the calibration session',
    values: `on/off/${OOB_KEYS.join(',')}`,
    read: (text) => {
      if (text === 'on' || text === 'off') return text;
      const keys = text.split(',');
      return keys.every((key): key is OobKey => OOB_KEYS.some((known) => known === key)) ? keys : undefined;
    },
  },
  duplicateacks: oneOf(
    'duplicate ACKs are treated like any pure ACK (C8), or counted (C9); not said: counting them is a warning',
    'alone',
    'counted',
  ),
  checksums: oneOf(
    'checksums of an SCU are recomputed; flagged invalid; or nothing is known of them',
    'recomputed',
    'flagged',
    'unknown',
  ),
  drops: oneOf(
    'frames that it may drop: none, those with a wrong checksum, malformed ones, both',
    'none',
    'checksum',
    'malformed',
    'both',
  ),
  maxsegments: positive('most segments in an SCU'),
  maxbytes: positive('most payload bytes in an SCU'),
  maxconnections: positive('most connections at a time; a vector with more is unsupported'),
  burst: positive('most frames in a DPC; a vector with more is unsupported'),
  boundary: oneOf(
    'what ends coalescing: the end of a DPC, a timer, or nothing that can be seen (I2 is then not judged)',
    'dpc',
    'timer',
    'none',
  ),
  interval: positive('with boundary=timer: the timer, in microseconds'),
  addresses: {
    meaning:
      'this host’s addresses, comma-separated; segments to others must not be coalesced (I6); not said: not judged',
    values: 'ADDRESS,..',
    read: (text) => {
      const addresses = text.split(',');
      return addresses.every((address) => parseAddress(address) !== undefined) ? addresses : undefined;
    },
  },
  ipv6limit: oneOf(
    'what 65,535 bounds on IPv6: the payload length, or header and payload; not said: either will do',
    'payload',
    'total',
  ),
};

/** One capability from text; a string says what is wrong. */
export function readCapability(key: string, text: string): { readonly value: unknown } | string {
  const entry = Object.hasOwn(CAPABILITY_TABLE, key) ? CAPABILITY_TABLE[key as keyof Capabilities] : undefined;
  if (entry === undefined) return `there is no capability ${key}`;
  const value = entry.read(text);
  return value === undefined ? `capability ${key} cannot be ${JSON.stringify(text)}; ${entry.values}` : { value };
}
