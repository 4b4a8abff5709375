/** V: the header of a virtio device, for each set of features that changes what it may be. */

import type { Negotiation } from '../../reference-impl/step.ts';
import { NET_HEADER } from '../../reference-impl/virtio/net-header.ts';
import { ETHERNET_HEADER } from '../../reference-impl/wire/ethernet.ts';
import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';

/** The size of a receive buffer with MRG_RXBUF. */
const PAGE = 4096;

interface FeatureSet {
  readonly name: string;
  readonly title: string;
  readonly negotiate: Negotiation;
  /** IP versions that can be coalesced. */
  readonly coalesces: readonly (4 | 6)[];
}

const RSC: FeatureSet = { name: 'rsc', title: 'with every feature that RSC needs', negotiate: {}, coalesces: [4, 6] };
const NO_RSC_EXT: FeatureSet = {
  name: 'no-rsc-ext',
  title: 'without RSC_EXT',
  negotiate: { without: ['RSC_EXT'] },
  coalesces: [4, 6],
};
const NO_TSO4: FeatureSet = {
  name: 'no-guest-tso4',
  title: 'without GUEST_TSO4',
  negotiate: { without: ['GUEST_TSO4'] },
  coalesces: [6],
};
const NO_TSO6: FeatureSet = {
  name: 'no-guest-tso6',
  title: 'without GUEST_TSO6',
  negotiate: { without: ['GUEST_TSO6'] },
  coalesces: [4],
};
const NO_CSUM: FeatureSet = {
  name: 'no-guest-csum',
  title: 'without GUEST_CSUM and the features that need it',
  negotiate: { without: ['GUEST_CSUM', 'GUEST_TSO4', 'GUEST_TSO6', 'RSC_EXT'] },
  coalesces: [],
};
const MERGED_BUFFERS: FeatureSet = {
  name: 'mrg-rxbuf',
  title: 'with MRG_RXBUF',
  negotiate: { with: ['MRG_RXBUF'] },
  coalesces: [4, 6],
};

const GUEST_ECN: FeatureSet = {
  name: 'guest-ecn',
  title: 'with GUEST_ECN',
  negotiate: { with: ['GUEST_ECN'] },
  coalesces: [4, 6],
};

export function* virtio(): Generator<Plan> {
  for (const variant of PLAIN) {
    yield* gsoTypes(variant);
    yield* gsoFields(variant);
    yield* rscInfo(variant);
    yield* checksums(variant);
    yield* buffers(variant);
    yield* resets(variant);
    yield* checksumPlaces(variant);
    yield* congestion(variant);
    yield* filledBuffers(variant);
  }
  for (const variant of ALL) yield* headerLengths(variant);
}

/** A scene on a device with these features. */
function onDevice(variant: Variant, features: FeatureSet, connections = 1): Scene {
  return new Scene(variant, { connections }).set(setting(features));
}

function setting({ negotiate, coalesces }: FeatureSet) {
  return { negotiate, rsc4: coalesces.includes(4), rsc6: coalesces.includes(6) };
}

/** `count` segments: one SCU where the features allow it. */
function sizes({ ipVersion }: Variant, { coalesces }: FeatureSet, count: number): number[] {
  return coalesces.includes(ipVersion) ? [count] : Array.from({ length: count }, () => 1);
}

function* gsoTypes(variant: Variant): Generator<Plan> {
  for (const features of [RSC, NO_RSC_EXT, NO_TSO4, NO_TSO6, NO_CSUM, MERGED_BUFFERS]) {
    yield {
      id: `virtio/gso-type/${features.name}/run/${variant.name}`,
      title: `gso_type of a run, ${features.title}`,
      rules: ['V1', 'O3'],
      scene: onDevice(variant, features).run(3, 1000),
      groups: inOrder(...sizes(variant, features, 3)),
    };
  }
  yield {
    id: `virtio/gso-type/rsc/lone/${variant.name}`,
    title: 'gso_type of a lone segment',
    rules: ['V1', 'O3'],
    scene: onDevice(variant, RSC).data(),
    groups: inOrder(1),
  };
}

