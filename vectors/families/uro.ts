/** U: UDP receive coalescing. */

import type { Plan } from '../plan.ts';
import { PLAIN, Scene, type SceneOptions, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';

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
    yield* switching(variant);
    yield* dpcs(variant);
  }
}

const on = { uro: true };
const off = { uro: false };

function scene(variant: Variant, options: SceneOptions = {}): Scene {
  return new Scene(variant, options).set(on);
}

/** Groups: arrival numbers, or sizes where everything comes out in the order in which it came in. */
function plan(
  variant: Variant,
  name: string,
  title: string,
  rules: readonly string[],
  built: Scene,
  groups: readonly number[] | readonly (readonly number[])[],
): Plan {
  const [first] = groups;
  const whole = typeof first === 'number' ? inOrder(...(groups as number[])) : (groups as number[][]);
  return { id: `uro/${name}/${variant.name}`, title, rules, scene: built, groups: whole };
}

/** Longest payload of an Ethernet frame. */
function fullLength({ ipVersion }: Variant): number {
  return ipVersion === 4 ? 1472 : 1452;
}

function* runs(variant: Variant): Generator<Plan> {
  for (const count of [1, 2, 3, 10, 63, 64, 100]) {
    const built = scene(variant).datagrams(count);
    yield plan(variant, `run/of-${count}`, `${count} equal datagrams`, ['U5', 'U6', 'U2'], built, [count]);
  }
  for (const length of [1, 2, 3, 7, 17, 18, 19, 255, 1000, fullLength(variant)]) {
    const built = scene(variant).datagrams(4, length, { trailerByte: 0xaa });
    const title = `Datagrams of ${length} payload bytes, padding not zero`;
    yield plan(variant, `run/length-${length}`, title, ['U5', 'U6'], built, [4]);
  }
  for (const trailer of [1, 6, 46]) {
    const built = scene(variant).datagrams(3, 50, { trailer, trailerByte: 0xaa });
    const title = `Each frame ends in ${trailer} bytes that belong to no datagram`;
    yield plan(variant, `run/trailer-${trailer}`, title, ['U5'], built, [3]);
  }
  if (variant.ipVersion === 6) return;
  const same = scene(variant).datagrams(4, USUAL_LENGTH, { id: 7 });
  yield plan(variant, 'id/same', 'One Identification in all datagrams', ['U1', 'U5'], same, [4]);
  const falling = scene(variant);
  for (const id of [9000, 5, 0, 65_535]) falling.datagram(USUAL_LENGTH, { id });
  yield plan(variant, 'id/any', 'Identifications in no order', ['U1', 'U5'], falling, [4]);
}

function* sizes(variant: Variant): Generator<Plan> {
  const of = (name: string, title: string, lengths: readonly number[], groups: readonly number[]): Plan => {
    const built = scene(variant);
    for (const length of lengths) built.datagram(length);
    return plan(variant, `size/${name}`, title, ['U2', 'U6'], built, groups);
  };
  yield of('last-shorter', 'The last datagram is shorter', [100, 100, 100, 40], [4]);
  yield of('last-one-byte-shorter', 'The last datagram is one byte shorter', [100, 100, 99], [3]);
  yield of('last-of-one-byte', 'The last datagram holds one byte', [100, 100, 1], [3]);
  yield of('second-shorter', 'The second datagram is the last', [100, 40], [2]);
  yield of('same-after-shorter', 'As long as the first, after a shorter one', [100, 100, 40, 100, 100], [3, 2]);
  yield of('shorter-after-shorter', 'Two equal short ones at the end', [100, 100, 40, 40], [3, 1]);
  yield of('shrinking', 'Each datagram is shorter than the one before', [100, 90, 80, 70, 60], [2, 2, 1]);
  yield of('longer-after-shorter', 'Longer than all, after a shorter one', [100, 100, 40, 120, 120], [3, 2]);
  yield of('longer', 'A longer datagram begins the next unit', [100, 100, 120, 120], [2, 2]);
  yield of('longer-by-one', 'Longer by one byte', [100, 100, 101, 101, 101], [2, 3]);
  yield of('growing', 'Each datagram is longer than the one before', [60, 70, 80, 90], [1, 1, 1, 1]);
  yield of('alternating', 'Long and short by turns', [100, 50, 100, 50, 100], [2, 2, 1]);
  yield of('short-then-long-run', 'A short datagram before a run of long ones', [40, 100, 100, 100], [1, 3]);
  yield of('one-byte-to-two', 'One byte, then two', [1, 1, 2, 2], [2, 2]);
  const empty = { 'no-payload-alone': [0], 'no-payload-only': [0, 0, 0] };
  for (const [name, lengths] of Object.entries(empty)) {
    yield of(
      name,
      'Datagrams without payload',
      lengths,
      lengths.map(() => 1),
    );
  }
  yield of('no-payload-first', 'A datagram without payload begins', [0, 100, 100], [1, 2]);
  yield of('no-payload-between', 'A datagram without payload in the middle', [100, 100, 0, 100, 100], [2, 1, 2]);
  yield of('no-payload-last', 'A datagram without payload at the end', [100, 100, 0], [2, 1]);
  yield of('no-payload-after-shorter', 'None after a shorter one', [100, 40, 0, 100], [2, 1, 1]);
}

