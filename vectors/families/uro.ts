/** U: UDP receive coalescing. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { PLAIN, type Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { uroBoundaries } from './uro-boundaries.ts';
import { uroPlan as plan } from './uro-plan.ts';
import { uroScene as scene } from './uro-scene.ts';

export function* uro(): Generator<Plan> {
  for (const variant of PLAIN) {
    yield* runs(variant);
    yield* sizes(variant);
    yield* headers(variant);
    yield* checksums(variant);
    yield* lengths(variant);
    yield* extras(variant);
    yield* limits(variant);
    yield* connections(variant);
    yield* uroBoundaries(variant);
  }
}

/** Longest payload of an Ethernet frame. */
function fullLength({ ipVersion }: Variant): number {
  return ipVersion === 4 ? 1472 : 1452;
}

function* runs(variant: Variant): Generator<Plan> {
  for (const count of [1, 2, 3, 10, 63, 64, 100]) {
    const built = scene(variant).datagrams(count);
    const title = count === 1 ? 'A lone datagram' : `${count} datagrams of equal length`;
    yield plan(variant, `run/of-${count}`, title, ['U5', 'U6', 'U2'], built, [count]);
  }
  for (const length of [1, 2, 3, 7, 17, 18, 19, 255, 1000, fullLength(variant)]) {
    const built = scene(variant).datagrams(4, length, { trailerByte: 0xaa });
    const title = `Datagrams of ${countText(length, 'payload byte')}, with padding that is not zero`;
    yield plan(variant, `run/length-${length}`, title, ['U5', 'U6'], built, [4]);
  }
  for (const trailer of [1, 6, 46]) {
    const built = scene(variant).datagrams(3, 50, { trailer, trailerByte: 0xaa });
    const title = `Datagrams with a trailer of ${countText(trailer, 'byte')}`;
    yield plan(variant, `run/trailer-${trailer}`, title, ['U5'], built, [3]);
  }
  if (variant.ipVersion === 6) return;
  const same = scene(variant).datagrams(4, USUAL_LENGTH, { id: 7 });
  yield plan(variant, 'id/same', 'The same Identification in every datagram', ['U1', 'U5'], same, [4]);
  const falling = scene(variant);
  for (const id of [9000, 5, 0, 65_535]) falling.datagram(USUAL_LENGTH, { id });
  yield plan(variant, 'id/any', 'Datagrams with Identifications in any order', ['U1', 'U5'], falling, [4]);
}

function* sizes(variant: Variant): Generator<Plan> {
  const of = (name: string, title: string, lengths: readonly number[], groups: readonly number[]): Plan => {
    const built = scene(variant);
    for (const length of lengths) built.datagram(length);
    return plan(variant, `size/${name}`, title, ['U2', 'U6'], built, groups);
  };
  yield of('last-shorter', 'A run whose last datagram is shorter', [100, 100, 100, 40], [4]);
  yield of('last-one-byte-shorter', 'A run whose last datagram is one byte shorter', [100, 100, 99], [3]);
  yield of('last-of-one-byte', 'A run whose last datagram has one byte', [100, 100, 1], [3]);
  yield of('second-shorter', 'Two datagrams, the second of which is shorter', [100, 40], [2]);
  yield of('same-after-shorter', 'Full datagrams after a shorter one', [100, 100, 40, 100, 100], [3, 2]);
  yield of('shorter-after-shorter', 'Two shorter datagrams at the end of a run', [100, 100, 40, 40], [3, 1]);
  yield of('shrinking', 'Datagrams that each are shorter than the one before', [100, 90, 80, 70, 60], [2, 2, 1]);
  yield of('longer-after-shorter', 'Longer datagrams after a shorter one', [100, 100, 40, 120, 120], [3, 2]);
  yield of('longer', 'Two longer datagrams after a run', [100, 100, 120, 120], [2, 2]);
  yield of('longer-by-one', 'Datagrams that are one byte longer, after a run', [100, 100, 101, 101, 101], [2, 3]);
  yield of('growing', 'Datagrams that each are longer than the one before', [60, 70, 80, 90], [1, 1, 1, 1]);
  yield of('alternating', 'Long and short datagrams alternately', [100, 50, 100, 50, 100], [2, 2, 1]);
  yield of('short-then-long-run', 'A short datagram before long ones', [40, 100, 100, 100], [1, 3]);
  yield of('one-byte-to-two', 'Two datagrams of one byte, then two of two bytes', [1, 1, 2, 2], [2, 2]);
  const empty = { 'no-payload-alone': [0], 'no-payload-only': [0, 0, 0] };
  for (const [name, lengths] of Object.entries(empty)) {
    yield of(
      name,
      'Datagrams without payload',
      lengths,
      lengths.map(() => 1),
    );
  }
  yield of('no-payload-first', 'A datagram without payload before a run', [0, 100, 100], [1, 2]);
  yield of(
    'no-payload-between',
    'A datagram without payload in the middle of a run',
    [100, 100, 0, 100, 100],
    [2, 1, 2],
  );
  yield of('no-payload-last', 'A datagram without payload at the end of a run', [100, 100, 0], [2, 1]);
  yield of('no-payload-after-shorter', 'A datagram without payload after a shorter one', [100, 40, 0, 100], [2, 1, 1]);
}