function* gsoFields(variant: Variant): Generator<Plan> {
  const runs: readonly (readonly [string, string, Scene, number])[] = [
    ['pair', 'a unit of two segments', onDevice(variant, RSC).run(2, 1000), 2],
    ['run', 'a unit of five segments', onDevice(variant, RSC).run(5, 1448), 5],
    ['last-short', 'a unit whose last segment is shorter', onDevice(variant, RSC).run(3, 536).data(100), 4],
    ['uneven', 'a unit of segments of different lengths', onDevice(variant, RSC).data(100).data(300).data(200), 3],
  ];
  for (const [name, title, scene, count] of runs) {
    for (const [topic, rules, what] of [
      ['gso-size', ['V3', 'O3'], 'gso_size'],
      ['needs-csum', ['V2', 'V5', 'O3'], 'NEEDS_CSUM'],
    ] as const) {
      yield {
        id: `virtio/${topic}/${name}/${variant.name}`,
        title: `${what} of ${title}`,
        rules,
        flags: ['gso-size-zero'],
        scene,
        groups: inOrder(count),
      };
    }
  }
}

function* rscInfo(variant: Variant): Generator<Plan> {
  for (const features of [RSC, NO_RSC_EXT, NO_CSUM, MERGED_BUFFERS]) {
    const plan = (name: string, title: string, scene: Scene, groups: number[][]): Plan => ({
      id: `virtio/rsc-info/${features.name}/${name}/${variant.name}`,
      title: `RSC_INFO on ${title}, ${features.title}`,
      rules: ['V4', 'O3'],
      scene,
      groups,
    });
    const run = onDevice(variant, features).run(4, 500);
    yield plan('run', 'a run', run, inOrder(...sizes(variant, features, 4)));
    yield plan('lone', 'a lone segment', onDevice(variant, features).data(), inOrder(1));
    yield plan('ack', 'a pure ACK', onDevice(variant, features).ack(), inOrder(1));
  }
}

function* checksums(variant: Variant): Generator<Plan> {
  const wrong = { corrupt: { tcpChecksum: 'wrong' } } as const;
  for (const features of [RSC, NO_CSUM]) {
    const plan = (name: string, title: string, scene: Scene, groups: number[][]): Plan => ({
      id: `virtio/flags/${features.name}/${name}/${variant.name}`,
      title: `Header flags of ${title}, ${features.title}`,
      rules: ['V5', 'V6'],
      scene,
      groups,
    });
    yield plan('right', 'a segment with right checksums', onDevice(variant, features).data(), inOrder(1));
    yield plan(
      'wrong',
      'a segment with a wrong checksum',
      onDevice(variant, features).data(USUAL_LENGTH, wrong),
      inOrder(1),
    );
    const run = onDevice(variant, features).run(3);
    yield plan('run', 'a run', run, inOrder(...sizes(variant, features, 3)));
  }
}

function* buffers(variant: Variant): Generator<Plan> {
  for (const features of [RSC, MERGED_BUFFERS]) {
    const plan = (name: string, title: string, scene: Scene, count: number): Plan => ({
      id: `virtio/num-buffers/${features.name}/${name}/${variant.name}`,
      title: `num_buffers of ${title}, ${features.title}`,
      rules: ['V7'],
      scene,
      groups: inOrder(count),
    });
    yield plan('lone', 'a lone segment', onDevice(variant, features).data(), 1);
    yield plan('pair', 'an SCU of two segments', onDevice(variant, features).run(2), 2);
    yield plan('long', 'an SCU of many buffers', onDevice(variant, features).run(40, 1448), 40);
    yield plan('page', 'an SCU that crosses a page boundary', onDevice(variant, features).run(3, 1400), 3);
  }
}

