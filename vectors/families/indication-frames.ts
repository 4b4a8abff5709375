/** I5, I6, I8: frames that are not a whole TCP segment, tunnels, and frames for other hosts. */

import { inRuns, type Topic } from '../in-runs.ts';
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
  { name: 'cut/ethernet', title: 'a frame of 13 bytes', fields: corrupted({ cutTo: 13 }) },
  {
    name: 'cut/behind-ethernet',
    title: 'a frame that ends after its Ethernet header',
    fields: corrupted({ cutTo: 14 }),
  },
  { name: 'cut/in-ip-header', title: 'a frame that ends within the IP header', fields: corrupted({ cutTo: 30 }) },
  {
    name: 'cut/in-tag',
    title: 'a frame that ends within its tag',
    fields: { tags: [{ vid: 5 }], ...corrupted({ cutTo: 16 }) },
  },
  { name: 'cut/in-payload', title: 'a frame shorter than its IP length', fields: corrupted({ cutTo: 100 }) },
  {
    name: 'tags/too-many',
    title: 'a frame with 17 tags',
    fields: { tags: Array.from({ length: 17 }, (_, i) => ({ vid: i + 1 })) },
  },
  { name: 'ether-type/arp', title: 'a frame with the EtherType of ARP', fields: corrupted({ etherType: 0x0806 }) },
  { name: 'ether-type/mpls', title: 'a frame with the EtherType of MPLS', fields: corrupted({ etherType: 0x8847 }) },
  { name: 'ether-type/lldp', title: 'a frame with the EtherType of LLDP', fields: corrupted({ etherType: 0x88cc }) },
  {
    name: 'ether-type/length',
    title: 'a frame with an 802.3 length in place of the EtherType',
    fields: corrupted({ etherType: 100 }),
  },
  { name: 'ip-version/0', title: 'a frame of IP version 0', fields: corrupted({ ipVersion: 0 }) },
  { name: 'ip-version/5', title: 'a frame of IP version 5', fields: corrupted({ ipVersion: 5 }) },
  { name: 'ip-version/15', title: 'a frame of IP version 15', fields: corrupted({ ipVersion: 15 }) },
  {
    name: 'ip-version/other',
    title: 'a frame whose IP version contradicts its EtherType',
    fields: corrupted({ ipVersion: 6 }),
    variants: [IPV4],
  },
  {
    name: 'ip-version/other',
    title: 'a frame whose IP version contradicts its EtherType',
    fields: corrupted({ ipVersion: 4 }),
    variants: [IPV6],
  },
  { name: 'ihl/0', title: 'a frame with IHL 0', fields: corrupted({ ihl: 0 }), variants: [IPV4] },
  { name: 'ihl/4', title: 'a frame with IHL 4', fields: corrupted({ ihl: 4 }), variants: [IPV4] },
  {
    name: 'ihl/past-end',
    title: 'a frame with an IHL past its end',
    fields: corrupted({ ihl: 15, cutTo: 60 }),
    variants: [IPV4],
  },
  {
    name: 'ip-length/0',
    title: 'a frame with IPv4 total length 0',
    fields: corrupted({ ipLength: 0 }),
    variants: [IPV4],
  },
  {
    name: 'ip-length/19',
    title: 'a frame with IPv4 total length 19',
    fields: corrupted({ ipLength: 19 }),
    variants: [IPV4],
  },
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
  {
    name: 'ip-length/past-end',
    title: 'a frame with an IP length past its end',
    fields: corrupted({ ipLength: 1000 }),
  },
  { name: 'ip-length/largest', title: 'a frame with an IP length of 65,535', fields: corrupted({ ipLength: 65_535 }) },
  { name: 'protocol/icmp', title: 'an ICMP packet', fields: corrupted({ protocol: 1 }), variants: [IPV4] },
  { name: 'protocol/icmpv6', title: 'an ICMPv6 packet', fields: corrupted({ protocol: 58 }), variants: [IPV6] },
  { name: 'protocol/esp', title: 'an ESP packet', fields: corrupted({ protocol: 50 }), rules: ['I8', 'E9'] },
  {
    name: 'protocol/gre',
    title: 'a GRE packet',
    fields: corrupted({ protocol: 47 }),
    rules: ['I8', 'I5'],
    flags: ['tunnel-coalesced'],
  },
  { name: 'protocol/sctp', title: 'an SCTP packet', fields: corrupted({ protocol: 132 }) },
  {
    name: 'protocol/ip-in-ip',
    title: 'an IP-in-IP packet',
    fields: corrupted({ protocol: 4 }),
    rules: ['I8', 'I5'],
    flags: ['tunnel-coalesced'],
  },
  { name: 'protocol/none', title: 'a packet with protocol 59, no next header', fields: corrupted({ protocol: 59 }) },
  {
    name: 'chain/cut-short',
    title: 'a packet that ends within its IPv6 header chain',
    fields: { extensions: [{ kind: 'destination' }], ...corrupted({ ipLength: 7 }) },
    variants: [IPV6],
  },
  {
    name: 'chain/header-past-end',
    title: 'a packet with an authentication header past its end',
    fields: { extensions: [{ kind: 'ah' }], ...corrupted({ ipLength: 16 }) },
    variants: [IPV6],
  },
  {
    name: 'chain/next-past-end',
    title: 'a packet whose second extension header is missing',
    fields: { extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination' }], ...corrupted({ ipLength: 8 }) },
    variants: [IPV6],
  },
  ...[0, 1, 2, 3, 4].map(
    (dataOffset): Strange => ({
      name: `data-offset/${dataOffset}`,
      title: `a segment with data offset ${dataOffset}`,
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
      'a segment with a data offset past its end',
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
      title: 'UDP datagrams of the size of tunnelled segments',
      rules: ['I5', 'I8'],
      flags: ['tunnel-coalesced', 'overlay-collapse'],
      scene: new Scene(variant).run(4, 1430, { transport: 'udp' }),
      groups: inOrder(1, 1, 1, 1),
    };
    yield {
      id: `indication/tagged/run/${variant.name}`,
      title: 'A run of tagged segments',
      rules: ['I5'],
      scene: new Scene(variant).always({ tags: [{ vid: 5, priority: 3 }] }).run(4),
      groups: inOrder(4),
    };
    yield {
      id: `indication/forwarded/run/${variant.name}`,
      title: 'A run to another host, which this host may have to forward',
      rules: ['I6'],
      level: 'should',
      flags: ['coalesced-while-forwarding'],
      scene: new Scene(variant).run(4, 1000),
      groups: inOrder(4),
      dst: variant.ipVersion === 4 ? '198.51.100.7' : '2001:db8:f::7',
    };
    yield {
      id: `indication/forwarded/mac/${variant.name}`,
      title: 'A run to another MAC and IP address',
      rules: ['I6'],
      level: 'should',
      flags: ['coalesced-while-forwarding'],
      scene: new Scene(variant).always({ dstMac: '02:00:00:00:00:77' }).run(4, 1000),
      groups: inOrder(4),
      dst: variant.ipVersion === 4 ? '198.51.100.8' : '2001:db8:f::8',
    };
  }
}

/** It ends nothing and is indicated at once: it is first in the reference's list, whatever is in progress. */
function* around(
  id: string,
  title: string,
  fields: SegmentSpec,
  variants: readonly Variant[],
  rules: readonly string[],
  flags?: readonly string[],
  length: number = USUAL_LENGTH,
): Generator<Plan> {
  const started = `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
  const send: Topic['send'] = (scene) => scene.unsequenced(length, fields);
  const common = { title, isSegment: true, rules: [...rules, 'I7'], level: 'derived', flags } as const;
  yield* inRuns({ ...common, id: `indication/${id}`, send, only: ['first', 'alone'] }, variants);
  for (const variant of variants) {
    const middle = new Scene(variant).run(2);
    send(middle);
    yield {
      ...common,
      title: `${started} in the middle of a run`,
      id: `indication/${id}/middle/${variant.name}`,
      scene: middle.run(2),
      groups: [[2], [0, 1, 3, 4]],
    };
    const last = new Scene(variant).run(2);
    send(last);
    yield {
      ...common,
      title: `${started} after a run`,
      id: `indication/${id}/last/${variant.name}`,
      scene: last,
      groups: [[2], [0, 1]],
    };
  }
}