/** A datagram that is unlike the others in one way, at every place. `alone`: two of them do not merge either. */
function* odd(
  variant: Variant,
  name: string,
  title: string,
  rules: readonly string[],
  fields: SegmentSpec,
  alone: boolean,
): Generator<Plan> {
  const usual = USUAL_LENGTH;
  const make = (place: string, built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `${name}/${place}`, `${title}: ${place}`, rules, built, groups);
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
  yield* differing('ecn-ce', 'Congestion experienced', { ecn: 3 });
  yield* differing('ecn-ect0', 'ECT(0)', { ecn: 2 });
  yield* differing('ecn-ect1', 'ECT(1)', { ecn: 1 });
  yield* differing('source-mac', 'Another source MAC address', { srcMac: '02:00:00:00:00:09' });
  yield* differing('destination-mac', 'Another destination MAC address', { dstMac: '02:00:00:00:00:0a' });
  if (variant.ipVersion === 4) {
    yield* differing('df', 'DF is clear', { df: false });
    yield* differing('reserved-flag', 'The reserved flag is set', { reservedFlag: true });
  } else {
    yield* differing('flow-label', 'Another flow label', { flowLabel: 0x12345 });
    yield* differing('flow-label-low-bit', 'A flow label of one', { flowLabel: 1 });
  }
  const tagged = scene(variant).datagrams(3, USUAL_LENGTH, { tags: [{ vid: 5 }] });
  yield plan(variant, 'tag/same', 'Datagrams of one VLAN', ['U1'], tagged, [3]);
  const priorities = scene(variant);
  for (const priority of [0, 0, 3, 3]) priorities.datagram(USUAL_LENGTH, { tags: [{ vid: 5, priority }] });
  yield plan(variant, 'tag/priority', 'Another priority in the tag', ['U1'], priorities, [2, 2]);
  const vlans = scene(variant);
  for (const vid of [5, 6, 5, 6]) vlans.datagram(USUAL_LENGTH, { tags: [{ vid }] });
  yield plan(variant, 'tag/two-vlans', 'Two VLANs are two connections', ['U7'], vlans, [
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
  yield zero('all', 'No datagram carries a checksum', scene(variant).datagrams(4, usual, none));
  yield zero('first', 'The first carries no checksum', scene(variant).datagram(usual, none).datagrams(3));
  const between = scene(variant).datagrams(2).datagram(usual, none).datagrams(2);
  yield zero('between', 'One in the middle carries no checksum', between);
  yield zero('last', 'The last carries no checksum', scene(variant).datagrams(3).datagram(usual, none));
  yield* odd(variant, 'checksum-wrong', 'A wrong checksum', ['U4'], wrong, true);
  const short = scene(variant).datagrams(2).datagram(40, wrong).datagrams(2);
  yield plan(variant, 'checksum-wrong/shorter', 'A wrong checksum on a shorter datagram', ['U4'], short, [2, 1, 2]);
  const mixed = scene(variant).datagram(usual, none).datagram(usual, wrong).datagrams(2).datagram(usual, none);
  yield plan(variant, 'checksum-mixed', 'No checksum, a wrong one, right ones', ['U3', 'U4'], mixed, [1, 1, 3]);
  const others = scene(variant, { connections: 2 }).datagrams(2).on(1).datagram().on(0).datagram(usual, wrong);
  others.on(1).datagram().on(0).datagrams(2);
  yield plan(
    variant,
    'checksum-wrong/other-connection',
    'It ends nothing of another connection',
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
    ['slack-1', 'One byte between the datagram and the end of the IP packet', { slack: 1 }],
    ['slack-100', 'A hundred bytes after the datagram, in the IP packet', { slack: 100 }],
    ['udp-longer', 'The UDP length claims one byte more', { corrupt: { udpLength: USUAL_LENGTH + 9 } }],
    ['udp-far-longer', 'The UDP length claims 65,535 bytes', { corrupt: { udpLength: 65_535 } }],
    ['udp-7', 'A UDP length under that of its header', { corrupt: { udpLength: 7 } }],
    ['udp-0', 'A UDP length of zero', { corrupt: { udpLength: 0 } }],
    ['ip-shorter', 'The IP length leaves out the last byte', { corrupt: { ipLength: header + USUAL_LENGTH - 1 } }],
  ];
  for (const [name, title, fields] of ways) yield* odd(variant, `length/${name}`, title, rules, fields, true);
  const cut = scene(variant).datagrams(2);
  cut.datagram(USUAL_LENGTH, { corrupt: { ipLength: header - 1 } }).datagrams(2);
  yield plan(variant, 'length/no-header', 'The IP packet ends within the UDP header', ['U10', 'I8'], cut, [
    [2],
    [0, 1, 3, 4],
  ]);
  const past = scene(variant).datagrams(2);
  past.datagram(USUAL_LENGTH, { corrupt: { ipLength: header + USUAL_LENGTH + 1 } }).datagrams(2);
  yield plan(variant, 'length/past-end', 'The IP packet ends past the end of the frame', ['U10', 'I8'], past, [
    [2],
    [0, 1, 3, 4],
  ]);
}

function* extras(variant: Variant): Generator<Plan> {
  if (variant.ipVersion === 4) {
    yield* odd(variant, 'ip-options', 'IPv4 options', ['U1'], { ipOptions: '01010101' }, true);
    const routes = [
      ['source-route', 'A source route that is not used up', '830704c6336401'],
      ['source-route-used-up', 'A source route whose pointer lies past its list', '830708c6336401'],
    ] as const;
    for (const [name, title, ipOptions] of routes) yield* odd(variant, name, title, ['U1', 'O4'], { ipOptions }, true);
    yield* odd(variant, 'first-fragment', 'MF is set', ['U10'], { mf: true }, true);
    yield* odd(variant, 'later-fragment', 'A fragment offset', ['U10'], { fragmentOffset: 185 }, true);
    const real = scene(variant).datagrams(2);
    real.datagram(USUAL_LENGTH, { mf: true, corrupt: { udpLength: 208 } });
    real.datagram(USUAL_LENGTH, { fragmentOffset: 13 }).datagrams(2);
    yield plan(variant, 'fragment/pair', 'A datagram in two fragments', ['U10', 'U7'], real, [2, 1, 1, 2]);
    return;
  }
  for (const kind of ['hop-by-hop', 'destination', 'routing', 'ah'] as const) {
    yield* odd(variant, `extension-${kind}`, `A ${kind} header`, ['U1'], { extensions: [{ kind }] }, true);
  }
  const left: SegmentSpec = { extensions: [{ kind: 'routing', left: 1 }] };
  yield* odd(variant, 'extension-routing-left', 'A routing header with one segment left', ['U1', 'O4'], left, true);
  const atomic: SegmentSpec = { extensions: [{ kind: 'fragment' }] };
  yield* odd(variant, 'atomic-fragment', 'A fragment header, but no fragment', ['U1'], atomic, true);
  const first: SegmentSpec = { extensions: [{ kind: 'fragment', more: true }] };
  yield* odd(variant, 'first-fragment', 'The first fragment', ['U1', 'U10'], first, true);
  const later: SegmentSpec = { extensions: [{ kind: 'fragment', offset: 185 }] };
  yield* odd(variant, 'later-fragment', 'A later fragment', ['U1', 'U10'], later, true);
}

function* limits(variant: Variant): Generator<Plan> {
  const most = variant.ipVersion === 4 ? 65_535 - 28 : 65_535 - 8;
  const length = fullLength(variant);
  const count = Math.floor(most / length);
  const rest = most - count * length;
  const of = (name: string, title: string, built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `limit/${name}`, title, ['U9'], built, groups);
  const exact = scene(variant).datagrams(count, length).datagram(rest);
  yield of('exact', 'An SCU of exactly 65,535', exact, [count + 1]);
  const over = scene(variant)
    .datagrams(count, length)
    .datagram(rest + 1);
  yield of('one-over', 'One byte too many', over, [count, 1]);
  const far = scene(variant).datagrams(count + 4, length);
  yield of('run', 'A run goes on beyond the limit', far, [count, 4]);
  const half = scene(variant).datagrams(2, length).datagrams(1, length);
  yield of('far-below', 'Three full datagrams', half, [3]);
}

function* connections(variant: Variant): Generator<Plan> {
  const three = scene(variant, { connections: 3 });
  for (let round = 0; round < 4; round++) for (const each of [0, 1, 2]) three.on(each).datagram();
  const columns = [0, 1, 2].map((each) => [0, 1, 2, 3].map((round) => 3 * round + each));
  yield plan(variant, 'connections/three', 'Three connections by turns', ['U7'], three, columns);
  const hosts = scene(variant, { connections: 3, hosts: 'distinct' });
  for (let round = 0; round < 3; round++) for (const each of [0, 1, 2]) hosts.on(each).datagram(50 + each);
  const ofHosts = [0, 1, 2].map((each) => [0, 1, 2].map((round) => 3 * round + each));
  yield plan(variant, 'connections/three-hosts', 'Three hosts by turns', ['U7'], hosts, ofHosts);
  const broken = scene(variant, { connections: 3 });
  for (const each of [0, 1, 2]) broken.on(each).datagram();
  broken.on(1).datagram(USUAL_LENGTH, { ttl: 3 });
  for (const each of [0, 1, 2]) broken.on(each).datagram();
  yield plan(variant, 'connections/one-restarts', 'One of three starts anew', ['U7', 'U1'], broken, [
    [1],
    [3],
    [0, 4],
    [2, 6],
    [5],
  ]);
  const beside = scene(variant, { connections: 2 }).datagram().data().datagram().data();
  beside.on(1).datagram().data().on(0).datagram().data();
  yield plan(variant, 'connections/tcp-beside', 'TCP and UDP between the same ports', ['U7', 'C11'], beside, [
    [0, 2, 6],
    [1, 3, 7],
    [4],
    [5],
  ]);
  const exceptions = scene(variant).datagram().data().data(100, { flags: 'AF' }).datagram().data();
  exceptions.datagram(USUAL_LENGTH, { ttl: 9 }).data();
  yield plan(variant, 'connections/tcp-exception', 'What ends a TCP SCU ends none of UDP', ['U7', 'S4'], exceptions, [
    [1],
    [2],
    [0, 3],
    [4, 6],
    [5],
  ]);
  const answers = scene(variant, { connections: 2 }).datagram().on(1).datagram().on(0).datagram(30);
  answers.on(1).datagram(30).on(0).datagram();
  yield plan(variant, 'connections/both-end', 'Two connections end in a shorter datagram', ['U7', 'U2'], answers, [
    [0, 2],
    [1, 3],
    [4],
  ]);
}

function* switching(variant: Variant): Generator<Plan> {
  const of = (name: string, title: string, rules: readonly string[], built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `switch/${name}`, title, rules, built, groups);
  const fresh = (): Scene => new Scene(variant);
  yield of('never-on', 'URO is off', ['U8', 'I8'], fresh().set(off).datagrams(3), [1, 1, 1]);
  yield of('on', 'URO goes on in the middle of a run', ['U8'], fresh().datagrams(2).set(on).datagrams(3), [1, 1, 3]);
  yield of(
    'off',
    'URO goes off in the middle of a run',
    ['U8'],
    scene(variant).datagrams(3).set(off).datagrams(2),
    [3, 1, 1],
  );
  yield of(
    'off-on',
    'URO goes off and on again',
    ['U8'],
    scene(variant).datagrams(3).set(off).set(on).datagrams(2),
    [3, 2],
  );
  yield of(
    'off-frames-on',
    'URO goes off for two datagrams',
    ['U8'],
    scene(variant).datagrams(2).set(off).datagrams(2).set(on).datagrams(2),
    [2, 1, 1, 2],
  );
  yield of('on-while-on', 'Switching on what is on', ['U8'], scene(variant).datagrams(2).set(on).datagrams(2), [4]);
  yield of(
    'off-next-dpc',
    'URO goes off between DPCs',
    ['U8', 'I2'],
    scene(variant).datagrams(2).dpc().set(off).datagrams(2),
    [2, 1, 1],
  );
  yield of(
    'rxcsum-off',
    'Receive checksum offload goes off for two datagrams',
    ['K4', 'U8'],
    scene(variant).datagrams(2).set({ rxcsum: false }).datagrams(2).set({ rxcsum: true }).datagrams(2),
    [2, 1, 1, 2],
  );
  const rscOff = { rsc4: false, rsc6: false };
  yield of(
    'rsc-off',
    'RSC goes off, URO stays',
    ['U8', 'I4'],
    scene(variant).datagrams(2).set(rscOff).datagrams(2),
    [4],
  );
  const both = scene(variant).data().datagram().data().datagram().set(off).data().datagram();
  yield plan(variant, 'switch/off-beside-tcp', 'URO goes off, RSC stays', ['U8', 'I4'], both, [[1, 3], [5], [0, 2, 4]]);
  const all = scene(variant, { connections: 2 }).datagrams(2).on(1).datagrams(2).set(off).datagram().on(0).datagram();
  yield of('two-connections', 'Every SCU ends when URO goes off', ['U8', 'U7'], all, [2, 2, 1, 1]);
  const toggled = scene(variant);
  for (let i = 0; i < 8; i++) toggled.datagrams(2).set(off).datagram().set(on);
  const sizes = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 2 : 1));
  yield of('toggled', 'URO goes off and on eight times under traffic', ['U8'], toggled, sizes);
  const together = scene(variant)
    .datagrams(2)
    .data()
    .data()
    .set({ ...off, ...rscOff })
    .datagram()
    .data();
  yield of('all-off', 'URO and RSC go off together', ['U8', 'I4', 'I3'], together, [2, 2, 1, 1]);
}

