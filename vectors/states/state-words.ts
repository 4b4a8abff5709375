/** The levels of a state in words, for titles. "It" is the decided segment or datagram. */

/** The parts of a title, in this order. The first has no heading: it is about the segments themselves. */
const HEADINGS = ['', 'session', 'first', 'just before it', 'after it', 'beside it', 'checksums'] as const;

type Heading = (typeof HEADINGS)[number];

const WORDS: Readonly<Record<string, Readonly<Record<string, readonly [heading: Heading, text: string]>>>> = {
  session: {
    'rsc-off': ['session', 'RSC off'],
    'other-version-off': ['session', 'RSC off for the other IP version'],
    'long-unit-elsewhere': ['beside it', 'a long unit of another host'],
    'fragments-elsewhere': ['first', 'fragments of another host'],
    'uro-on': ['session', 'URO on'],
    'tunnels-elsewhere': ['first', 'frames of another host inside tunnels'],
    'datagrams-elsewhere': ['session', 'URO on, with datagrams of another host'],
    'ipsec-elsewhere': ['first', 'a segment of another host that IPsec protected'],
  },
  relation: {
    longer: ['', 'it is longer'],
    shorter: ['', 'it is shorter'],
    'no-payload': ['', 'it has no payload'],
  },
  'ack-moves': {
    now: ['', 'it acknowledges more'],
    always: ['', 'each acknowledges more'],
    before: ['', 'the one before it acknowledges more'],
    leaps: ['', 'it acknowledges much more'],
  },
  'window-moves': {
    now: ['', 'it raises the window'],
    falls: ['', 'it lowers the window'],
    always: ['', 'each raises the window'],
    before: ['', 'the one before it raises the window'],
  },
  'ttl-moves': {
    up: ['', 'its TTL is higher'],
    down: ['', 'its TTL is lower'],
    'down-before': ['', 'the TTL of the one before it is lower'],
    'low-first': ['', 'the TTL of the first is lower'],
  },
  psh: {
    first: ['', 'PSH on the first'],
    before: ['', 'PSH on the one before it'],
    now: ['', 'PSH on it'],
    always: ['', 'PSH on each'],
  },
  timestamps: {
    rise: ['', 'timestamps rise'],
    leap: ['', 'its TSval leaps'],
    echo: ['', 'its TSecr changes'],
  },
  before: {
    exception: ['first', 'exceptions'],
    'exception-earlier': ['first', 'exceptions'],
    'two-exceptions-at-once': ['first', 'exceptions'],
    'exception-now': ['just before it', 'an exception'],
    restart: ['first', 'restarts'],
    'restart-earlier': ['first', 'restarts'],
    'restart-at-once': ['first', 'restarts'],
    'two-pushed': ['first', 'two restarts with PSH'],
    'window-update': ['first', 'a window update'],
    wait: ['first', 'a wait'],
    dpc: ['first', 'a DPC'],
    'two-dpcs-at-once': ['first', 'two DPCs'],
    'dpc-with-exception': ['first', 'a DPC with an exception'],
    'idle-dpc': ['first', 'a DPC and empty DPCs'],
    'rsc-switched': ['first', 'RSC off and on'],
    'rsc-switched-at-once': ['first', 'RSC switched'],
    'uro-switched-at-once': ['first', 'URO off and on'],
    'rxcsum-switched': ['first', 'receive checksum offload off and on'],
  },
  'just-before': {
    data: ['just before it', 'data of another connection'],
    restart: ['just before it', 'a restart of another connection'],
    exception: ['just before it', 'an exception of another connection'],
    'other-version': ['just before it', 'a frame of the other IP version'],
    'no-segment': ['just before it', 'frames that are no TCP segments'],
    wait: ['just before it', 'a wait'],
    segment: ['just before it', 'a TCP segment'],
  },
  after: {
    'data-again': ['after it', 'its bytes again in plain data'],
    again: ['after it', 'another like it'],
    dpc: ['after it', 'the end of the DPC'],
    'rsc-off': ['after it', 'RSC off and on'],
    'uro-off': ['after it', 'URO off and on'],
    'rxcsum-off': ['after it', 'receive checksum offload off and on'],
  },
  others: {
    one: ['beside it', 'one connection'],
    'one-first': ['beside it', 'one connection that sends first'],
    'three-first': ['beside it', 'three connections that send first'],
    reverse: ['beside it', 'its reverse direction'],
    'reverse-first': ['beside it', 'its reverse direction, which sends first'],
    'other-version': ['beside it', 'one connection of the other IP version'],
    'other-version-first': ['beside it', 'one connection of the other IP version that sends first'],
    five: ['beside it', 'five connections'],
    'nine-first': ['beside it', 'nine connections that send first'],
    'seventeen-first': ['beside it', 'seventeen connections that send first'],
  },
  checksums: {
    'untold-partial': ['checksums', 'it is marked partial'],
    'partial-unnecessary': ['checksums', 'the first is marked partial, it is marked unnecessary'],
    'unnecessary-partial': ['checksums', 'the first is marked unnecessary, it is marked partial'],
    'partial-all': ['checksums', 'each is marked partial'],
    'first-unnecessary': ['checksums', 'the first is marked unnecessary'],
    'this-unnecessary': ['checksums', 'it is marked unnecessary'],
    'all-unnecessary': ['checksums', 'each is marked unnecessary'],
  },
};

/**
 * "; it is longer, PSH on it; first: a DPC; beside it: one connection": what follows the decision in a title. `own`: further
 * words on the segments. Throws if a level has no words.
 */
export function stateText(
  levels: readonly (readonly [dimension: string, level: string])[],
  own: readonly string[],
): string {
  const texts = [...own.map((text) => ['', text] as const), ...levels.map(([name, level]) => wordsOf(name, level))];
  return HEADINGS.map((heading) => {
    const its = texts.flatMap(([its, text]) => (its === heading ? [text] : []));
    if (its.length === 0) return '';
    return `; ${heading === '' ? '' : `${heading}: `}${its.join(', ')}`;
  }).join('');
}

function wordsOf(dimension: string, level: string): readonly [heading: Heading, text: string] {
  if (dimension === 'window') return ['', `window ${level}`];
  if (dimension === 'history') return ['first', `a history of ${level} events`];
  const words = WORDS[dimension]?.[level];
  if (words === undefined) throw new Error(`no words for ${dimension} ${level}`);
  return words;
}
