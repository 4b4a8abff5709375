/** Segments that must coalesce on any path that coalesces: four in a row, ten times. */

import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { u32 } from '../../../reference-impl/wire/bytes.ts';
import { parseSegment, Segment } from '../../../reference-impl/wire/segment.ts';

const SEGMENTS = 4;
const TRIES = 10;
const PAYLOAD = 100;
/** The discard service (RFC 863). */
const PORT = 9;
const PORTS = (PORT << 16) | PORT;
const scratch = new Segment();

const HOSTS = { 4: ['10.255.255.254', '192.0.2.1'], 6: ['2001:db8:ffff::1', '2001:db8::1'] } as const;

/** Bursts between the addresses of the vectors. */
export function canaryBursts(ipVersion: 4 | 6): Uint8Array[][] {
  const [src, dst] = HOSTS[ipVersion];
  return Array.from({ length: TRIES }, (_, burst) =>
    Array.from({ length: SEGMENTS }, (_, i) =>
      buildFrame({
        src,
        dst,
        sport: PORT,
        dport: PORT,
        id: burst * SEGMENTS + i,
        seq: (burst * SEGMENTS + i) * PAYLOAD,
        payload: new Uint8Array(PAYLOAD),
      }),
    ),
  );
}

/** The result: nothing arrived, all went alone, or at least two were merged. */
export function canaryOutcome(received: Iterable<Uint8Array>): 'nothing' | 'alone' | 'merged' {
  let outcome: 'nothing' | 'alone' | 'merged' = 'nothing';
  for (const frame of received) {
    const { kind, payloadLength, tcpOffset } = parseSegment(frame, scratch);
    const isCanary = kind === 'segment' && payloadLength > 0 && u32(frame, tcpOffset) === PORTS;
    if (!isCanary) continue;
    if (payloadLength > PAYLOAD) return 'merged';
    outcome = 'alone';
  }
  return outcome;
}
