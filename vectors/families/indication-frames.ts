/** I5, I6, I8: frames that are no whole TCP segment, tunnels, and what is not for this host. */

import { placed, type Topic } from '../placements.ts';
import type { Plan } from '../plan.ts';
import { IPV4, IPV6, PLAIN, Scene, STAMPED, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';

interface Strange {
  readonly name: string;
  readonly title: string;
  readonly fields: SegmentSpec;
  readonly variants?: readonly Variant[];
  readonly rules?: readonly string[];
  readonly flags?: readonly string[];
}

const corrupted = (corrupt: NonNullable<SegmentSpec['corrupt']>): SegmentSpec => ({ corrupt });
const OFFSET = ['data-offset-unchecked'];

const STRANGE: readonly Strange[] = [
  { name: 'cut/ethernet', title: 'a frame of thirteen bytes', fields: corrupted({ cutTo: 13 }) },
  { name: 'cut/behind-ethernet', title: 'an Ethernet header and nothing after it', fields: corrupted({ cutTo: 14 }) },
  { name: 'cut/in-ip-header', title: 'a frame that ends within the IP header', fields: corrupted({ cutTo: 30 }) },
  {
    name: 'cut/in-tag',
    title: 'a frame that ends within its tag',
    fields: { tags: [{ vid: 5 }], ...corrupted({ cutTo: 16 }) },
  },
  { name: 'cut/in-payload', title: 'a frame shorter than its IP length', fields: corrupted({ cutTo: 100 }) },
  {
    name: 'tags/too-many',
    title: 'seventeen tags',
    fields: { tags: Array.from({ length: 17 }, (_, i) => ({ vid: i + 1 })) },
  },
  { name: 'ether-type/arp', title: 'an ARP EtherType', fields: corrupted({ etherType: 0x0806 }) },
  { name: 'ether-type/mpls', title: 'an MPLS EtherType', fields: corrupted({ etherType: 0x8847 }) },
  { name: 'ether-type/lldp', title: 'an LLDP EtherType', fields: corrupted({ etherType: 0x88cc }) },
  {
    name: 'ether-type/length',
    title: 'an 802.3 length in place of the EtherType',
    fields: corrupted({ etherType: 100 }),
  },
  { name: 'ip-version/0', title: 'IP version 0', fields: corrupted({ ipVersion: 0 }) },
  { name: 'ip-version/5', title: 'IP version 5', fields: corrupted({ ipVersion: 5 }) },
  { name: 'ip-version/15', title: 'IP version 15', fields: corrupted({ ipVersion: 15 }) },
  {
    name: 'ip-version/other',
    title: 'the other IP version than the EtherType says',
    fields: corrupted({ ipVersion: 6 }),
    variants: [IPV4],
  },
  {
    name: 'ip-version/other',
    title: 'the other IP version than the EtherType says',
    fields: corrupted({ ipVersion: 4 }),
    variants: [IPV6],
  },
  { name: 'ihl/0', title: 'IHL 0', fields: corrupted({ ihl: 0 }), variants: [IPV4] },
  { name: 'ihl/4', title: 'IHL 4', fields: corrupted({ ihl: 4 }), variants: [IPV4] },
  {
    name: 'ihl/past-end',
    title: 'an IHL that reaches past the frame',
    fields: corrupted({ ihl: 15, cutTo: 60 }),
    variants: [IPV4],
  },
  { name: 'ip-length/0', title: 'IPv4 total length 0', fields: corrupted({ ipLength: 0 }), variants: [IPV4] },
  { name: 'ip-length/19', title: 'IPv4 total length 19', fields: corrupted({ ipLength: 19 }), variants: [IPV4] },
  {
    name: 'ip-length/header-alone',
    title: 'an IP packet that ends after its header',
    fields: corrupted({ ipLength: 20 }),
    variants: [IPV4],
  },
  {
    name: 'ip-length/header-alone',
    title: 'an IP packet that ends after its header',
    fields: corrupted({ ipLength: 0 }),
    variants: [IPV6],
  },
  {
    name: 'ip-length/in-tcp-header',
    title: 'an IP packet that ends within the TCP header',
    fields: corrupted({ ipLength: 39 }),
    variants: [IPV4],
  },
  {
    name: 'ip-length/in-tcp-header',
    title: 'an IP packet that ends within the TCP header',
    fields: corrupted({ ipLength: 19 }),
    variants: [IPV6],
  },
  { name: 'ip-length/past-end', title: 'an IP length past the frame’s end', fields: corrupted({ ipLength: 1000 }) },
  { name: 'ip-length/largest', title: 'an IP length of 65,535', fields: corrupted({ ipLength: 65_535 }) },
  { name: 'protocol/icmp', title: 'protocol ICMP', fields: corrupted({ protocol: 1 }), variants: [IPV4] },
  { name: 'protocol/icmpv6', title: 'next header ICMPv6', fields: corrupted({ protocol: 58 }), variants: [IPV6] },
  { name: 'protocol/esp', title: 'ESP', fields: corrupted({ protocol: 50 }), rules: ['I8', 'E9'] },
  {
    name: 'protocol/gre',
    title: 'GRE',
    fields: corrupted({ protocol: 47 }),
    rules: ['I8', 'I5'],
    flags: ['tunnel-coalesced'],
  },
  { name: 'protocol/sctp', title: 'SCTP', fields: corrupted({ protocol: 132 }) },
  {
    name: 'protocol/ip-in-ip',
    title: 'IP in IP',
    fields: corrupted({ protocol: 4 }),
    rules: ['I8', 'I5'],
    flags: ['tunnel-coalesced'],
  },
  { name: 'protocol/none', title: 'no next header', fields: corrupted({ protocol: 59 }) },
  {
    name: 'chain/cut-short',
    title: 'an IPv6 chain cut short',
    fields: { extensions: [{ kind: 'destination' }], ...corrupted({ ipLength: 7 }) },
    variants: [IPV6],
  },
  {
    name: 'chain/header-past-end',
    title: 'an authentication header past the packet’s end',
    fields: { extensions: [{ kind: 'ah' }], ...corrupted({ ipLength: 16 }) },
    variants: [IPV6],
  },
  {
    name: 'chain/next-past-end',
    title: 'a chain whose second header is missing',
    fields: { extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination' }], ...corrupted({ ipLength: 8 }) },
    variants: [IPV6],
  },
  ...[0, 1, 2, 3, 4].map(
    (dataOffset): Strange => ({
      name: `data-offset/${dataOffset}`,
      title: `data offset ${dataOffset}`,
      fields: corrupted({ dataOffset }),
      flags: OFFSET,
    }),
  ),
];

const UDP: readonly (readonly [string, string, SegmentSpec])[] = [
  ['udp', 'a UDP datagram', { transport: 'udp' }],
  ['udp-tagged', 'a tagged UDP datagram', { transport: 'udp', tags: [{ vid: 5 }] }],
];

export function* indicationFrames(): Generator<Plan> {
  for (const { name, title, fields, variants = PLAIN, rules = ['I8'], flags } of STRANGE) {
    yield* around(`frames/${name}`, title, fields, variants, rules, flags);
  }
  for (const variants of [PLAIN, STAMPED]) {
    yield* around(
      'frames/data-offset/past-end',
      'a data offset past the packet’s end',
      { corrupt: { dataOffset: 15 } },
      variants,
      ['I8'],
      OFFSET,
      10,
    );
  }
  for (const [name, title, fields] of UDP) yield* around(`frames/${name}`, title, fields, PLAIN, ['I8']);
  for (const variant of PLAIN) {
    yield {
      id: `indication/tunnel/run/${variant.name}`,
      title: 'A run in UDP of the size of tunnelled segments goes up as it came',
      rules: ['I5', 'I8'],
      flags: ['tunnel-coalesced', 'overlay-collapse'],
      scene: new Scene(variant).run(4, 1430, { transport: 'udp' }),
      groups: inOrder(1, 1, 1, 1),
    };
    yield {
      id: `indication/tagged/run/${variant.name}`,
      title: 'A tagged run may be left alone',
      rules: ['I5'],
      scene: new Scene(variant).always({ tags: [{ vid: 5, priority: 3 }] }).run(4),
      groups: inOrder(4),
    };
    yield {
      id: `indication/forwarded/run/${variant.name}`,
      title: 'A run to another host: not to be coalesced where this host forwards it',
      rules: ['I6'],
      level: 'should',
      flags: ['coalesced-while-forwarding'],
      scene: new Scene(variant).run(4, 1000),
      groups: inOrder(4),
      dst: variant.ipVersion === 4 ? '198.51.100.7' : '2001:db8:f::7',
    };
    yield {
      id: `indication/forwarded/mac/${variant.name}`,
      title: 'A run to another MAC address',
      rules: ['I6'],
      level: 'should',
      flags: ['coalesced-while-forwarding'],
      scene: new Scene(variant).always({ dstMac: '02:00:00:00:00:77' }).run(4, 1000),
      groups: inOrder(4),
      dst: variant.ipVersion === 4 ? '198.51.100.8' : '2001:db8:f::8',
    };
  }
}

/** It ends nothing, and goes up at once: first in the reference's list, whatever was in progress. */
function* around(
  id: string,
  title: string,
  fields: SegmentSpec,
  variants: readonly Variant[],
  rules: readonly string[],
  flags?: readonly string[],
  length: number = USUAL_LENGTH,
): Generator<Plan> {
  const send: Topic['send'] = (scene) => scene.unsequenced(length, fields);
  const common = { title, rules: [...rules, 'I7'], level: 'derived', flags } as const;
  yield* placed({ ...common, id: `indication/${id}`, send, only: ['first', 'alone'] }, variants);
  for (const variant of variants) {
    const middle = new Scene(variant).run(2);
    send(middle);
    yield {
      ...common,
      title: `${title} in the middle of a run ends nothing`,
      id: `indication/${id}/middle/${variant.name}`,
      scene: middle.run(2),
      groups: [[2], [0, 1, 3, 4]],
    };
    const last = new Scene(variant).run(2);
    send(last);
    yield {
      ...common,
      title: `${title} after a run`,
      id: `indication/${id}/last/${variant.name}`,
      scene: last,
      groups: [[2], [0, 1]],
    };
  }
}
