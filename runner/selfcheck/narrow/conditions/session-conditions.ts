/** Conditions on earlier events, on this connection or another, and on other units in progress. */

import type { Flow, Happened, Situation } from '../situation.ts';
import type { Holds, HoldsByName } from './holds.ts';

const before =
  (...what: Happened[]): Holds =>
  ({ flow }) =>
    what.includes(flow.happened);
const open = (flows: ReadonlyMap<string, Flow>): Flow[] => [...flows.values()].filter(({ unit }) => unit !== undefined);

export const SESSION_CONDITIONS: HoldsByName = {
  'another-open': ({ flows, flow }) => open(flows).some((other) => other !== flow),
  'four-others-open': ({ flows, flow }) => open(flows).filter((other) => other !== flow).length >= 4,
  'eight-others-open': ({ flows, flow }) => open(flows).filter((other) => other !== flow).length >= 8,
  'other-version-open': ({ flows, segment }) =>
    open(flows).some(({ unit }) => unit?.first.ipVersion !== segment.ipVersion),
  'reverse-open': (situation) => open(situation.flows).some(({ unit }) => isReverse(unit?.first, situation)),
  'first-dpc': ({ session }) => session.dpcs === 0,
  'later-dpc': ({ session }) => session.dpcs > 0,
  'third-dpc-or-later': ({ session }) => session.dpcs > 1,
  'first-in-dpc': ({ session }) => session.inDpc === 0,
  'sixteen-in-dpc': ({ session }) => session.inDpc >= 16,
  'sixty-four-in-dpc': ({ session }) => session.inDpc >= 64,
  'after-nothing': before('nothing'),
  'after-exception': before('exception'),
  'after-restart': before('restart'),
  'after-window-update': before('window-update'),
  'after-merge': before('merge'),
  'after-dpc': before('dpc'),
  'after-switch': before('switch'),
  'exception-earlier': ({ flow }) => flow.earlier === 'exception',
  'restart-earlier': ({ flow }) => flow.earlier === 'restart',
  'exception-in-dpc-before': ({ flow }) => flow.exceptionBefore,
  'something-was-switched': ({ session }) => session.switched,
  'rxcsum-was-switched': ({ session }) => session.rxcsumSwitched,
  'odd-arrival': ({ arrival }) => arrival % 2 === 1,
  'nothing-else-open': ({ flows, flow }) => open(flows).every((other) => other === flow),
  'sixteen-others-open': ({ flows, flow }) => open(flows).filter((other) => other !== flow).length >= 16,
  'second-connection-of-dpc': ({ flow }) => flow.place === 2,
  'third-connection-or-later': ({ flow }) => flow.place > 2,
  'first-connection-of-dpc': ({ flow }) => flow.place === 1,
  'new-connection': ({ flow }) => flow.latest === undefined,
  'tenth-on-connection-or-later': ({ flow }) => flow.arrivals > 9,
  'known-from-earlier-dpc': ({ flow }) => flow.dpcs > 0,
  'idle-in-dpc-before': ({ flow }) => flow.wasIdle,
  'second-unit-in-dpc': ({ flow }) => flow.unitsInDpc === 1,
  'third-unit-in-dpc-or-later': ({ flow }) => flow.unitsInDpc > 1,
  'pushed-unit-before': ({ flow }) => flow.pushedBefore,
  'after-pure-ack': ({ flow }) => flow.latest?.payloadLength === 0,
  'two-exceptions-before': ({ flow }) => flow.happened === 'exception' && flow.earlier === 'exception',
  'exception-in-dpc': ({ flow }) => flow.exceptionNow,
  'exception-elsewhere-just-before': ({ flow, session }) =>
    session.previous?.did === 'alone' && session.previous.flow !== flow,
  'another-just-before': ({ flow, session }) => session.previous !== undefined && session.previous.flow !== flow,
  'same-just-before': ({ flow, session }) => session.previous?.flow === flow,
  'other-version-just-before': ({ segment, session }) =>
    session.previous !== undefined && session.previous.ipVersion !== segment.ipVersion,
  'no-segment-in-dpc-before': ({ session }) => session.unorderedInDpc > 0,
  'eighth-in-dpc-or-later': ({ session }) => session.inDpc >= 7,
  'rsc-was-switched': ({ session }) => session.rscSwitched,
  'after-waiting': ({ session }) => session.waited,
  'off-for-other-version': ({ segment, session }) => session.off.some((version) => version !== segment.ipVersion),
  'off-and-on-again': ({ session }) => session.rscSwitched && session.off.length === 0,
  'uro-is-on': ({ session }) => session.uro,
  'fragment-earlier': ({ session }) => session.fragmented,
  'ipsec-earlier': ({ session }) => session.protected,
  'long-unit-elsewhere': ({ flows, flow }) =>
    open(flows).some((other) => other !== flow && (other.unit?.segments ?? 0) >= 10),
  'pushed-unit-elsewhere': ({ flows, flow }) => open(flows).some((other) => other !== flow && other.unit?.psh === true),
  'even-dpc': ({ session }) => session.dpcs % 2 === 1,
};

function isReverse(first: Situation['segment'] | undefined, { segment }: Situation): boolean {
  if (first === undefined || first.ipVersion !== segment.ipVersion || first.keyWords !== segment.keyWords) return false;
  const [ports, other] = [first.key[first.hostWords] ?? 0, segment.key[segment.hostWords] ?? 0];
  if (((ports << 16) | (ports >>> 16)) !== other) return false;
  const words = first.ipVersion === 4 ? 1 : 4;
  const at = first.hostWords - 2 * words;
  for (let i = 0; i < words; i++) {
    if (first.key[at + i] !== segment.key[at + words + i] || first.key[at + words + i] !== segment.key[at + i])
      return false;
  }
  return true;
}