function* dpcs(variant: Variant): Generator<Plan> {
  const of = (name: string, title: string, built: Scene, groups: readonly number[]): Plan =>
    plan(variant, `dpc/${name}`, title, ['U10', 'I2'], built, groups);
  for (const before of [1, 2, 3]) {
    const built = scene(variant)
      .datagrams(before)
      .dpc()
      .datagrams(4 - before);
    yield of(`after-${before}`, `The DPC ends after ${before} of 4 datagrams`, built, [before, 4 - before]);
  }
  yield of('empty', 'DPCs without frames', scene(variant).dpc().datagrams(2).dpc().dpc().datagrams(2), [2, 2]);
  yield of('wait', 'Time passes within a DPC', scene(variant).datagrams(2).wait(10).datagrams(2), [4]);
  const short = scene(variant).datagrams(2).datagram(20).dpc().datagrams(2);
  yield of('after-shorter', 'A shorter datagram ends the DPC', short, [3, 2]);
  const mixed = scene(variant).datagram().data().datagram().data().dpc().data().datagram().data().datagram();
  yield plan(variant, 'dpc/tcp-beside', 'TCP and UDP over two DPCs', ['U10', 'I2', 'U7'], mixed, [
    [0, 2],
    [1, 3],
    [4, 6],
    [5, 7],
  ]);
}
