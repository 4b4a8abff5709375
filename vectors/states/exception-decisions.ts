/** Decisions on segments that go alone, and that end the unit of their connection. */

import type { SegmentSpec } from '../vector.ts';
import type { Decision } from './decision.ts';

export const exception = (
  name: string,
  title: string,
  rules: readonly string[],
  fields: SegmentSpec,
  more: Partial<Decision> = {},
): Decision => ({ name, title, family: 'exceptions', rules, effect: 'alone', fields, ...more });

const FLAGS = ['psh'];
const OPTIONS = ['layout'];

export const EXCEPTION_DECISIONS: readonly Decision[] = [
  exception(
    'tcp-checksum',
    'A wrong TCP checksum',
    ['E2'],
    { corrupt: { tcpChecksum: 'wrong' } },
    { or: [0x00ff, 0x1234, 0xa5a5].map((tcpChecksum) => ({ corrupt: { tcpChecksum } })) },
  ),
  exception('ip-checksum', 'A wrong IPv4 checksum', ['E2'], { corrupt: { ipChecksum: 'wrong' } }, { only: 'ipv4' }),
  exception('syn', 'SYN', ['E3'], { flags: 'AS' }, { or: [{ flags: 'S' }, { flags: 'ASP' }], settles: FLAGS }),
  exception('fin', 'FIN', ['E3'], { flags: 'AF' }, { or: [{ flags: 'AFP' }], settles: FLAGS }),
  exception('rst', 'RST', ['E3'], { flags: 'AR' }, { or: [{ flags: 'R' }], settles: FLAGS }),
  exception(
    'urg',
    'URG',
    ['E3'],
    { flags: 'AU' },
    {
      or: [
        { flags: 'AU', urgent: 1 },
        { flags: 'AUP', urgent: 1000 },
      ],
      settles: FLAGS,
    },
  ),
  exception(
    'reserved',
    'Two segments with a reserved bit',
    ['E3'],
    { flags: 'A4' },
    { or: ['AN', 'A2', 'A8', 'AN28'].map((flags) => ({ flags })), settles: FLAGS, level: 'should', repeats: true },
  ),
  exception('no-ack', 'Two segments without ACK', ['E3'], { flags: 'P' }, { settles: FLAGS, repeats: true }),
  exception(
    'sack',
    'A SACK option',
    ['E4'],
    { options: '0101050a0000000100000002' },
    { or: [{ options: '0402' }, { options: '05120000000100000002000000030000000400' }], settles: OPTIONS },
  ),
  exception(
    'mptcp',
    'An MPTCP option, or another one',
    ['E4'],
    { options: '1e0420010101' },
    {
      or: ['020405b4', '030307', '0e03', `1312${'5a'.repeat(16)}`, 'fd041234', '2202'].map((options) => ({ options })),
      settles: OPTIONS,
      only: 'unstamped',
    },
  ),
  exception(
    'malformed',
    'A malformed TCP option',
    ['E4'],
    { options: '0109' },
    {
      or: ['0500', '05010000', '0809', '0806000000010000', '01010522'].map((options) => ({ options })),
      settles: OPTIONS,
      level: 'derived',
      only: 'unstamped',
    },
  ),
  exception(
    'ip-options',
    'IPv4 options',
    ['E5'],
    { ipOptions: '01010101' },
    { or: ['00000000', '0707040000000000', '01'.repeat(40)].map((ipOptions) => ({ ipOptions })), only: 'ipv4' },
  ),
  exception('router-alert', 'The IPv4 router alert option', ['E5'], { ipOptions: '94040000' }, { only: 'ipv4' }),
  exception(
    'hop-by-hop',
    'A hop-by-hop header',
    ['E5'],
    { extensions: [{ kind: 'hop-by-hop' }] },
    { or: [{ extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination' }] }], only: 'ipv6' },
  ),
  exception(
    'destination',
    'A destination options header, or another one',
    ['E5'],
    { extensions: [{ kind: 'destination' }] },
    { or: [{ extensions: [{ kind: 'routing' }] }, { extensions: [{ kind: 'ah' }] }], only: 'ipv6' },
  ),
  exception(
    'fragment-6',
    'An IPv6 fragment header',
    ['E5'],
    { extensions: [{ kind: 'fragment' }] },
    { or: [{ extensions: [{ kind: 'fragment', more: true }] }], only: 'ipv6' },
  ),
  exception(
    'first-fragment',
    'A first fragment',
    ['E6'],
    { mf: true, df: false },
    { only: 'ipv4', base: { df: false }, settles: ['df'] },
  ),
  exception('first-fragment-df', 'A first fragment with DF', ['E6'], { mf: true }, { only: 'ipv4', settles: ['df'] }),
  exception(
    'later-fragment',
    'A later fragment',
    ['E6'],
    { fragmentOffset: 3, df: false },
    {
      only: 'ipv4',
      settles: ['df'],
    },
  ),
  exception('ipsec', 'A segment that IPsec protected', ['E9'], { ipsec: true }, { only: 'marked' }),
];
