/** Plays a state of URO: equal datagrams, up to the decided one. */

import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { OVER_UDP, tunnelVariants } from '../families/tunnel-kinds.ts';
import { IPV4, IPV6, Scene } from '../scene.ts';
import type { Connection, SegmentSpec } from '../vector.ts';
import { guestOf, hasBystander, type JustBefore } from './before.ts';
import { ExpectedUnits } from './expected-units.ts';
import { OpenValues } from './open-values.ts';
import { bystanderOf, connectionsBeside, MOST_TWINS, OTHERS, type Others, twinOf } from './others.ts';
import { ALL_URO_DECISIONS, type UroDecision } from './uro-decisions.ts';
import { URO_PAYLOADS, type UroBefore, type UroLevels } from './uro-dimensions.ts';

const BAD: SegmentSpec = { corrupt: { udpChecksum: 'wrong' } };
/** The exceptions that can come before. */
const EXCEPTIONS: Readonly<Record<string, readonly SegmentSpec[]>> = {
  ipv4: [BAD, { corrupt: { ipChecksum: 'wrong' } }, { ipOptions: '01010101' }],
  ipv6: [BAD, { extensions: [{ kind: 'hop-by-hop' }] }],
};
const FRAGMENT_6: SegmentSpec = { extensions: [{ kind: 'fragment' }] };
/** For a history. */
const URO_EVENTS = ['unit', 'unit', 'exception', 'dpc', 'dpc', 'idle-dpc', 'switch'] as const;
const WAIT = 20;
/** Payload of the longest datagram: IPv4 counts its own header, too. */
const LONGEST: Readonly<Record<string, number>> = { ipv4: 65_535 - 28, ipv6: 65_535 - 8 };

export class UroPlay {
  readonly scene: Scene;
  readonly units: ExpectedUnits = new ExpectedUnits();
  readonly #levels: UroLevels;
  readonly #decision: UroDecision;
  readonly #others: Others;
  /** The connection that sends once, just before the decided datagram. */
  readonly #guest: number;
  /** The connection of a host of its own, if the session has one. */
  readonly #bystander: number;
  readonly #payload: number;
  readonly #position: number;
  readonly #open: OpenValues;
  /** The next datagram starts a unit. */
  #isNew = false;
  /** The event whose unit is open. */
  #place = -1;

