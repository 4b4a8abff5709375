/** E5, E6: IPv4 options, IPv6 extension headers, fragments. */

import type { Extension } from '../../reference-impl/wire/build.ts';
import { inRuns, type Topic } from '../in-runs.ts';
import type { Plan } from '../plan.ts';
import { IPV4, IPV4_TS, IPV6, IPV6_TS, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';

const V4: readonly Variant[] = [IPV4, IPV4_TS];
const V6: readonly Variant[] = [IPV6, IPV6_TS];

const topic = (id: string, title: string, fields: SegmentSpec, more: Partial<Topic> = {}): Topic => ({
  id: `exceptions/${id}`,
  title,
  rules: ['E5', 'I1'],
  send: (scene) => scene.data(USUAL_LENGTH, fields),
  ...more,
});

const BYPASS = ['reordering-on-exception'];

const IP_OPTIONS: readonly (readonly [string, string, string])[] = [
  ['nop', 'NOPs as IPv4 options', '01010101'],
  ['eol', 'EOL as an IPv4 option', '00000000'],
  ['record-route', 'an IPv4 record route option', '07070400000000'],
  ['timestamp', 'an IPv4 timestamp option', '440c05000000000000000000'],
  ['loose-source-route', 'an IPv4 loose source route', '830704c6336401'],
  ['strict-source-route', 'an IPv4 strict source route', '890704c6336401'],
  ['loose-source-route-used-up', 'a used-up IPv4 loose source route', '830708c6336401'],
  ['strict-source-route-used-up', 'a used-up IPv4 strict source route', '890708c6336401'],
  ['router-alert', 'an IPv4 router alert option', '94040000'],
  ['longest', 'forty bytes of IPv4 options', '01'.repeat(40)],
  ['malformed', 'an IPv4 option of length 0', '07000000'],
];

const CHAINS: readonly (readonly [string, string, readonly Extension[], isSegment?: true])[] = [
  ['hop-by-hop', 'a hop-by-hop header', [{ kind: 'hop-by-hop' }]],
  ['destination', 'a destination options header', [{ kind: 'destination' }]],
  ['routing', 'a routing header with no segment left', [{ kind: 'routing' }]],
  ['routing-left', 'a routing header with one segment left', [{ kind: 'routing', left: 1 }]],
  ['ah', 'an authentication header', [{ kind: 'ah' }]],
  ['atomic-fragment', 'a fragment header without fragmentation', [{ kind: 'fragment' }]],
  ['first-fragment', 'a first IPv6 fragment', [{ kind: 'fragment', more: true }], true],
  [
    'chain',
    'hop-by-hop, destination and routing headers',
    [{ kind: 'hop-by-hop' }, { kind: 'destination' }, { kind: 'routing' }],
  ],
  ['destination-ah', 'destination options and an authentication header', [{ kind: 'destination' }, { kind: 'ah' }]],
];

/** Names no ports: the reference ends every SCU between the hosts. */
const LATER_V6: readonly (readonly [string, string, readonly Extension[]])[] = [
  ['middle-fragment', 'a middle IPv6 fragment', [{ kind: 'fragment', offset: 40, more: true }]],
  ['last-fragment', 'a last IPv6 fragment', [{ kind: 'fragment', offset: 80 }]],
  [
    'hop-by-hop-last-fragment',
    'a last IPv6 fragment after a hop-by-hop header',
    [{ kind: 'hop-by-hop' }, { kind: 'fragment', offset: 80 }],
  ],
];

const FRAGMENTS: readonly (readonly [string, string, SegmentSpec])[] = [
  ['first', 'a first IPv4 fragment', { df: false, mf: true }],
  ['first-df', 'a first IPv4 fragment with DF', { df: true, mf: true }],
];

const LATER_FRAGMENTS: readonly (readonly [string, string, SegmentSpec])[] = [
  ['middle', 'a middle IPv4 fragment', { df: false, mf: true, fragmentOffset: 100 }],
  ['middle-df', 'a middle IPv4 fragment with DF', { df: true, mf: true, fragmentOffset: 100 }],
  ['last', 'a last IPv4 fragment', { df: false, fragmentOffset: 200 }],
  ['last-df', 'a last IPv4 fragment with DF', { df: true, fragmentOffset: 200 }],
  ['offset-1', 'an IPv4 fragment at offset 8', { df: false, fragmentOffset: 1 }],
];

const FRAGMENT_FLAGS = ['fragments-merged', ...BYPASS];
const WITHOUT_TCP_VERDICT = ['fragment-checksum-verdict', 'fragments-merged'];

export function* exceptionsIp(): Generator<Plan> {
  for (const [name, title, ipOptions] of IP_OPTIONS) {
    const rules = name.includes('source-route') ? ['E5', 'I1', 'O4'] : ['E5', 'I1'];
    yield* inRuns(topic(`ip-options/${name}`, title, { ipOptions }, { rules, flags: BYPASS }), V4);
  }
  for (const [name, title, extensions, isSegment = false] of CHAINS) {
    const rules = name.startsWith('routing') ? ['E5', 'I1', 'O4'] : ['E5', 'I1'];
    yield* inRuns(topic(`extension-headers/${name}`, title, { extensions }, { rules, isSegment }), V6);
  }
  for (const [name, title, extensions] of LATER_V6) {
    yield* inRuns(
      topic(
        `extension-headers/${name}`,
        title,
        { extensions },
        { rules: ['E5', 'I1'], hosts: 'distinct', isSegment: true },
      ),
      V6,
    );
  }
  for (const [name, title, fields] of FRAGMENTS) {
    const more: Partial<Topic> = { rules: ['E6', 'I1', 'O4'], flags: FRAGMENT_FLAGS, isSegment: true };
    yield* inRuns(topic(`fragments/${name}`, title, fields, more), V4);
  }
  for (const [name, title, fields] of LATER_FRAGMENTS) {
    const more: Partial<Topic> = {
      rules: ['E6', 'O4'],
      flags: WITHOUT_TCP_VERDICT,
      hosts: 'distinct',
      isSegment: true,
    };
    yield* inRuns(topic(`fragments/${name}`, title, fields, more), V4);
  }
  yield* fragmentedDatagrams();
}

function* fragmentedDatagrams(): Generator<Plan> {
  const whole = new Scene(IPV4).data();
  whole.data(160, { df: false, mf: true, id: 777 });
  whole.unsequenced(160, { df: false, mf: true, fragmentOffset: 22, id: 777 });
  whole.unsequenced(60, { df: false, fragmentOffset: 44, id: 777 });
  yield {
    id: 'exceptions/fragments/whole-datagram/ipv4',
    title: 'Three fragments of one datagram between data',
    rules: ['E6', 'I1'],
    flags: FRAGMENT_FLAGS,
    scene: whole.run(2),
    groups: [[0], [1], [2], [3], [4, 5]],
  };
  const broken = { df: false, mf: true, corrupt: { tcpChecksum: 'wrong' } } as const;
  yield {
    id: 'exceptions/fragments/first-unverified/ipv4',
    title: 'A first fragment whose TCP checksum covers more than the fragment',
    rules: ['E6', 'O4'],
    flags: ['fragment-checksum-verdict'],
    scene: new Scene(IPV4).run(2).data(USUAL_LENGTH, broken).run(2),
    groups: [[0, 1], [2], [3, 4]],
  };
  const short = { df: false, mf: true, corrupt: { ipLength: 36 } } as const;
  yield {
    id: 'exceptions/fragments/tiny-first/ipv4',
    title: 'A first fragment that is too short for a TCP header',
    rules: ['E6', 'I8'],
    level: 'derived',
    scene: new Scene(IPV4).run(2).unsequenced(USUAL_LENGTH, short).run(2),
    groups: [[2], [0, 1, 3, 4]],
  };
  for (const variant of PLAIN) {
    const fields: SegmentSpec =
      variant.ipVersion === 4
        ? { df: false, fragmentOffset: 100 }
        : { extensions: [{ kind: 'fragment', offset: 100 }] };
    const scene = new Scene(variant, { connections: 2 }).run(2).on(1).run(2).on(0).unsequenced(USUAL_LENGTH, fields);
    yield {
      id: `exceptions/fragments/speaks-for-hosts/${variant.name}`,
      title: 'A later fragment, which may belong to either of two connections between its hosts',
      rules: [variant.ipVersion === 4 ? 'E6' : 'E5'],
      level: 'may',
      scene: scene.run(2).on(1).run(2),
      groups: [[0, 1], [2, 3], [4], [5, 6], [7, 8]],
    };
  }
  for (const [name, df] of [
    ['df-clear', false],
    ['df-set', true],
  ] as const) {
    yield {
      id: `exceptions/fragments/none/${name}/ipv4`,
      title: `Whole datagrams with DF ${df ? 'set' : 'clear'}, which merge`,
      rules: ['E6', 'C10'],
      flags: name === 'df-clear' ? ['fragments-merged'] : [],
      scene: new Scene(IPV4).always({ df }).run(4),
      groups: [[0, 1, 2, 3]],
    };
  }
  yield {
    id: 'exceptions/extension-headers/none/ipv6',
    title: 'IPv6 segments without extension headers, which merge',
    rules: ['E5'],
    scene: new Scene(IPV6).run(4),
    groups: [[0, 1, 2, 3]],
  };
}
