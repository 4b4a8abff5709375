/**
 * A random session as a target can take it. Nothing else depends on the target: what it can take is the same on all of
 * them.
 */

import type { Capabilities } from '../capabilities.ts';
import type { FuzzOp, FuzzSession } from './fuzz-session.ts';
import type { TwistName } from './twists.ts';

type Limits = Pick<Capabilities, 'ipv4' | 'ipv6' | 'set' | 'ipsec' | 'maxconnections' | 'burst'>;

export function fitSession(session: FuzzSession, limits: Limits): FuzzSession {
  const { ipv4, ipv6, maxconnections = session.flows.length } = limits;
  const connections = Math.max(1, Math.min(maxconnections, session.flows.length));
  const flows = session.flows.slice(0, connections).map((flow) => {
    if (flow.ip === 4 && !ipv4) return { ...flow, ip: 6 as const };
    return flow.ip === 6 && !ipv6 ? { ...flow, ip: 4 as const } : flow;
  });
  return { flows, ops: [...fitOps(session.ops, limits)] };
}

function* fitOps(ops: readonly FuzzOp[], { set, ipsec, burst }: Limits): Generator<FuzzOp> {
  const told = (name: TwistName): TwistName => (name === 'ipsec' && !ipsec ? 'none' : name);
  let frames = 0;
  for (const op of ops) {
    if (op.op === 'set' && !set) continue;
    if (op.op === 'segment') {
      if (burst !== undefined && frames >= Math.max(1, burst)) {
        yield { op: 'dpc' };
        frames = 0;
      }
      frames++;
      yield { ...op, twist: told(op.twist), also: told(op.also) };
      continue;
    }
    if (op.op === 'dpc') frames = 0;
    yield op.op === 'turn' ? { ...op, twist: told(op.twist) } : op;
  }
}
