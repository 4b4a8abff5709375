/** C10, C12: what must be equal in every merged segment, and what need not. */

import type { VlanTag } from '../../reference-impl/wire/ethernet.ts';
import { placed, type Topic } from '../placements.ts';
import type { Plan } from '../plan.ts';
import { ALL, IPV4, IPV4_TS, IPV6, IPV6_TS, PLAIN, Scene, STAMPED, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';

const V4: readonly Variant[] = [IPV4, IPV4_TS];
const V6: readonly Variant[] = [IPV6, IPV6_TS];
const IGNORED = ['header-differences-ignored'];
const TAGS = ['tag-misparsed'];
const FEW = ['first', 'middle', 'last', 'twice', 'onward', 'interleaved'];

interface Change {
  readonly name: string;
  readonly title: string;
  readonly base?: SegmentSpec;
  readonly fields: SegmentSpec;
  readonly variants: readonly Variant[];
  readonly flags?: readonly string[];
  readonly isDerived?: boolean;
}

const CHANGES: readonly Change[] = [
  { name: 'dscp/ef', title: 'another DSCP (EF)', fields: { dscp: 46 }, variants: ALL, flags: IGNORED },
  {
    name: 'dscp/af11',
    title: 'another DSCP (AF11)',
    fields: { dscp: 10 },
    variants: ALL,
    flags: [...IGNORED, 'ipv6-ecn-misread'],
  },
  {
    name: 'dscp/lowest-bit',
    title: 'a DSCP that differs in its lowest bit',
    fields: { dscp: 1 },
    variants: PLAIN,
    flags: [...IGNORED, 'ipv6-ecn-misread'],
  },
  {
    name: 'dscp/highest-bit',
    title: 'a DSCP that differs in its highest bit',
    fields: { dscp: 32 },
    variants: PLAIN,
    flags: IGNORED,
  },
  {
    name: 'df/cleared',
    title: 'DF clear among DF',
    fields: { df: false },
    variants: V4,
    flags: [...IGNORED, 'reordering-on-exception'],
  },
  {
    name: 'df/set',
    title: 'DF among segments without',
    base: { df: false },
    fields: { df: true },
    variants: V4,
    flags: IGNORED,
  },
  {
    name: 'reserved-flag',
    title: 'the IPv4 reserved flag',
    fields: { reservedFlag: true },
    variants: V4,
    isDerived: true,
  },
  {
    name: 'flow-label/lowest-bit',
    title: 'a flow label that differs in its lowest bit',
    base: { flowLabel: 0x12344 },
    fields: { flowLabel: 0x12345 },
    variants: V6,
    flags: IGNORED,
  },
  {
    name: 'flow-label/highest-bit',
    title: 'a flow label that differs in its highest bit',
    base: { flowLabel: 0x12344 },
    fields: { flowLabel: 0x92344 },
    variants: V6,
    flags: IGNORED,
  },
  {
    name: 'flow-label/none',
    title: 'no flow label among labelled',
    base: { flowLabel: 0xabcde },
    fields: { flowLabel: 0 },
    variants: V6,
    flags: IGNORED,
  },
  {
    name: 'mac/source',
    title: 'another source MAC address',
    fields: { srcMac: '02:00:00:00:00:0a' },
    variants: PLAIN,
    isDerived: true,
  },
  {
    name: 'mac/destination',
    title: 'another destination MAC address',
    fields: { dstMac: '02:00:00:00:00:0b' },
    variants: PLAIN,
    isDerived: true,
  },
  {
    name: 'mac/broadcast',
    title: 'the broadcast MAC address',
    fields: { dstMac: 'ff:ff:ff:ff:ff:ff' },
    variants: PLAIN,
    isDerived: true,
  },
  {
    name: 'tag/priority',
    title: 'another priority in the same VLAN',
    base: { tags: [{ vid: 5, priority: 1 }] },
    fields: { tags: [{ vid: 5, priority: 3 }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/dei',
    title: 'the drop-eligible bit in the same VLAN',
    base: { tags: [{ vid: 5 }] },
    fields: { tags: [{ vid: 5, dei: true }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/priority-only',
    title: 'a priority tag, VID 0, among untagged',
    fields: { tags: [{ vid: 0, priority: 5 }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/priority-of-vid-0',
    title: 'another priority in a tag of VID 0',
    base: { tags: [{ vid: 0, priority: 1 }] },
    fields: { tags: [{ vid: 0, priority: 2 }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/service',
    title: 'an 802.1ad tag of the same VID among 802.1Q',
    base: { tags: [{ vid: 5 }] },
    fields: { tags: [{ vid: 5, service: true }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/inner-priority',
    title: 'another priority of the inner tag',
    base: { tags: [{ vid: 6, service: true }, { vid: 5 }] },
    fields: {
      tags: [
        { vid: 6, service: true },
        { vid: 5, priority: 7 },
      ],
    },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
];

const MERGING: readonly (readonly [string, string, readonly SegmentSpec[], readonly Variant[], readonly string[]])[] = [
  ['ttl/falling', 'The TTL falls', [64, 63, 62].map((ttl) => ({ ttl })), ALL, ['hop-limit-as-flow']],
  ['ttl/rising', 'The TTL rises', [10, 64, 255].map((ttl) => ({ ttl })), ALL, IGNORED],
  ['ttl/dip', 'The TTL dips', [64, 63, 64].map((ttl) => ({ ttl })), ALL, ['hop-limit-as-flow']],
  ['ttl/one', 'The TTL falls to one', [255, 1, 128].map((ttl) => ({ ttl })), PLAIN, IGNORED],
  ['id/constant', 'A constant Identification', [7, 7, 7].map((id) => ({ id })), V4, ['identification-demanded']],
  ['id/zero', 'An Identification of zero', [0, 0, 0].map((id) => ({ id })), V4, ['identification-demanded']],
  [
    'id/random',
    'A random Identification',
    [0x9e37, 0x0142, 0xffff, 0x5a5a].map((id) => ({ id })),
    V4,
    ['identification-demanded'],
  ],
  ['id/falling', 'A falling Identification', [9, 8, 7].map((id) => ({ id })), V4, ['identification-demanded']],
  [
    'id/wraps',
    'An Identification that wraps',
    [0xfffe, 0xffff, 0, 1].map((id) => ({ id })),
    V4,
    ['identification-demanded'],
  ],
  [
    'id/without-df',
    'A random Identification without DF',
    [0x9e37, 0x0142, 0xffff].map((id) => ({ id, df: false })),
    V4,
    ['identification-demanded'],
  ],
  ['psh/throughout', 'PSH in every segment', [0, 1, 2].map(() => ({ flags: 'AP' })), ALL, ['psh-lost']],
  ['window/each', 'Another window in each segment', [100, 200, 300, 0].map((window) => ({ window })), ALL, []],
];

const STACKS: readonly (readonly [string, readonly VlanTag[]])[] = [
  ['802-1q', [{ vid: 5 }]],
  ['802-1ad', [{ vid: 5, service: true }]],
  ['qinq', [{ vid: 6, service: true }, { vid: 5 }]],
  ['two-802-1q', [{ vid: 6 }, { vid: 5 }]],
  ['priority', [{ vid: 0, priority: 5 }]],
  ['priority-and-vid', [{ vid: 0, priority: 5 }, { vid: 5 }]],
  ['highest-vid', [{ vid: 4094, priority: 7, dei: true }]],
];

export function* coalescingHeaders(): Generator<Plan> {
  for (const { name, title, base, fields, variants, flags, isDerived } of CHANGES) {
    const topic: Topic = {
      id: `coalescing/headers/${name}`,
      title,
      rules: ['C10', 'I1'],
      level: isDerived === true ? 'derived' : 'must',
      flags,
      base: base ?? {},
      merges: true,
      send: (scene) => scene.data(USUAL_LENGTH, fields),
      ...(name.startsWith('dscp/ef') || name.startsWith('df') || name.startsWith('flow-label/lowest')
        ? {}
        : { only: FEW }),
    };
    yield* placed(topic, variants);
  }
  const stamps: Omit<Topic, 'send'> = {
    id: 'coalescing/headers/timestamps',
    title: '',
    rules: ['C10', 'T1'],
    level: 'derived',
    merges: true,
  };
  yield* placed(
    {
      ...stamps,
      id: `${stamps.id}/appear`,
      title: 'timestamps among segments without',
      send: (scene) => scene.data(USUAL_LENGTH, { timestamps: [1, 2] }),
    },
    PLAIN,
  );
  yield* placed(
    {
      ...stamps,
      id: `${stamps.id}/vanish`,
      title: 'no timestamps among segments with',
      send: (scene) => scene.unstamped(),
    },
    STAMPED,
  );
  for (const [name, title, segments, variants, flags] of MERGING) {
    for (const variant of variants) {
      const scene = new Scene(variant);
      for (const fields of segments) scene.data(USUAL_LENGTH, fields);
      yield {
        id: `coalescing/headers/${name}/${variant.name}`,
        title: `${title}: not compared`,
        rules: ['C10', 'H3', 'H4', 'H5', 'C12'],
        flags,
        scene,
        groups: inOrder(segments.length),
      };
    }
  }
  for (const [name, tags] of STACKS) {
    for (const variant of ALL) {
      yield {
        id: `coalescing/headers/tagged/${name}/${variant.name}`,
        title: `A run tagged ${name}`,
        rules: ['C10', 'C12', 'I5', 'H1'],
        level: 'may',
        flags: TAGS,
        scene: new Scene(variant).always({ tags }).run(4),
        groups: inOrder(4),
      };
    }
  }
  yield* vlans();
}

/** Different VLANs are different connections: a segment of one does not end an SCU of the other. */
function* vlans(): Generator<Plan> {
  const pairs: readonly (readonly [string, readonly VlanTag[], readonly VlanTag[]])[] = [
    ['untagged', [{ vid: 5 }], []],
    ['other-vid', [{ vid: 5 }], [{ vid: 6 }]],
    ['inner', [{ vid: 9, service: true }, { vid: 5 }], [{ vid: 9, service: true }, { vid: 6 }]],
    ['outer', [{ vid: 9, service: true }, { vid: 5 }], [{ vid: 8, service: true }, { vid: 5 }]],
    ['swapped', [{ vid: 9 }, { vid: 5 }], [{ vid: 5 }, { vid: 9 }]],
    ['deeper', [{ vid: 5 }], [{ vid: 5 }, { vid: 5 }]],
  ];
  for (const [name, one, other] of pairs) {
    for (const variant of PLAIN) {
      const scene = new Scene(variant);
      for (const tags of [one, other, one, other]) scene.data(USUAL_LENGTH, { tags });
      scene.data(USUAL_LENGTH, { tags: one }).data(USUAL_LENGTH, { tags: one });
      yield {
        id: `coalescing/headers/vlan/${name}/${variant.name}`,
        title: 'Two VLANs with the same addresses and ports do not mix',
        rules: ['C11', 'C2'],
        flags: TAGS,
        scene,
        groups: vlanGroups(),
      };
    }
  }
}

/** Each VLAN misses the other's bytes: 0, 2 and 4 do not follow each other, 4 and 5 do; nor do 1 and 3. */
function vlanGroups(): number[][] {
  return [[0], [1], [2], [3], [4, 5]];
}
