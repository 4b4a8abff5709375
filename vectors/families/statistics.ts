/** S: counters, shown by vectors whose packets, bytes, units and aborts are known. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { PLAIN, Scene, USUAL_LENGTH } from '../scene.ts';
import { inOrder } from './groups.ts';

const OCTETS = ['octets-with-headers'];
const ABORTS = ['aborts-never-counted'];

export function* statistics(): Generator<Plan> {
  for (const variant of PLAIN) {
    const plan = (
      name: string,
      title: string,
      rules: string[],
      flags: string[],
      scene: Scene,
      sizes: number[],
    ): Plan => ({
      id: `statistics/${name}/${variant.name}`,
      title,
      rules,
      flags,
      scene,
      groups: inOrder(...sizes),
    });
    const all = ['S1', 'S2', 'S3'];
    const scene = (): Scene => new Scene(variant);
    for (const [count, length] of [
      [2, 1],
      [2, 1000],
      [5, 100],
      [10, 1448],
      [40, 536],
    ] as const) {
      yield plan(
        `run-of-${count}/${length}-bytes`,
        `Counters of ${count} segments of ${countText(length, 'byte')}`,
        all,
        OCTETS,
        scene().run(count, length),
        [count],
      );
    }
    yield plan('lone', 'Counters of a lone segment', all, [], scene().data(), [1]);
    yield plan('lone-ack', 'Counters of a lone pure ACK', all, [], scene().ack(), [1]);
    yield plan(
      'nothing-merges',
      'Counters of four segments with gaps between them',
      [...all, 'S4'],
      ABORTS,
      scene().data().from(2_000_000).data().from(3_000_000).data().from(4_000_000).data(),
      [1, 1, 1, 1],
    );
    yield plan(
      'window-updates',
      'Counters of data with window updates',
      all,
      OCTETS,
      scene().data().windowUpdate().data().windowUpdate(),
      [4],
    );
    yield plan(
      'ack-and-window-update',
      'Counters of a pure ACK with a window update',
      all,
      [],
      scene().ack().windowUpdate(),
      [2],
    );
    yield plan(
      'duplicates',
      'Counters of a pure ACK with two duplicate ACKs',
      all,
      [],
      scene().ack().duplicate().duplicate(),
      [1, 1, 1],
    );
    yield plan(
      'three-units',
      'Counters of three SCUs in one DPC',
      all,
      OCTETS,
      scene().run(2, 10).from(2_000_000).run(3, 20).from(3_000_000).run(4, 30),
      [2, 3, 4],
    );
    yield plan(
      'three-dpcs',
      'Counters of three SCUs in three DPCs',
      all,
      OCTETS,
      scene().run(2, 10).dpc().run(3, 20).dpc().run(4, 30),
      [2, 3, 4],
    );
    yield plan(
      'limit-is-no-abort',
      'Counters of a run past the length limit, which is not an abort',
      ['S4', 'E7'],
      ABORTS,
      scene().run(9, 8948),
      [7, 2],
    );
    yield plan(
      'off',
      'Counters while RSC is off',
      [...all, 'S4'],
      [],
      scene().set({ rsc4: false, rsc6: false }).run(2).data(100, { flags: 'AF' }),
      [1, 1, 1],
    );
    yield plan('padding', 'Counters of padded segments', ['S2'], OCTETS, scene().run(3, 1), [3]);
    for (const [name, rule, title, fields] of [
      ['checksum', 'E2', 'a wrong TCP checksum', { corrupt: { tcpChecksum: 'wrong' } }],
      ['flag', 'E3', 'RST', { flags: 'AR' }],
      ['option', 'E4', 'a SACK option', { options: '0101050a0000000100000002' }],
      ['ecn', 'E8a', 'CE', { ecn: 3 }],
      ['cwr', 'E8b', 'CWR', { flags: 'AC' }],
      ['ipsec', 'E9', 'IPsec protection', { ipsec: true }],
    ] as const) {
      const aborts = scene().run(2).data(USUAL_LENGTH, fields).run(2);
      yield plan(
        `aborts/${name}`,
        `Aborts after ${title} in the middle of a run`,
        ['S4', rule],
        ABORTS,
        aborts,
        [2, 1, 2],
      );
      const first = scene().data(USUAL_LENGTH, fields).run(2);
      yield plan(
        `aborts/${name}-first`,
        `Aborts after ${title} on the first segment of a run`,
        ['S4', rule],
        ABORTS,
        first,
        [1, 2],
      );
    }
    const extras =
      variant.ipVersion === 4 ? { ipOptions: '01010101' } : ({ extensions: [{ kind: 'destination' }] } as const);
    yield plan(
      'aborts/ip-extras',
      `Aborts after ${variant.ipVersion === 4 ? 'IPv4 options' : 'an extension header'} in the middle of a run`,
      ['S4', 'E5'],
      ABORTS,
      scene().run(2).data(USUAL_LENGTH, extras).run(2),
      [2, 1, 2],
    );
    yield plan(
      'aborts/ack',
      'Aborts after a pure ACK in the middle of a run',
      ['S4', 'C6'],
      ABORTS,
      scene().run(2).ack().run(2),
      [2, 1, 2],
    );
    yield plan(
      'aborts/several',
      'Aborts after three segments with URG in a row',
      ['S4', 'E3'],
      ABORTS,
      scene().run(2).run(3, 50, { flags: 'AU' }).run(2),
      [2, 1, 1, 1, 2],
    );
    const two = new Scene(variant, { connections: 2 });
    for (let i = 0; i < 3; i++) two.on(0).data(10).on(1).data(20);
    yield {
      ...plan('two-connections', 'Counters of two interleaved connections', all, OCTETS, two, []),
      groups: [
        [0, 2, 4],
        [1, 3, 5],
      ],
    };
  }
}
