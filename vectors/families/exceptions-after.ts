/** Exceptions with and without payload, twice in a row, after different SCUs: none joins the SCU, none overtakes it. */

import type { Plan } from '../plan.ts';
import { PLAIN, Scene, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';

interface Exception {
  readonly says: string;
  readonly rule: string;
  readonly level?: 'should';
  readonly fields: SegmentSpec;
  readonly only?: 4 | 6;
}

const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'tcp-checksum': { says: 'a wrong TCP checksum', rule: 'E2', fields: { corrupt: { tcpChecksum: 'wrong' } } },
  'ip-checksum': { says: 'a wrong IPv4 checksum', rule: 'E2', fields: { corrupt: { ipChecksum: 'wrong' } }, only: 4 },
  syn: { says: 'SYN', rule: 'E3', fields: { flags: 'AS' } },
  fin: { says: 'FIN', rule: 'E3', fields: { flags: 'AF' } },
  rst: { says: 'RST', rule: 'E3', fields: { flags: 'AR' } },
  urg: { says: 'URG', rule: 'E3', fields: { flags: 'AU', urgent: 1 } },
  reserved: { says: 'a reserved bit', rule: 'E3', level: 'should', fields: { flags: 'A4' } },
  'no-ack': { says: 'the ACK flag clear', rule: 'E3', level: 'should', fields: { flags: 'P' } },
  sack: { says: 'a SACK option', rule: 'E4', fields: { options: '0101050a0000000100000002' } },
  malformed: { says: 'an option of length 1', rule: 'E4', fields: { options: '05010000' } },
  'ip-options': { says: 'IPv4 options', rule: 'E5', fields: { ipOptions: '01010101' }, only: 4 },
  extension: {
    says: 'a hop-by-hop header',
    rule: 'E5',
    fields: { extensions: [{ kind: 'hop-by-hop' }] },
    only: 6,
  },
  fragment: { says: 'MF set', rule: 'E6', fields: { mf: true, df: false }, only: 4 },
  'first-fragment': {
    says: 'the header of a first fragment',
    rule: 'E5',
    fields: { extensions: [{ kind: 'fragment', more: true }] },
    only: 6,
  },
  ipsec: { says: 'IPsec protection', rule: 'E9', fields: { ipsec: true } },
};

/** The units before the exceptions, and the sizes of their indications. */
const BEFORE: Readonly<
  Record<string, readonly [says: string, play: (scene: Scene) => Scene, sizes: readonly number[]]>
> = {
  data: ['two data segments', (scene) => scene.run(2), [2]],
  'long-run': ['twenty segments', (scene) => scene.run(20), [20]],
  ack: ['a pure ACK', (scene) => scene.ack(), [1]],
  'window-update': ['a data segment and a window update', (scene) => scene.data().windowUpdate(), [2]],
  'exception-and-merge': ['a FIN and three data segments', (scene) => scene.data(100, { flags: 'AF' }).run(3), [1, 3]],
};

/** The kinds of segments that the exceptions are made of. */
const KINDS: Readonly<Record<string, readonly [says: string, play: (scene: Scene, fields: SegmentSpec) => Scene]>> = {
  ack: ['pure ACKs', (scene, fields) => scene.ack(fields)],
  update: ['window updates', (scene, fields) => scene.windowUpdate(fields)],
  data: ['data segments', (scene, fields) => scene.data(100, fields)],
};

export function* exceptionsAfter(): Generator<Plan> {
  for (const variant of PLAIN) {
    for (const [name, exception] of Object.entries(EXCEPTIONS)) {
      if (exception.only !== undefined && exception.only !== variant.ipVersion) continue;
      for (const before of Object.keys(BEFORE)) {
        for (const kind of Object.keys(KINDS)) yield planOf(variant, name, exception, before, kind);
      }
    }
  }
}

function planOf(variant: Variant, name: string, exception: Exception, before: string, kind: string): Plan {
  const [says, play, sizes] = BEFORE[before] as (typeof BEFORE)[string];
  const scene = play(new Scene(variant));
  const [what, send] = KINDS[kind] as (typeof KINDS)[string];
  send(send(scene, exception.fields), exception.fields).data();
  let next = 0;
  const groups = [...sizes, 1, 1, 1].map((size) => Array.from({ length: size }, () => next++));
  return {
    id: `exceptions/after/${before}/${name}/${kind}/${variant.name}`,
    title: `Two ${what} with ${exception.says} after ${says}`,
    rules: [exception.rule, 'I1'],
    level: exception.level,
    scene,
    groups,
  };
}
