/** C10, C12: fields that must be equal in every merged segment, and fields that need not. */

import type { VlanTag } from '../../reference-impl/wire/ethernet.ts';
import { inRuns, type Topic } from '../in-runs.ts';
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
  /** The value in the other segments. */
  readonly others?: string;
  readonly base?: SegmentSpec;
  readonly fields: SegmentSpec;
  readonly variants: readonly Variant[];
  readonly flags?: readonly string[];
  readonly isDerived?: boolean;
}

const CHANGES: readonly Change[] = [
  { name: 'dscp/ef', title: 'DSCP EF (46)', fields: { dscp: 46 }, variants: ALL, flags: IGNORED },
  {
    name: 'dscp/af11',
    title: 'DSCP AF11 (10)',
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
    title: 'DF clear',
    others: 'DF set',
    fields: { df: false },
    variants: V4,
    flags: [...IGNORED, 'reordering-on-exception'],
  },
  {
    name: 'df/set',
    title: 'DF set',
    others: 'DF clear',
    base: { df: false },
    fields: { df: true },
    variants: V4,
    flags: IGNORED,
  },
  {
    name: 'reserved-flag',
    title: 'the IPv4 reserved flag set',
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
    title: 'flow label 0',
    others: 'flow label 0xabcde',
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
    title: 'another priority in the VLAN tag',
    base: { tags: [{ vid: 5, priority: 1 }] },
    fields: { tags: [{ vid: 5, priority: 3 }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/dei',
    title: 'the drop-eligible bit in the VLAN tag',
    base: { tags: [{ vid: 5 }] },
    fields: { tags: [{ vid: 5, dei: true }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/priority-only',
    title: 'a priority tag (VID 0)',
    others: 'no tag',
    fields: { tags: [{ vid: 0, priority: 5 }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/priority-of-vid-0',
    title: 'another priority in a priority tag (VID 0)',
    base: { tags: [{ vid: 0, priority: 1 }] },
    fields: { tags: [{ vid: 0, priority: 2 }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/service',
    title: 'an 802.1ad tag',
    others: 'an 802.1Q tag with the same VID',
    base: { tags: [{ vid: 5 }] },
    fields: { tags: [{ vid: 5, service: true }] },
    variants: PLAIN,
    flags: TAGS,
    isDerived: true,
  },
  {
    name: 'tag/inner-priority',
    title: 'another priority in the inner tag',
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
  ['ttl/falling', 'TTLs that fall', [64, 63, 62].map((ttl) => ({ ttl })), ALL, ['hop-limit-as-flow']],
  ['ttl/rising', 'TTLs that rise', [10, 64, 255].map((ttl) => ({ ttl })), ALL, IGNORED],
  ['ttl/dip', 'TTLs that fall by one and return', [64, 63, 64].map((ttl) => ({ ttl })), ALL, ['hop-limit-as-flow']],
  ['ttl/one', 'TTLs that fall to 1 and rise again', [255, 1, 128].map((ttl) => ({ ttl })), PLAIN, IGNORED],
  [
    'id/constant',
    'The same Identification on every segment',
    [7, 7, 7].map((id) => ({ id })),
    V4,
    ['identification-demanded'],
  ],
  ['id/zero', 'Identification 0 on every segment', [0, 0, 0].map((id) => ({ id })), V4, ['identification-demanded']],
  [
    'id/random',
    'Random Identifications',
    [0x9e37, 0x0142, 0xffff, 0x5a5a].map((id) => ({ id })),
    V4,
    ['identification-demanded'],
  ],
  ['id/falling', 'Identifications that fall', [9, 8, 7].map((id) => ({ id })), V4, ['identification-demanded']],
  [
    'id/wraps',
    'Identifications that wrap',
    [0xfffe, 0xffff, 0, 1].map((id) => ({ id })),
    V4,
    ['identification-demanded'],
  ],
  [
    'id/without-df',
    'Random Identifications, DF clear',
    [0x9e37, 0x0142, 0xffff].map((id) => ({ id, df: false })),
    V4,
    ['identification-demanded'],
  ],
  ['psh/throughout', 'PSH on every segment', [0, 1, 2].map(() => ({ flags: 'AP' })), ALL, ['psh-lost']],
  ['window/each', 'Segments that each change the window', [100, 200, 300, 0].map((window) => ({ window })), ALL, []],
];

const STACKS: readonly (readonly [name: string, title: string, tags: readonly VlanTag[]])[] = [
  ['802-1q', 'an 802.1Q tag', [{ vid: 5 }]],
  ['802-1ad', 'an 802.1ad tag', [{ vid: 5, service: true }]],
  ['qinq', 'an 802.1ad and an 802.1Q tag', [{ vid: 6, service: true }, { vid: 5 }]],
  ['two-802-1q', 'two 802.1Q tags', [{ vid: 6 }, { vid: 5 }]],
  ['priority', 'a priority tag', [{ vid: 0, priority: 5 }]],
  ['priority-and-vid', 'a priority tag and an 802.1Q tag', [{ vid: 0, priority: 5 }, { vid: 5 }]],
  ['highest-vid', 'a tag of VID 4094, priority 7, drop-eligible', [{ vid: 4094, priority: 7, dei: true }]],
];

export function* coalescingHeaders(): Generator<Plan> {
  for (const { name, title, others, base, fields, variants, flags, isDerived } of CHANGES) {
    const topic: Topic = {
      id: `coalescing/headers/${name}`,
      title,
      rules: ['C10', 'I1'],
      level: isDerived === true ? 'derived' : 'must',
      flags,
      ...(others === undefined ? {} : { others }),
      base: base ?? {},
      merges: true,
      send: (scene) => scene.data(USUAL_LENGTH, fields),
      ...(name.startsWith('dscp/ef') || name.startsWith('df') || name.startsWith('flow-label/lowest')
        ? {}
        : { only: FEW }),
    };
    yield* inRuns(topic, variants);
  }
  const stamps: Omit<Topic, 'send'> = {
    id: 'coalescing/headers/timestamps',
    title: '',
    rules: ['C10', 'T1'],
    level: 'derived',
    merges: true,
  };
  yield* inRuns(
    {
      ...stamps,
      id: `${stamps.id}/appear`,
      title: 'timestamps',
      others: 'none',
      send: (scene) => scene.data(USUAL_LENGTH, { timestamps: [1, 2] }),
    },
    PLAIN,
  );
  yield* inRuns(
    {
      ...stamps,
      id: `${stamps.id}/vanish`,
      title: 'no timestamps',
      others: 'timestamps',
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
        title: `${title}: they merge`,
        rules: ['C10', 'H3', 'H4', 'H5', 'C12'],
        flags,
        scene,
        groups: inOrder(segments.length),
      };
    }
  }
  for (const [name, title, tags] of STACKS) {
    for (const variant of ALL) {
      yield {
        id: `coalescing/headers/tagged/${name}/${variant.name}`,
        title: `A run of segments with ${title}`,
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
  const pairs: readonly (readonly [name: string, title: string, readonly VlanTag[], readonly VlanTag[]])[] = [
    ['untagged', 'a VLAN and no VLAN', [{ vid: 5 }], []],
    ['other-vid', 'two VLANs', [{ vid: 5 }], [{ vid: 6 }]],
    ['inner', 'two inner VLANs', [{ vid: 9, service: true }, { vid: 5 }], [{ vid: 9, service: true }, { vid: 6 }]],
    ['outer', 'two outer VLANs', [{ vid: 9, service: true }, { vid: 5 }], [{ vid: 8, service: true }, { vid: 5 }]],
    ['swapped', 'two stacks of tags in swapped order', [{ vid: 9 }, { vid: 5 }], [{ vid: 5 }, { vid: 9 }]],
    ['deeper', 'one tag and two tags', [{ vid: 5 }], [{ vid: 5 }, { vid: 5 }]],
  ];
  for (const [name, title, one, other] of pairs) {
    for (const variant of PLAIN) {
      const scene = new Scene(variant);
      for (const tags of [one, other, one, other]) scene.data(USUAL_LENGTH, { tags });
      scene.data(USUAL_LENGTH, { tags: one }).data(USUAL_LENGTH, { tags: one });
      yield {
        id: `coalescing/headers/vlan/${name}/${variant.name}`,
        title: `Segments with the same addresses and ports in ${title}`,
        rules: ['C11', 'C2'],
        flags: TAGS,
        scene,
        groups: vlanGroups(),
      };
    }
  }
}

/** Each VLAN lacks the other's bytes: 0, 2 and 4 do not follow each other, 4 and 5 do; nor do 1 and 3. */
function vlanGroups(): number[][] {
  return [[0], [1], [2], [3], [4, 5]];
}