  constructor(levels: UroLevels) {
    this.#levels = levels;
    this.#decision = ALL_URO_DECISIONS[levels.decision] as UroDecision;
    this.#others = OTHERS[levels.others] as Others;
    this.#guest = 1 + this.#others.count;
    this.#bystander = this.#guest + (this.#guestKind === undefined ? 0 : 1);
    const connections = this.#bystander + (hasBystander(levels.session) ? 1 : 0);
    this.scene = new Scene(levels.variant === 'ipv4' ? IPV4 : IPV6, { connections }).set({ uro: true });
    const isLong = levels.decision === 'too-long';
    const longest = LONGEST[levels.variant] as number;
    this.#open = new OpenValues(levels);
    this.#position = this.#open.count(Number(levels.position));
    this.#payload = isLong
      ? Math.ceil((longest + 1) / (this.#position + 1))
      : this.#open.payload(Number(levels.payload), URO_PAYLOADS);
    this.#tagOthers(connections);
  }

  readonly ends = (own: Connection): Connection[] => [
    ...connectionsBeside(own, this.#others, this.#guestKind, this.#levels.history !== undefined).map((beside, i) =>
      this.#isTwin(i) ? twinOf(own, this.#open, i, this.#isUsual('ports')) : beside,
    ),
    ...(hasBystander(this.#levels.session) ? [bystanderOf(own, this.#isNear)] : []),
  ];

  /** Another connection that sends what would join the connection's own unit. */
  #isTwin(connection: number): boolean {
    const { count, kind } = this.#others;
    if (connection === 0 || connection > Math.min(count, MOST_TWINS) || kind !== 'hosts') return false;
    return this.#open.one(`twin ${connection}`, [true, false]);
  }

  /** No symmetry moves it. */
  #isUsual(name: string): boolean {
    return ((this.#levels as Readonly<Record<string, string>>)[name] ?? 'usual') === 'usual';
  }

  get #isNear(): boolean {
    return this.#levels.session === 'long-unit-elsewhere' && this.#open.one('near', [false, true]);
  }

  /** Other connections with a tag, where nothing else is tagged: only in rows of the second array. */
  #tagOthers(connections: number): void {
    if (this.#levels.history === undefined || !this.#isUsual('tags')) return;
    for (let i = 1; i < connections; i++)
      if (!this.#isTwin(i) && this.#open.one(`tags of ${i}`, [false, true]))
        this.scene.on(i).always({ tags: [{ vid: this.#open.number('vid', 1, 4095) }] });
    this.scene.on(0);
  }

  get #guestKind(): ReturnType<typeof guestOf> {
    const { 'just-before': justBefore } = this.#levels;
    return justBefore === 'segment' ? 'hosts' : guestOf(justBefore as JustBefore);
  }

  run(): void {
    this.#beginSession();
    this.#happenEarlier(Number(this.#levels.history ?? 0));
    this.#happenBefore(this.#levels.before as UroBefore);
    if (this.#others.isFirst) this.#turn();
    if (this.#levels.session === 'long-unit-elsewhere') this.#growElsewhere();
    if (this.#levels.session === 'tunnels-elsewhere') this.#sendInTunnels();
    for (let i = 0; i < this.#position; i++) {
      this.#join(this.#payload, this.#mark(i === 0 ? 'first' : 'other'));
      if (i === 0 && !this.#others.isFirst) this.#turn();
    }
    if (this.#levels.decision === 'after-shorter') this.#join(this.#payload - 1);
    if (this.#levels.before === 'exception-now') this.#exception();
    this.#happenJustBefore(this.#levels['just-before']);
    this.#decided();
    if (this.#levels.after === 'again') this.#decided();
    if (this.#levels.after === 'data' || this.#levels.after === 'again') this.#follow();
    else if (this.#levels.after === 'uro-off') this.#whileOff({ uro: false }, { uro: true });
    else if (this.#levels.after === 'rxcsum-off') this.#whileOff({ rxcsum: false }, { rxcsum: true });
    this.#endDpc();
  }

  #mark(which: 'first' | 'this' | 'other'): SegmentSpec {
    const [who] = this.#levels.checksums.split('-');
    return who === 'all' || who === which ? { csum: 'unnecessary' } : {};
  }

  #join(length: number, fields: SegmentSpec = {}): void {
    this.scene.datagram(length, fields);
    if (this.#isNew) this.units.start(0);
    else this.units.join(0);
    this.#isNew = false;
  }

  #exception(): void {
    this.scene.datagram(this.#payload, this.#open.one('exception', EXCEPTIONS[this.#levels.variant] as SegmentSpec[]));
    this.units.alone(0);
  }

  /** The decided datagram's fields, and its length. If its length decides nothing, it may be shorter. */
  get #own(): { readonly fields: SegmentSpec; readonly length: number } {
    const { fields, length, or = [], effect, isAboutLength } = this.#decision;
    const payload = this.#payload;
    const isFree = length === undefined && isAboutLength !== true && (effect === 'starts' || effect === 'alone');
    const least = isFree ? this.#open.one('length', [payload, payload - 1, payload >> 1]) : payload;
    const usual = { fields: fields(payload), length: length?.(payload) ?? Math.max(1, least) };
    const other = this.#open.one('decided', [undefined, ...or]);
    return { fields: other?.fields ?? usual.fields, length: other?.length?.(payload) ?? usual.length };
  }

  #decided(): void {
    const { effect } = this.#decision;
    const { fields, length } = this.#own;
    this.scene.datagram(length, { ...fields, ...this.#mark('this') });
    if (effect === 'joins' || effect === 'ends') this.units.join(0);
    else if (effect === 'starts') this.units.start(0);
    else this.units.alone(0);
  }

  /** Like the datagrams of the unit; if the decided datagram began a unit, like that one. */
  #follow(): void {
    const { effect } = this.#decision;
    const { fields, length } = this.#own;
    if (effect === 'starts') this.scene.datagram(Math.min(this.#payload, length), fields);
    else this.scene.datagram(this.#payload);
    if (effect === 'ends') this.units.start(0);
    else this.units.join(0);
  }

  #beginSession(): void {
    const { session, variant } = this.#levels;
    if (session === 'rsc-off') this.scene.set({ rsc4: false, rsc6: false });
    if (session !== 'fragments-elsewhere') return;
    const frames: readonly SegmentSpec[] =
      variant === 'ipv4'
        ? [
            { mf: true, df: false },
            { fragmentOffset: 3, df: false },
          ]
        : [FRAGMENT_6];
    this.scene.on(this.#bystander);
    for (const fields of frames) {
      this.scene.data(40, fields);
      this.units.alone(this.#bystander);
    }
    this.scene.on(0);
  }

  /** They end nothing. Those over UDP would be datagrams. */
  #sendInTunnels(): void {
    const kinds = TUNNEL_KINDS.filter(
      (kind) => !OVER_UDP.includes(kind) && tunnelVariants(kind).some(({ name }) => name === this.#levels.variant),
    );
    this.scene.on(this.#bystander);
    for (let i = this.#open.number('tunnels', 1, 3); i > 0; i--) {
      this.scene.data(40, { tunnel: { kind: this.#open.one(`tunnel ${i}`, kinds) } });
      this.units.unordered();
    }
    this.scene.on(0);
  }

  /** A unit of TCP segments, some with timestamps, or of datagrams. */
  #growElsewhere(): void {
    // Switching off URO does not end a TCP segment’s unit.
    const isTcp = this.#levels.after !== 'uro-off' && this.#open.one('kind elsewhere', [true, false]);
    const stamps = this.#open.one<SegmentSpec>('stamped elsewhere', [{}, { timestamps: [5000, 1] }]);
    this.scene.on(this.#bystander);
    for (let i = this.#open.number('elsewhere', 10, 12); i > 0; i--) {
      if (isTcp) this.scene.data(40, { ...(i % 4 === 1 ? { flags: 'AP' } : {}), ...stamps });
      else this.scene.datagram(40);
      this.units.join(this.#bystander);
    }
    this.scene.on(0);
  }

  /** Events, followed by something that what is before cannot join. */
  #happenEarlier(events: number): void {
    for (let i = 0; i < events; i++) this.#event(this.#open.one(`event ${i}`, URO_EVENTS), i);
    if (this.units.isOpen(0)) this.#isNew = true;
  }

  /** The units of events differ from each other, and from what comes later, in the source MAC address. */
  #event(event: (typeof URO_EVENTS)[number], place: number): void {
    const fields = { srcMac: `02:00:00:00:00:7${place}` };
    if (event === 'unit' || event === 'switch')
      for (let i = this.#open.number(`datagrams of event ${place}`, 1, 4); i > 0; i--) {
        this.#isNew ||= this.units.isOpen(0) && this.#place !== place;
        this.#place = place;
        this.#join(60, fields);
      }
    if (event === 'exception') this.#exception();
    if (event === 'switch') {
      this.scene.set({ uro: false });
      this.units.endAll();
      this.scene.set({ uro: true });
    }
    if (event.endsWith('dpc')) this.#endDpc();
  }

  #happenBefore(before: UroBefore): void {
    if (before.startsWith('exception') && before !== 'exception-now')
      for (let i = this.#open.one('exceptions before', [1, 1, 3]); i > 0; i--) this.#exception();
    if (before === 'two-exceptions-at-once') {
      this.#exception();
      this.#exception();
    }
    // It cannot merge with the next one.
    if (before.startsWith('restart'))
      for (let i = this.#open.number('restarts', 1, 3); i > 0; i--) {
        this.#join(this.#payload, { srcMac: `02:00:00:00:01:7${i}` });
        this.#isNew = true;
      }
    if (before === 'wait') this.scene.wait(WAIT);
    if (before.includes('dpc')) {
      this.#join(this.#payload);
      if (before === 'dpc-with-exception') this.#exception();
      this.#endDpc();
    }
    if (before === 'idle-dpc') this.#endDpc();
    if (before === 'two-dpcs-at-once') {
      this.#join(this.#payload);
      this.#endDpc();
    }
    if (before === 'uro-switched-at-once') this.#switched({ uro: false }, { uro: true });
    if (before === 'rsc-switched') this.scene.set({ rsc4: false, rsc6: false }).set({ rsc4: true, rsc6: true });
    if (before === 'rxcsum-switched') this.#switched({ rxcsum: false }, { rxcsum: true });
  }

  #switched(...[off, on]: [Parameters<Scene['set']>[0], Parameters<Scene['set']>[0]]): void {
    this.#join(this.#payload);
    this.scene.set(off);
    this.units.endAll();
    this.scene.set(on);
  }

  /** The units in progress come out. Datagrams go alone until it is on again. */
  #whileOff(off: Parameters<Scene['set']>[0], on: Parameters<Scene['set']>[0]): void {
    this.scene.set(off);
    this.units.endAll();
    this.scene.datagrams(2, this.#payload);
    this.units.unordered();
    this.units.unordered();
    this.scene.set(on);
    this.#join(this.#payload);
    this.#join(this.#payload);
  }

  #happenJustBefore(justBefore: string): void {
    if (justBefore === 'wait') this.scene.wait(WAIT);
    if (justBefore === 'no-segment') {
      for (let i = this.#open.one('frames that are no segments', [1, 1, 2, 4]); i > 0; i--) {
        this.scene.unsequenced(40, { corrupt: { dataOffset: i } });
        this.units.unordered();
      }
    }
    if (this.#guestKind === undefined) return;
    this.scene.on(this.#guest);
    if (justBefore === 'segment') this.scene.data(40);
    else this.scene.datagram(40, justBefore === 'exception' ? BAD : {});
    if (justBefore === 'exception') this.units.alone(this.#guest);
    else this.units.join(this.#guest);
    if (justBefore === 'data') {
      this.scene.datagram(40);
      this.units.join(this.#guest);
    }
    if (justBefore === 'restart') {
      this.scene.datagram(50);
      this.units.start(this.#guest);
    }
    this.scene.on(0);
  }

  /** The other connections send two each. */
  #turn(): void {
    for (let i = 1; i <= this.#others.count; i++) {
      for (let round = 0; round < 2; round++) {
        this.scene.on(i).datagram(this.#isTwin(i) ? this.#payload : 40);
        this.units.join(i);
      }
    }
    this.scene.on(0);
  }

  #endDpc(): void {
    this.scene.dpc();
    this.units.endAll();
  }
}
