/** Where a segment that must not merge can be in a run. */

import type { Plan } from './plan.ts';
import { Scene, type Variant } from './scene.ts';
import type { SegmentSpec } from './vector.ts';

export interface Topic {
  /** Without the place and the variant. */
  readonly id: string;
  /** What is at that place: "SYN". */
  readonly title: string;
  readonly rules: readonly string[];
  readonly level?: Plan['level'];
  readonly flags?: readonly string[] | undefined;
  /** Sends the one segment. */
  readonly send: (scene: Scene) => void;
  /** Two such segments in a row merge with each other: only the change between them and others ends an SCU. */
  readonly merges?: boolean;
  readonly only?: readonly string[];
  /** Fields of every other segment. */
  readonly base?: SegmentSpec;
  readonly length?: number;
  /** Connections that differ in their hosts, where one host's frames speak for all of its connections. */
  readonly hosts?: 'one' | 'distinct';
}

interface Place {
  readonly name: string;
  readonly says: string;
  readonly play: (scene: Scene, send: () => void, data: (count: number) => void) => void;
  readonly groups: (merges: boolean) => number[][];
  readonly connections?: number;
}

const PLACES: readonly Place[] = [
  {
    name: 'first',
    says: 'first of a run',
    play: (_, send, data) => {
      send();
      data(3);
    },
    groups: () => [[0], [1, 2, 3]],
  },
  {
    name: 'second',
    says: 'second of a run',
    play: (_, send, data) => {
      data(1);
      send();
      data(2);
    },
    groups: () => [[0], [1], [2, 3]],
  },
  {
    name: 'middle',
    says: 'in the middle of a run',
    play: (_, send, data) => {
      data(2);
      send();
      data(2);
    },
    groups: () => [[0, 1], [2], [3, 4]],
  },
  {
    name: 'last',
    says: 'last of a run',
    play: (_, send, data) => {
      data(3);
      send();
    },
    groups: () => [[0, 1, 2], [3]],
  },
  {
    name: 'twice',
    says: 'twice in a row',
    play: (_, send, data) => {
      data(2);
      send();
      send();
      data(2);
    },
    groups: (merges) =>
      merges
        ? [
            [0, 1],
            [2, 3],
            [4, 5],
          ]
        : [[0, 1], [2], [3], [4, 5]],
  },
  { name: 'alone', says: 'alone in its DPC', play: (_, send) => send(), groups: () => [[0]] },
  {
    name: 'after-ack',
    says: 'after a pure ACK',
    play: (scene, send, data) => {
      scene.ack();
      send();
      data(2);
    },
    groups: () => [[0], [1], [2, 3]],
  },
  {
    name: 'interleaved',
    says: 'on one of two interleaved connections',
    connections: 2,
    play: (scene, send, data) => {
      data(1);
      scene.on(1);
      data(1);
      scene.on(0);
      send();
      scene.on(1);
      data(1);
      scene.on(0);
      data(2);
    },
    groups: () => [[0], [2], [1, 3], [4, 5]],
  },
];

/** Where the data after it continues the SCU before it: only the exception is between them. */
const RESENT: Place = {
  name: 'resent',
  says: 'whose bytes come again after it',
  play: (scene, send, data) => {
    data(2);
    const { nxt } = scene;
    send();
    scene.from(nxt);
    data(2);
  },
  groups: () => [[0, 1], [2], [3, 4]],
};

/** What merges among itself is also played from its place to the run's end, and throughout. */
const MERGING_PLACES: readonly Place[] = [
  {
    name: 'onward',
    says: 'from the third segment on',
    play: (_, send, data) => {
      data(2);
      send();
      send();
      send();
    },
    groups: () => [
      [0, 1],
      [2, 3, 4],
    ],
  },
  {
    name: 'throughout',
    says: 'in every segment',
    play: (_, send) => {
      send();
      send();
      send();
    },
    groups: () => [[0, 1, 2]],
  },
];

/** The topic at every place, in every variant. */
export function* placed(topic: Topic, variants: readonly Variant[]): Generator<Plan> {
  const places = topic.merges === true ? [...PLACES, ...MERGING_PLACES] : [...PLACES, RESENT];
  for (const place of places) {
    if (topic.only?.includes(place.name) === false) continue;
    for (const variant of variants) {
      const scene = new Scene(variant, { connections: place.connections ?? 1, hosts: topic.hosts ?? 'one' });
      for (let i = 0; i < scene.connections; i++) scene.on(i).always(topic.base ?? {});
      scene.on(0);
      place.play(
        scene,
        () => topic.send(scene),
        (count) => scene.run(count, topic.length),
      );
      yield {
        id: `${topic.id}/${place.name}/${variant.name}`,
        title: `${topic.title} ${place.says}`,
        rules: topic.rules,
        level: topic.level,
        flags: topic.flags,
        scene,
        groups: place.groups(topic.merges === true),
      };
    }
  }
}