/** In titles. */
const ODD_PLACES = {
  first: 'on the first datagram of a run',
  between: 'on a datagram in the middle of a run',
  last: 'on the last datagram of a run',
  two: 'on two datagrams in a row',
  all: 'on every datagram',
} as const;

/**
 * A datagram that differs from the others in one way, at every place. `alone`: two such datagrams do not merge either.
 */
function* odd(
  variant: Variant,
  name: string,
  title: string,
  rules: readonly string[],
  fields: SegmentSpec,
  alone: boolean,
): Generator<Plan> {
  const usual = USUAL_LENGTH;
  const make = (place: keyof typeof ODD_PLACES, built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `${name}/${place}`, `${title} ${ODD_PLACES[place]}`, rules, built, groups);
  yield make('first', scene(variant).datagram(usual, fields).datagrams(3), [1, 3]);
  yield make('between', scene(variant).datagrams(2).datagram(usual, fields).datagrams(2), [2, 1, 2]);
  yield make('last', scene(variant).datagrams(3).datagram(usual, fields), [3, 1]);
  const two = scene(variant).datagrams(2).datagrams(2, usual, fields).datagrams(2);
  yield make('two', two, alone ? [2, 1, 1, 2] : [2, 2, 2]);
  yield make('all', scene(variant).datagrams(3, usual, fields), alone ? [1, 1, 1] : [3]);
}

function* headers(variant: Variant): Generator<Plan> {
  const differing = (name: string, title: string, fields: SegmentSpec): Generator<Plan> =>
    odd(variant, name, title, ['U1'], fields, false);
  yield* differing('ttl-lower', 'A lower TTL or hop limit', { ttl: 63 });
  yield* differing('ttl-higher', 'A higher TTL or hop limit', { ttl: 65 });
  yield* differing('dscp', 'Another DSCP', { dscp: 46 });
  yield* differing('ecn-ce', 'CE', { ecn: 3 });
  yield* differing('ecn-ect0', 'ECT(0)', { ecn: 2 });
  yield* differing('ecn-ect1', 'ECT(1)', { ecn: 1 });
  yield* differing('source-mac', 'Another source MAC address', { srcMac: '02:00:00:00:00:09' });
  yield* differing('destination-mac', 'Another destination MAC address', { dstMac: '02:00:00:00:00:0a' });
  if (variant.ipVersion === 4) {
    yield* differing('df', 'DF clear', { df: false });
    yield* differing('reserved-flag', 'The reserved flag set', { reservedFlag: true });
  } else {
    yield* differing('flow-label', 'Another flow label', { flowLabel: 0x12345 });
    yield* differing('flow-label-low-bit', 'Flow label 1', { flowLabel: 1 });
  }
  const tagged = scene(variant).datagrams(3, USUAL_LENGTH, { tags: [{ vid: 5 }] });
  yield plan(variant, 'tag/same', 'Datagrams with the same tag', ['U1'], tagged, [3]);
  const priorities = scene(variant);
  for (const priority of [0, 0, 3, 3]) priorities.datagram(USUAL_LENGTH, { tags: [{ vid: 5, priority }] });
  yield plan(variant, 'tag/priority', 'Datagrams whose tags change priority', ['U1'], priorities, [2, 2]);
  const vlans = scene(variant);
  for (const vid of [5, 6, 5, 6]) vlans.datagram(USUAL_LENGTH, { tags: [{ vid }] });
  yield plan(variant, 'tag/two-vlans', 'Datagrams of two VLANs', ['U7'], vlans, [
    [0, 2],
    [1, 3],
  ]);
}

