/**
 * A random session as a target can take it. Nothing else depends on the target: what it can take is the same on all of
 * them.
 */

import type { Capabilities } from '../capabilities/capabilities.ts';
import type { FuzzOp, FuzzSession, FuzzSetting } from './fuzz-session.ts';
import type { TwistName } from './twists.ts';

type Limits = Pick<
  Capabilities,
  'ipv4' | 'ipv6' | 'set' | 'uro' | 'rxcsum' | 'csum' | 'ipsec' | 'maxconnections' | 'burst'
>;

export function fitSession(session: FuzzSession, limits: Limits): FuzzSession {
  const { ipv4, ipv6, maxconnections = session.flows.length } = limits;
  const connections = Math.max(1, Math.min(maxconnections, session.flows.length));
  const flows = session.flows.slice(0, connections).map((flow) => {
    if (flow.ip === 4 && !ipv4) return { ...flow, ip: 6 as const };
    return flow.ip === 6 && !ipv6 ? { ...flow, ip: 4 as const } : flow;
  });
  return { uro: session.uro && limits.uro, flows, ops: [...fitOps(session.ops, limits)] };
}

function* fitOps(ops: readonly FuzzOp[], limits: Limits): Generator<FuzzOp> {
  const { burst = Number.POSITIVE_INFINITY } = limits;
  let frames = 0;
  for (const op of ops) {
    if (op.op === 'segment') {
      if (frames >= Math.max(1, burst)) {
        yield { op: 'dpc' };
        frames = 0;
      }
      frames++;
      yield { ...op, twist: fitTwist(op.twist, limits), also: fitTwist(op.also, limits) };
    } else if (op.op === 'set') {
      const setting = fitSetting(op, limits);
      if (Object.keys(setting).length > 1) yield setting;
    } else if (op.op === 'turn') yield { ...op, twist: fitTwist(op.twist, limits) };
    else {
      if (op.op === 'dpc') frames = 0;
      yield op;
    }
  }
}

function fitTwist(name: TwistName, { ipsec, csum }: Limits): TwistName {
  if (name === 'ipsec' && !ipsec) return 'none';
  return name.startsWith('checksum-') && !csum ? 'none' : name;
}

function fitSetting({ op, rsc4, rsc6, uro, rxcsum }: FuzzSetting, limits: Limits): FuzzSetting {
  return {
    op,
    ...(limits.set && rsc4 !== undefined ? { rsc4 } : {}),
    ...(limits.set && rsc6 !== undefined ? { rsc6 } : {}),
    ...(limits.uro && uro !== undefined ? { uro } : {}),
    ...(limits.rxcsum && rxcsum !== undefined ? { rxcsum } : {}),
  };
}