/** Two connections, so that a frame shows whether it is from before the reset. */
function* resets(variant: Variant): Generator<Plan> {
  for (const features of [RSC, NO_RSC_EXT, NO_TSO4, NO_TSO6]) {
    for (const [name, count] of [
      ['unit', 3],
      ['lone', 1],
    ] as const) {
      const before = onDevice(variant, RSC, 2).run(count, 500);
      const scene = before.set(setting(features)).on(1).run(2, 500);
      const after = sizes(variant, features, 2).length === 1 ? [[count, count + 1]] : [[count], [count + 1]];
      yield {
        id: `virtio/reset/${features.name}/${name}/${variant.name}`,
        title: `A device reset with ${count === 1 ? 'a segment' : 'an SCU'} in progress, then data ${features.title}`,
        rules: ['V8'],
        level: 'derived',
        scene,
        groups: after,
      };
    }
  }
}

/** Where a partial checksum is filled in: with and without headers between Ethernet's and TCP's. */
function* checksumPlaces(variant: Variant): Generator<Plan> {
  const plan = (name: string, title: string, scene: Scene, groups: number[][]): Plan => ({
    id: `virtio/csum-place/${name}/${variant.name}`,
    title: `csum_start and csum_offset of ${title}`,
    rules: ['V9', 'V5'],
    scene,
    groups,
  });
  for (const [name, title, count] of [
    ['pair', 'a unit of two segments', 2],
    ['run', 'a unit of five segments', 5],
  ] as const) {
    const scene = onDevice(variant, NO_RSC_EXT).run(count, 500);
    yield plan(`no-rsc-ext/${name}`, `${title}, without RSC_EXT`, scene, inOrder(count));
  }
  const partial = { csum: 'partial' } as const;
  const lone = (): Scene => onDevice(variant, RSC);
  yield plan('lone', 'a lone segment marked partial', lone().data(USUAL_LENGTH, partial), inOrder(1));
  yield plan('ack', 'a pure ACK marked partial', lone().ack(partial), inOrder(1));
  yield plan('syn', 'a SYN marked partial', lone().ack({ ...partial, flags: 'S', options: '020405b4' }), inOrder(1));
  const between: SegmentSpec =
    variant.ipVersion === 4 ? { ipOptions: '01010101' } : { extensions: [{ kind: 'destination' }] };
  const what = variant.ipVersion === 4 ? 'IPv4 options' : 'an extension header';
  const scene = lone().data(USUAL_LENGTH, { ...partial, ...between });
  yield plan('ip-options', `a segment marked partial with ${what}`, scene, inOrder(1));
  const after = onDevice(variant, NO_RSC_EXT)
    .run(3, 500)
    .data(USUAL_LENGTH, { ...partial, flags: 'AF' });
  yield plan('datagram', 'a lone datagram marked partial', lone().datagram(USUAL_LENGTH, partial), inOrder(1));
  yield plan('datagram-of-1', 'a datagram of one byte marked partial', lone().datagram(1, partial), inOrder(1));
  const optioned = lone().datagram(USUAL_LENGTH, { ...partial, ...between });
  yield plan('datagram-options', `a datagram marked partial with ${what}`, optioned, inOrder(1));
  const beside = onDevice(variant, NO_RSC_EXT).run(2, 500).datagram(USUAL_LENGTH, partial).run(1, 500);
  yield plan('datagram-beside', 'a datagram marked partial in the middle of a run, without RSC_EXT', beside, [
    [2],
    [0, 1, 3],
  ]);
  yield plan('after-unit', 'a FIN marked partial after a unit, without RSC_EXT', after, [[0, 1, 2], [3]]);
}

