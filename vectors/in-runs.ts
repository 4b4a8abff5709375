/** Places in a run for a segment that must not merge. */

import type { Plan } from './plan.ts';
import { Scene, type Variant } from './scene.ts';
import type { SegmentSpec } from './vector.ts';

export interface Topic {
  /** Without the place and the variant. */
  readonly id: string;
  /** The contents of that place: "SYN". */
  readonly title: string;
  /** The title names a segment, not its contents: "a middle fragment". */
  readonly isSegment?: boolean;
  /** The contents of the other segments: "ECT(0)". */
  readonly others?: string;
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
  /** Connections have different hosts if a frame of one host may belong to any of its connections. */
  readonly hosts?: 'one' | 'distinct';
}

interface Place {
  readonly name: string;
  /** After the name of what a segment carries. */
  readonly on: string;
  /** After a segment. */
  readonly as: string;
  /** There are no other segments of its kind. */
  readonly isAlone?: true;
  readonly play: (scene: Scene, send: () => void, data: (count: number) => void) => void;
  readonly groups: (merges: boolean) => number[][];
  readonly connections?: number;
}

const PLACES: readonly Place[] = [
  {
    name: 'first',
    on: 'on the first segment of a run',
    as: 'as the first segment of a run',
    play: (_, send, data) => {
      send();
      data(3);
    },
    groups: () => [[0], [1, 2, 3]],
  },
  {
    name: 'second',
    on: 'on the second segment of a run',
    as: 'as the second segment of a run',
    play: (_, send, data) => {
      data(1);
      send();
      data(2);
    },
    groups: () => [[0], [1], [2, 3]],
  },
  {
    name: 'middle',
    on: 'in the middle of a run',
    as: 'in the middle of a run',
    play: (_, send, data) => {
      data(2);
      send();
      data(2);
    },
    groups: () => [[0, 1], [2], [3, 4]],
  },
  {
    name: 'last',
    on: 'on the last segment of a run',
    as: 'as the last segment of a run',
    play: (_, send, data) => {
      data(3);
      send();
    },
    groups: () => [[0, 1, 2], [3]],
  },
  {
    name: 'twice',
    on: 'on two segments in a row',
    as: 'twice in a row',
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
  {
    name: 'alone',
    on: 'on the only segment of a DPC',
    as: 'alone in its DPC',
    isAlone: true,
    play: (_, send) => send(),
    groups: () => [[0]],
  },
  {
    name: 'after-ack',
    on: 'on a segment after a pure ACK',
    as: 'after a pure ACK',
    play: (scene, send, data) => {
      scene.ack();
      send();
      data(2);
    },
    groups: () => [[0], [1], [2, 3]],
  },
  {
    name: 'interleaved',
    on: 'on one of two interleaved connections',
    as: 'on one of two interleaved connections',
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

/** The data after the exception continues the SCU before it: only the exception separates them. */
const RESENT: Place = {
  name: 'resent',
  on: 'on a segment whose bytes come again in a plain one',
  as: 'whose bytes come again in a plain segment',
  play: (scene, send, data) => {
    data(2);
    const { nxt } = scene;
    send();
    scene.from(nxt);
    data(2);
  },
  groups: () => [[0, 1], [2], [3, 4]],
};

/** Segments that merge with each other are also played from their place to the end of the run, and throughout. */
const MERGING_PLACES: readonly Place[] = [
  {
    name: 'onward',
    on: 'from the third segment on',
    as: 'from the third segment on',
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
    on: 'on every segment',
    as: 'as every segment',
    isAlone: true,
    play: (_, send) => {
      send();
      send();
      send();
    },
    groups: () => [[0, 1, 2]],
  },
];

/** The topic at every place, in every variant. */
export function* inRuns(topic: Topic, variants: readonly Variant[]): Generator<Plan> {
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
        title: titleAt(topic, place),
        rules: topic.rules,
        level: topic.level,
        flags: topic.flags,
        scene,
        groups: place.groups(topic.merges === true),
      };
    }
  }
}

function titleAt({ title, isSegment, others }: Topic, { on, as, isAlone }: Place): string {
  const placed = `${title.charAt(0).toUpperCase()}${title.slice(1)} ${isSegment === true ? as : on}`;
  return others === undefined || isAlone === true ? placed : `${placed}, ${others} on the others`;
}
