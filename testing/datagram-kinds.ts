/** Sessions of every combination of datagrams, like those of segments in single-faults.ts. */

import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';
import { positionCode } from '../vectors/position-code.ts';

type Kind = Partial<FrameSpec> & { readonly length?: number };

/** The kinds of a datagram. */
export const DATAGRAM_KINDS: Readonly<Record<string, Kind>> = {
  datagram: {},
  shorter: { length: 12 },
  longer: { length: 30 },
  empty: { length: 0 },
  dscp: { dscp: 10 },
  ttl: { ttl: 9 },
  df: { df: false },
  other: { sport: 77 },
  bad: { corrupt: { udpChecksum: 'wrong' } },
  zero: { corrupt: { udpChecksum: 0 } },
  options: { ipOptions: '01010101', extensions: [{ kind: 'destination' }] },
  mac: { srcMac: '02:00:00:00:00:09' },
};

/** One DPC with frames, and one without. */
export function datagramSession(kinds: readonly string[], ipVersion: 4 | 6): FrameStep[] {
  const [src, dst] = ipVersion === 4 ? ['10.0.0.1', '192.0.2.1'] : ['2001:db8::5', '2001:db8::1'];
  const frames = kinds.map((name, i): FrameStep => {
    const { length = 20, ...fields } = DATAGRAM_KINDS[name] as Kind;
    const payload = new Uint8Array(length);
    positionCode(`${fields.sport ?? 1}`, 1000 * (i + 1), payload);
    const spec = { src, dst, sport: 1, dport: 2, id: i + 1, transport: 'udp', payload } as FrameSpec;
    return { rx: buildFrame({ ...spec, ...fields }) };
  });
  return [{ set: { uro: true } }, ...frames, { dpc: true }, { dpc: true }];
}
