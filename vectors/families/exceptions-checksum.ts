/** E2 and E9: wrong checksums, unusual right ones, and IPsec. */

import { u16 } from '../../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { inRuns, type Topic } from '../in-runs.ts';
import type { Plan } from '../plan.ts';
import { ALL, IPV4, IPV4_TS, PLAIN, Scene, type Tune, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';

const UNVALIDATED = ['bad-checksum-merged', 'software-merges-unvalidated'];
const IP_AT = 14;

const tcpAt = (frame: Uint8Array): number => ((frame[IP_AT] as number) >> 4 === 4 ? IP_AT + 20 : IP_AT + 40);
const tcpChecksum = (frame: Uint8Array): number => u16(frame, tcpAt(frame) + 16);

/** The urgent pointer, which nothing compares, makes the right checksum zero. */
const zeroTcpSum: Tune = (fields, frameOf) => {
  const plain = { ...fields, urgent: 0 };
  return { ...fields, urgent: tcpChecksum(frameOf(plain)) };
};

/** The Identification does the same for the IPv4 header. */
const zeroIpSum: Tune = (fields, frameOf) => {
  const plain = frameOf({ ...fields, id: 0 });
  return { ...fields, id: u16(plain, IP_AT + 10) };
};

const then =
  (first: Tune, corrupt: NonNullable<SegmentSpec['corrupt']>): Tune =>
  (fields, frameOf, others) => ({ ...first(fields, frameOf, others), corrupt });

/** Only the pseudo-header is summed, as a sender with offload leaves it. */
const pseudoHeaderOnly: Tune = (fields, frameOf) => {
  const frame = frameOf(fields);
  const tcp = tcpAt(frame);
  const is4 = tcp === IP_AT + 20;
  const addresses = sumBytes(frame, IP_AT + (is4 ? 12 : 8), IP_AT + (is4 ? 20 : 40));
  const sum = ~finish(addresses + 6 + (frame.length - tcp)) & 0xffff;
  return { ...fields, corrupt: { tcpChecksum: sum } };
};

/** A fixed value. */
const fixed =
  (field: 'tcpChecksum' | 'ipChecksum', value: number): Tune =>
  (fields) => ({ ...fields, corrupt: { [field]: value } });

interface Wrong {
  readonly name: string;
  readonly title: string;
  readonly tune: Tune;
  readonly flags?: readonly string[];
  readonly variants?: readonly Variant[];
}

const WRONG: readonly Wrong[] = [
  { name: 'tcp', title: 'a wrong TCP checksum', tune: (fields) => ({ ...fields, corrupt: { tcpChecksum: 'wrong' } }) },
  { name: 'tcp-zero', title: 'a TCP checksum field of zero', tune: fixed('tcpChecksum', 0) },
  { name: 'tcp-ones', title: 'a TCP checksum field of 0xFFFF', tune: fixed('tcpChecksum', 0xffff) },
  {
    name: 'tcp-pseudo-header',
    title: 'a TCP checksum that covers the pseudo-header only',
    tune: pseudoHeaderOnly,
    flags: [...UNVALIDATED, 'partial-checksum-trusted'],
  },
  {
    name: 'ipv4-header',
    title: 'a wrong IPv4 header checksum',
    tune: (fields) => ({ ...fields, corrupt: { ipChecksum: 'wrong' } }),
    variants: [IPV4, IPV4_TS],
  },
  {
    name: 'ipv4-header-zero',
    title: 'an IPv4 header checksum field of zero',
    tune: fixed('ipChecksum', 0),
    variants: [IPV4],
  },
  {
    name: 'both',
    title: 'wrong IPv4 header and TCP checksums',
    tune: (fields) => ({ ...fields, corrupt: { ipChecksum: 'wrong', tcpChecksum: 'wrong' } }),
    variants: [IPV4],
  },
];

/** Checksums that verify, although the value is unusual. */
const CORNERS: readonly (readonly [string, string, Tune, boolean])[] = [
  ['tcp-0000', 'A TCP checksum that computes to 0x0000', zeroTcpSum, false],
  [
    'tcp-ffff',
    'TCP checksum 0xFFFF in place of 0x0000, which verifies',
    then(zeroTcpSum, { tcpChecksum: 0xffff }),
    false,
  ],
  ['ipv4-0000', 'An IPv4 header checksum that computes to 0x0000', zeroIpSum, true],
  [
    'ipv4-ffff',
    'IPv4 header checksum 0xFFFF in place of 0x0000, which verifies',
    then(zeroIpSum, { ipChecksum: 0xffff }),
    true,
  ],
];

const NEAR: readonly (readonly [string, string, Tune])[] = [
  ['tcp-0001', 'TCP checksum 0x0001 in place of 0x0000', then(zeroTcpSum, { tcpChecksum: 1 })],
  ['tcp-fffe', 'TCP checksum 0xFFFE in place of 0x0000', then(zeroTcpSum, { tcpChecksum: 0xfffe })],
];

export function* exceptionsChecksum(): Generator<Plan> {
  for (const { name, title, tune, flags = UNVALIDATED, variants = ALL } of WRONG) {
    const topic: Topic = {
      id: `exceptions/checksum/${name}`,
      title,
      rules: ['E2', 'O4', 'I1'],
      flags,
      send: (scene) => scene.data().tune(tune),
    };
    yield* inRuns(topic, variants);
  }
  for (const [name, title, tune] of NEAR) {
    const topic: Topic = {
      id: `exceptions/checksum/corner/${name}`,
      title,
      rules: ['E2', 'O4'],
      send: (scene) => scene.data().tune(tune),
    };
    yield* inRuns({ ...topic, only: ['first', 'middle', 'last'] }, PLAIN);
  }
  for (const [name, title, tune, only4] of CORNERS) {
    for (const variant of only4 ? [IPV4, IPV4_TS] : ALL) {
      for (const at of [0, 1, 2]) {
        const scene = new Scene(variant);
        for (let i = 0; i < 3; i++) {
          scene.data();
          if (i === at) scene.tune(tune);
        }
        yield {
          id: `exceptions/checksum/corner/${name}/${['first', 'middle', 'last'][at]}/${variant.name}`,
          title: `${title}, on the ${['first', 'second', 'last'][at]} segment of a run`,
          rules: ['E2', 'H7', 'O4'],
          scene,
          groups: [[0, 1, 2]],
        };
      }
    }
  }
  for (const variant of PLAIN) {
    const odd = new Scene(variant)
      .data(USUAL_LENGTH + 1)
      .data(33)
      .data(1, { corrupt: { tcpChecksum: 'wrong' } });
    yield {
      id: `exceptions/checksum/odd-lengths/${variant.name}`,
      title: 'A wrong checksum on a segment of one byte, after odd lengths',
      rules: ['E2', 'O4'],
      flags: ['short-padded-frames', ...UNVALIDATED],
      scene: odd.data(7),
      groups: [[0, 1], [2], [3]],
    };
    const ack = new Scene(variant).run(2).windowUpdate({ corrupt: { tcpChecksum: 'wrong' } });
    yield {
      id: `exceptions/checksum/window-update/${variant.name}`,
      title: 'A wrong checksum on a window update between data',
      rules: ['E2', 'C7', 'O4'],
      scene: ack.run(2),
      groups: [[0, 1], [2], [3, 4]],
    };
  }
  yield* inRuns(
    {
      id: 'exceptions/ipsec/protected',
      title: 'IPsec protection',
      rules: ['E9', 'I1'],
      send: (scene) => scene.data(USUAL_LENGTH, { ipsec: true }),
    },
    ALL,
  );
}
