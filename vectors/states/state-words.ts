/** The levels of a state in words, for titles. "It" is the decided segment or datagram. */

const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  session: {
    'rsc-off': 'RSC off',
    'other-version-off': 'RSC off for the other IP version',
    'long-unit-elsewhere': 'beside a long unit of another host',
    'fragments-elsewhere': 'fragments of another host first',
    'uro-on': 'URO on',
    'tunnels-elsewhere': 'frames of another host inside tunnels first',
    'datagrams-elsewhere': 'URO on, beside datagrams of another host',
    'ipsec-elsewhere': 'a segment of another host that IPsec protected first',
  },
  relation: { longer: 'it is longer', shorter: 'it is shorter', 'no-payload': 'it has no payload' },
  'ack-moves': {
    now: 'it acknowledges more',
    always: 'each acknowledges more',
    before: 'the one before it acknowledges more',
    leaps: 'it acknowledges much more',
  },
  'window-moves': {
    now: 'it raises the window',
    falls: 'it lowers the window',
    always: 'each raises the window',
    before: 'the one before it raises the window',
  },
  'ttl-moves': {
    up: 'its TTL is higher',
    down: 'its TTL is lower',
    'down-before': 'the TTL of the one before it is lower',
    'low-first': 'the TTL of the first is lower',
  },
  psh: {
    first: 'PSH on the first',
    before: 'PSH on the one before it',
    now: 'PSH on it',
    always: 'PSH on each',
  },
  timestamps: { rise: 'timestamps rise', leap: 'its TSval leaps', echo: 'its TSecr changes' },
  before: {
    exception: 'exceptions first',
    'exception-earlier': 'exceptions first',
    'two-exceptions-at-once': 'exceptions first',
    'exception-now': 'an exception just before it',
    restart: 'restarts first',
    'restart-earlier': 'restarts first',
    'restart-at-once': 'restarts first',
    'two-pushed': 'two restarts with PSH first',
    'window-update': 'a window update before it',
    wait: 'a wait first',
    dpc: 'a DPC first',
    'two-dpcs-at-once': 'two DPCs first',
    'dpc-with-exception': 'a DPC with an exception first',
    'idle-dpc': 'a DPC and empty DPCs first',
    'rsc-switched': 'RSC off and on first',
    'rsc-switched-at-once': 'RSC switched first',
    'uro-switched-at-once': 'URO off and on first',
    'rxcsum-switched': 'receive checksum offload off and on first',
  },
  'just-before': {
    data: 'data of another connection just before it',
    restart: 'a restart of another connection just before it',
    exception: 'an exception of another connection just before it',
    'other-version': 'a frame of the other IP version just before it',
    'no-segment': 'frames that are no TCP segments just before it',
    wait: 'a wait just before it',
    segment: 'a TCP segment just before it',
  },
  after: {
    'data-again': 'its bytes again in plain data after it',
    again: 'another like it after it',
    dpc: 'the end of the DPC after it',
    'rsc-off': 'RSC off and on after it',
    'uro-off': 'URO off and on after it',
    'rxcsum-off': 'receive checksum offload off and on after it',
  },
  others: {
    one: 'beside one connection',
    'one-first': 'beside one connection that sends first',
    'three-first': 'beside three connections that send first',
    reverse: 'beside its reverse direction',
    'reverse-first': 'beside its reverse direction, which sends first',
    'other-version': 'beside one connection of the other IP version',
    'other-version-first': 'beside one connection of the other IP version that sends first',
    five: 'beside five connections',
    'nine-first': 'beside nine connections that send first',
    'seventeen-first': 'beside seventeen connections that send first',
  },
  checksums: {
    'untold-partial': 'it is marked partial',
    'partial-unnecessary': 'the first is marked partial, it is marked unnecessary',
    'unnecessary-partial': 'the first is marked unnecessary, it is marked partial',
    'partial-all': 'each is marked partial',
    'first-unnecessary': 'the first is marked unnecessary',
    'this-unnecessary': 'it is marked unnecessary',
    'all-unnecessary': 'each is marked unnecessary',
  },
};

/** The words for a level of a dimension. Throws if there are none. */
export function levelText(dimension: string, level: string): string {
  if (dimension === 'window') return `window ${level}`;
  if (dimension === 'history') return `a history of ${level} events`;
  const text = WORDS[dimension]?.[level];
  if (text === undefined) throw new Error(`no words for ${dimension} ${level}`);
  return text;
}