/** CWR, ECE and the bit of gso_type. */
function* congestion(variant: Variant): Generator<Plan> {
  for (const features of [GUEST_ECN, RSC]) {
    const plan = (name: string, title: string, scene: Scene, groups: number[][]): Plan => ({
      id: `virtio/gso-ecn/${features.name}/${name}/${variant.name}`,
      title: `The ECN bit of gso_type of ${title}, ${features === RSC ? 'without GUEST_ECN' : features.title}`,
      rules: ['V10', 'V1'],
      scene,
      groups,
    });
    for (const [name, title, flags] of [
      ['cwr', 'a unit with CWR', 'AC'],
      ['cwr-ece', 'a unit with CWR and ECE', 'ACE'],
      ['ece', 'a unit with ECE', 'AE'],
      ['plain', 'a unit without either', 'A'],
    ] as const) {
      yield plan(name, title, onDevice(variant, features).run(3, 500, { flags }), inOrder(3));
    }
    const lone = onDevice(variant, features).data(USUAL_LENGTH, { flags: 'AC' });
    yield plan('lone', 'a lone segment with CWR', lone, inOrder(1));
    const change = onDevice(variant, features).run(2, 500, { flags: 'AC' }).run(2, 500);
    yield plan('until', 'a unit with CWR and of the next one without it', change, inOrder(2, 2));
  }
}

/** Pages that end where the frame does, one byte before, and one after. */
function* filledBuffers(variant: Variant): Generator<Plan> {
  const headers = NET_HEADER + ETHERNET_HEADER + (variant.ipVersion === 4 ? 20 : 40) + 20;
  const plan = (name: string, title: string, scene: Scene, count: number): Plan => ({
    id: `virtio/buffers/${name}/${variant.name}`,
    title: `Receive buffers for ${title}, with MRG_RXBUF`,
    rules: ['V12', 'V7'],
    scene,
    groups: inOrder(count),
  });
  // The bytes of these frames are counted, so nothing is moved.
  const exactly = (total: number): Scene => {
    const length = total - headers;
    const first = Math.min(1000, length >> 1);
    const scene = onDevice(variant, MERGED_BUFFERS);
    for (let left = length; left > 0; left -= first) scene.data(Math.min(first, left)).tune((fields) => fields);
    return scene;
  };
  for (const pages of [1, 2, 4]) {
    for (const [name, title, total] of [
      ['short', 'one byte less than', -1],
      ['exact', 'exactly', 0],
      ['over', 'one byte more than', 1],
    ] as const) {
      const scene = exactly(pages * PAGE + total);
      yield plan(`${name}-${pages}`, `an SCU of ${title} ${countText(pages, 'page')}`, scene, scene.arrivals);
    }
  }
  yield plan('jumbo', 'a lone jumbo frame', onDevice(variant, MERGED_BUFFERS).data(8948), 1);
  yield plan('largest', 'an SCU of 15 pages', onDevice(variant, MERGED_BUFFERS).run(42, 1448), 42);
  yield plan('jumbos', 'an SCU of jumbo frames', onDevice(variant, MERGED_BUFFERS).run(6, 8948), 6);
}

function* headerLengths(variant: Variant): Generator<Plan> {
  const plan = (name: string, title: string, scene: Scene, count: number): Plan => ({
    id: `virtio/hdr-len/${name}/${variant.name}`,
    title: `hdr_len of ${title}`,
    rules: ['V11'],
    level: 'should',
    scene,
    groups: inOrder(count),
  });
  yield plan('pair', 'two segments', onDevice(variant, RSC).run(2), 2);
  yield plan('run', 'a run', onDevice(variant, RSC).run(5, 1000), 5);
  yield plan('no-rsc-ext', 'a run, without RSC_EXT', onDevice(variant, NO_RSC_EXT).run(3, 500), 3);
  yield plan('mrg-rxbuf', 'a run, with MRG_RXBUF', onDevice(variant, MERGED_BUFFERS).run(5, 1448), 5);
  const partial = onDevice(variant, RSC).data(USUAL_LENGTH, { csum: 'partial' });
  yield plan('lone-partial', 'a lone partial segment', partial, 1);
}