function* checksums(variant: Variant): Generator<Plan> {
  const none: SegmentSpec = { corrupt: { udpChecksum: 0 } };
  const wrong: SegmentSpec = { corrupt: { udpChecksum: 'wrong' } };
  const usual = USUAL_LENGTH;
  const zero = (name: string, title: string, built: Scene): Plan =>
    plan(variant, `checksum-zero/${name}`, title, ['U3', 'U5'], built, [built.arrivals]);
  yield zero('all', 'Datagrams without checksums', scene(variant).datagrams(4, usual, none));
  yield zero('first', 'A run whose first datagram has no checksum', scene(variant).datagram(usual, none).datagrams(3));
  const between = scene(variant).datagrams(2).datagram(usual, none).datagrams(2);
  yield zero('between', 'A datagram without checksum in the middle of a run', between);
  yield zero('last', 'A run whose last datagram has no checksum', scene(variant).datagrams(3).datagram(usual, none));
  yield* odd(variant, 'checksum-wrong', 'A wrong checksum', ['U4'], wrong, true);
  const short = scene(variant).datagrams(2).datagram(40, wrong).datagrams(2);
  yield plan(
    variant,
    'checksum-wrong/shorter',
    'A wrong checksum on a shorter datagram in the middle of a run',
    ['U4'],
    short,
    [2, 1, 2],
  );
  const mixed = scene(variant).datagram(usual, none).datagram(usual, wrong).datagrams(2).datagram(usual, none);
  yield plan(
    variant,
    'checksum-mixed',
    'No checksum, then a wrong one, then right ones',
    ['U3', 'U4'],
    mixed,
    [1, 1, 3],
  );
  const others = scene(variant, { connections: 2 }).datagrams(2).on(1).datagram().on(0).datagram(usual, wrong);
  others.on(1).datagram().on(0).datagrams(2);
  yield plan(
    variant,
    'checksum-wrong/other-connection',
    'A wrong checksum on one of two interleaved connections',
    ['U4', 'U7'],
    others,
    [[0, 1], [3], [2, 4], [5, 6]],
  );
  if (variant.ipVersion === 4) {
    const header: SegmentSpec = { corrupt: { ipChecksum: 'wrong' } };
    yield* odd(variant, 'ip-checksum-wrong', 'A wrong IPv4 header checksum', ['U3'], header, true);
  }
}

function* lengths(variant: Variant): Generator<Plan> {
  const rules = ['U3'];
  const header = variant.ipVersion === 4 ? 28 : 8;
  const ways: readonly (readonly [string, string, SegmentSpec])[] = [
    ['slack-1', 'One extra byte in the IP packet', { slack: 1 }],
    ['slack-100', 'A hundred extra bytes in the IP packet', { slack: 100 }],
    ['udp-longer', 'A UDP length that is one byte too long', { corrupt: { udpLength: USUAL_LENGTH + 9 } }],
    ['udp-far-longer', 'A UDP length of 65,535', { corrupt: { udpLength: 65_535 } }],
    ['udp-7', 'A UDP length of 7, less than the header', { corrupt: { udpLength: 7 } }],
    ['udp-0', 'A UDP length of 0', { corrupt: { udpLength: 0 } }],
    ['ip-shorter', 'An IP length that is one byte too short', { corrupt: { ipLength: header + USUAL_LENGTH - 1 } }],
  ];
  for (const [name, title, fields] of ways) yield* odd(variant, `length/${name}`, title, rules, fields, true);
  const cut = scene(variant).datagrams(2);
  cut.datagram(USUAL_LENGTH, { corrupt: { ipLength: header - 1 } }).datagrams(2);
  yield plan(
    variant,
    'length/no-header',
    'An IP packet that ends within the UDP header, in a run',
    ['U10', 'I8'],
    cut,
    [[2], [0, 1, 3, 4]],
  );
  const past = scene(variant).datagrams(2);
  past.datagram(USUAL_LENGTH, { corrupt: { ipLength: header + USUAL_LENGTH + 1 } }).datagrams(2);
  yield plan(
    variant,
    'length/past-end',
    'An IP packet that ends past the end of the frame, in a run',
    ['U10', 'I8'],
    past,
    [[2], [0, 1, 3, 4]],
  );
}

function* extras(variant: Variant): Generator<Plan> {
  if (variant.ipVersion === 4) {
    yield* odd(variant, 'ip-options', 'IPv4 options', ['U1'], { ipOptions: '01010101' }, true);
    const routes = [
      ['source-route', 'A source route that is not used up', '830704c6336401'],
      ['source-route-used-up', 'A used-up source route', '830708c6336401'],
    ] as const;
    for (const [name, title, ipOptions] of routes) yield* odd(variant, name, title, ['U1', 'O4'], { ipOptions }, true);
    yield* odd(variant, 'first-fragment', 'MF set', ['U10'], { mf: true }, true);
    yield* odd(variant, 'later-fragment', 'A fragment offset', ['U10'], { fragmentOffset: 185 }, true);
    const real = scene(variant).datagrams(2);
    real.datagram(USUAL_LENGTH, { mf: true, corrupt: { udpLength: 208 } });
    real.datagram(USUAL_LENGTH, { fragmentOffset: 13 }).datagrams(2);
    yield plan(
      variant,
      'fragment/pair',
      'A datagram in two fragments between whole ones',
      ['U10', 'U7'],
      real,
      [2, 1, 1, 2],
    );
    return;
  }
  for (const [kind, title] of [
    ['hop-by-hop', 'A hop-by-hop header'],
    ['destination', 'A destination options header'],
    ['routing', 'A routing header'],
    ['ah', 'An authentication header'],
  ] as const) {
    yield* odd(variant, `extension-${kind}`, title, ['U1'], { extensions: [{ kind }] }, true);
  }
  const left: SegmentSpec = { extensions: [{ kind: 'routing', left: 1 }] };
  yield* odd(variant, 'extension-routing-left', 'A routing header with one segment left', ['U1', 'O4'], left, true);
  const atomic: SegmentSpec = { extensions: [{ kind: 'fragment' }] };
  yield* odd(variant, 'atomic-fragment', 'A fragment header without fragmentation', ['U1'], atomic, true);
  const first: SegmentSpec = { extensions: [{ kind: 'fragment', more: true }] };
  yield* odd(variant, 'first-fragment', 'The fragment header of a first fragment', ['U1', 'U10'], first, true);
  const later: SegmentSpec = { extensions: [{ kind: 'fragment', offset: 185 }] };
  yield* odd(variant, 'later-fragment', 'The fragment header of a later fragment', ['U1', 'U10'], later, true);
}

