/** V: the header of a virtio device, for each set of features that changes what it may be. */

import type { Negotiation } from '../../reference-impl/step.ts';
import type { Plan } from '../plan.ts';
import { PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

interface FeatureSet {
  readonly name: string;
  readonly title: string;
  readonly negotiate: Negotiation;
  /** IP versions that can be coalesced. */
  readonly coalesces: readonly (4 | 6)[];
}

const RSC: FeatureSet = { name: 'rsc', title: 'all that RSC wants', negotiate: {}, coalesces: [4, 6] };
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
  title: 'without GUEST_CSUM and what needs it',
  negotiate: { without: ['GUEST_CSUM', 'GUEST_TSO4', 'GUEST_TSO6', 'RSC_EXT'] },
  coalesces: [],
};
const MERGED_BUFFERS: FeatureSet = {
  name: 'mrg-rxbuf',
  title: 'with MRG_RXBUF',
  negotiate: { with: ['MRG_RXBUF'] },
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
  }
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
    ['pair', 'two segments', onDevice(variant, RSC).run(2, 1000), 2],
    ['run', 'five segments', onDevice(variant, RSC).run(5, 1448), 5],
    ['last-short', 'segments and a shorter last one', onDevice(variant, RSC).run(3, 536).data(100), 4],
    ['uneven', 'segments of several lengths', onDevice(variant, RSC).data(100).data(300).data(200), 3],
  ];
  for (const [name, title, scene, count] of runs) {
    for (const [topic, rule, what] of [
      ['gso-size', 'V3', 'gso_size'],
      ['needs-csum', 'V2', 'NEEDS_CSUM'],
    ] as const) {
      yield {
        id: `virtio/${topic}/${name}/${variant.name}`,
        title: `${what} of ${title}`,
        rules: rule === 'V2' ? ['V2', 'V5', 'O3'] : [rule, 'O3'],
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
      title: `Flags of ${title}, ${features.title}`,
      rules: ['V5', 'V6'],
      scene,
      groups,
    });
    yield plan('right', 'a right segment', onDevice(variant, features).data(), inOrder(1));
    yield plan('wrong', 'a wrong checksum', onDevice(variant, features).data(USUAL_LENGTH, wrong), inOrder(1));
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
    yield plan('pair', 'a pair', onDevice(variant, features).run(2), 2);
    yield plan('long', 'an SCU of many buffers', onDevice(variant, features).run(40, 1448), 40);
    yield plan('page', 'an SCU that crosses a page', onDevice(variant, features).run(3, 1400), 3);
  }
}

/** Two connections, so that it is clear from when a frame is. */
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
        title: `A reset while ${count === 1 ? 'a segment is' : 'an SCU is'} held, then ${features.title}`,
        rules: ['V8'],
        level: 'derived',
        scene,
        groups: after,
      };
    }
  }
}
