/** C1, C11: connections side by side; marks that every segment carries. */

import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene } from '../scene.ts';
import { inOrder } from './groups.ts';

export function* coalescingConnections(): Generator<Plan> {
  for (const variant of ALL) {
    const scene = new Scene(variant, { connections: 2 })
      .data()
      .on(1)
      .data()
      .on(0)
      .data(100, { flags: 'AS' })
      .on(1)
      .data();
    yield {
      id: `coalescing/corner/syn-on-one-of-two/${variant.name}`,
      title: 'A SYN on one of two interleaved connections',
      rules: ['E3', 'C11'],
      scene,
      groups: [[0], [2], [1, 3]],
    };
    for (const [name, title, fields] of [
      ['ce', 'CE', { ecn: 3 }],
      ['ect-0', 'ECT(0)', { ecn: 2 }],
      ['ece', 'ECE', { flags: 'AE' }],
      ['cwr', 'CWR', { flags: 'AC' }],
      ['ece-cwr', 'ECE and CWR', { flags: 'AEC' }],
    ] as const) {
      yield {
        id: `coalescing/corner/all-${name}/${variant.name}`,
        title: `${title} on every segment: they merge`,
        rules: ['ecn' in fields ? 'E8a' : 'E8b', 'H6'],
        scene: new Scene(variant).always(fields).run(4),
        groups: inOrder(4),
      };
    }
  }
  yield* sideBySide();
}

function* sideBySide(): Generator<Plan> {
  for (const variant of ALL) {
    for (const hosts of ['one', 'distinct'] as const) {
      const bursts = new Scene(variant, { connections: 2, hosts }).run(2).on(1).run(2).on(0).run(2).on(1).run(2);
      yield {
        id: `coalescing/connections/bursts/${hosts === 'one' ? 'ports' : 'hosts'}/${variant.name}`,
        title: 'Two connections that alternate in bursts of two segments',
        rules: ['C11', 'C1'],
        scene: bursts,
        groups: [
          [0, 1, 4, 5],
          [2, 3, 6, 7],
        ],
      };
    }
  }
  for (const variant of PLAIN) {
    for (const connections of [16, 64]) {
      const scene = new Scene(variant, { connections });
      for (let round = 0; round < 2; round++) for (let i = 0; i < connections; i++) scene.on(i).data();
      yield {
        id: `coalescing/connections/many/${connections}/${variant.name}`,
        title: `${connections} connections that take turns`,
        rules: ['C11', 'C1', 'I7'],
        flags: ['ring-exhausted'],
        scene,
        groups: Array.from({ length: connections }, (_, i) => [i, connections + i]),
      };
    }
    const same = new Scene(variant, { connections: 2 }).run(2).on(1).from(1_000_200).run(2);
    yield {
      id: `coalescing/connections/continuing-numbers/${variant.name}`,
      title: 'Two connections, the second of which continues the sequence numbers of the first',
      rules: ['C11', 'C1'],
      scene: same.on(0).data(),
      groups: [
        [0, 1, 4],
        [2, 3],
      ],
    };
    for (const [name, one, other] of [
      ['untagged', [], [{ vid: 5 }]],
      ['vid', [{ vid: 5 }], [{ vid: 6 }]],
      ['inner-vid', [{ vid: 9, service: true }, { vid: 5 }], [{ vid: 9, service: true }, { vid: 6 }]],
    ] as const) {
      const vlans = new Scene(variant);
      for (let i = 0; i < 3; i++) {
        vlans
          .data(100, { seq: 5000 + 100 * i, tags: one })
          .data(100, { seq: 5000 + 100 * i, tags: other, payloadVersion: 1 });
      }
      yield {
        id: `coalescing/connections/vlans/${name}/${variant.name}`,
        title: 'The same addresses, ports and sequence numbers in two VLANs',
        rules: ['C11', 'C10', 'C12'],
        flags: ['tag-misparsed'],
        scene: vlans,
        groups: [
          [0, 2, 4],
          [1, 3, 5],
        ],
      };
    }
  }
}