function* limits(variant: Variant): Generator<Plan> {
  const most = variant.ipVersion === 4 ? 65_535 - 28 : 65_535 - 8;
  const length = fullLength(variant);
  const count = Math.floor(most / length);
  const rest = most - count * length;
  const of = (name: string, title: string, built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `limit/${name}`, title, ['U9'], built, groups);
  const exact = scene(variant).datagrams(count, length).datagram(rest);
  yield of('exact', 'An SCU whose length is exactly 65,535', exact, [count + 1]);
  const over = scene(variant)
    .datagrams(count, length)
    .datagram(rest + 1);
  yield of('one-over', 'A last datagram that is one byte too long for the SCU', over, [count, 1]);
  const far = scene(variant).datagrams(count + 4, length);
  yield of('run', 'A run past the length limit', far, [count, 4]);
  const half = scene(variant).datagrams(2, length).datagrams(1, length);
  yield of('far-below', 'Three full datagrams, far below the length limit', half, [3]);
}

function* connections(variant: Variant): Generator<Plan> {
  const three = scene(variant, { connections: 3 });
  for (let round = 0; round < 4; round++) for (const each of [0, 1, 2]) three.on(each).datagram();
  const columns = [0, 1, 2].map((each) => [0, 1, 2, 3].map((round) => 3 * round + each));
  yield plan(variant, 'connections/three', 'Three connections that take turns', ['U7'], three, columns);
  const hosts = scene(variant, { connections: 3, hosts: 'distinct' });
  for (let round = 0; round < 3; round++) for (const each of [0, 1, 2]) hosts.on(each).datagram(50 + each);
  const ofHosts = [0, 1, 2].map((each) => [0, 1, 2].map((round) => 3 * round + each));
  yield plan(
    variant,
    'connections/three-hosts',
    'Connections from three hosts that take turns',
    ['U7'],
    hosts,
    ofHosts,
  );
  const broken = scene(variant, { connections: 3 });
  for (const each of [0, 1, 2]) broken.on(each).datagram();
  broken.on(1).datagram(USUAL_LENGTH, { ttl: 3 });
  for (const each of [0, 1, 2]) broken.on(each).datagram();
  yield plan(
    variant,
    'connections/one-restarts',
    'Another TTL on one of three interleaved connections',
    ['U7', 'U1'],
    broken,
    [[1], [3], [0, 4], [2, 6], [5]],
  );
  const beside = scene(variant, { connections: 2 }).datagram().data().datagram().data();
  beside.on(1).datagram().data().on(0).datagram().data();
  yield plan(
    variant,
    'connections/tcp-beside',
    'TCP and UDP interleaved between the same ports',
    ['U7', 'C11'],
    beside,
    [[0, 2, 6], [1, 3, 7], [4], [5]],
  );
  const exceptions = scene(variant).datagram().data().data(100, { flags: 'AF' }).datagram().data();
  exceptions.datagram(USUAL_LENGTH, { ttl: 9 }).data();
  yield plan(
    variant,
    'connections/tcp-exception',
    'A TCP exception between datagrams with the same ports',
    ['U7', 'S4'],
    exceptions,
    [[1], [2], [0, 3], [4, 6], [5]],
  );
  const answers = scene(variant, { connections: 2 }).datagram().on(1).datagram().on(0).datagram(30);
  answers.on(1).datagram(30).on(0).datagram();
  yield plan(
    variant,
    'connections/both-end',
    'Two interleaved connections that each end in a shorter datagram',
    ['U7', 'U2'],
    answers,
    [[0, 2], [1, 3], [4]],
  );
}
