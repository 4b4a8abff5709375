/** The traffic that states are made of: the connection's segments, exceptions, settings, and the other connections. */

import { ALL, Scene, type Variant } from '../scene.ts';
import type { Connection, SegmentSpec } from '../vector.ts';
import {
  DIFFERENCES,
  EARLIER,
  EXCEPTIONS,
  FRAMES_WHILE_OFF,
  guestOf,
  hasBystander,
  type JustBefore,
} from './before.ts';
import type { Decision } from './decision.ts';
import type { Levels } from './dimensions.ts';
import { ExpectedUnits } from './expected-units.ts';
import { OpenValues } from './open-values.ts';
import { bystanderOf, connectionsBeside, MOST_TWINS, OTHERS, type Others, ROLES, type Role, twinOf } from './others.ts';
import { StateSizes } from './state-sizes.ts';

/** The other connections send one segment per this many; less often with a long unit, and seldom if they are many. */
const TURN = 4;
const LONG_TURN = 16;
const LONG = 20;
const MANY = 5;

const GAP = 500;
/** A number that is too large for a field. */
const LEAP = 100_000;

export class StateTraffic {
  readonly scene: Scene;
  readonly units: ExpectedUnits = new ExpectedUnits();
  protected readonly levels: Levels;
  protected readonly decision: Decision;
  protected readonly others: Others;
  /** The connection that sends once, just before the decided segment. */
  protected readonly guest: number;
  /** The connection of a host of its own, if the session has one. */
  protected readonly bystander: number;
  protected readonly open: OpenValues;
  protected readonly sizes: StateSizes;
  #sent = 0;
  protected window: number;
  protected clock = 7000;
  #echo = 4000;
  /** The next segment leaves a gap. */
  protected isGap = false;

  constructor(levels: Levels, decision: Decision) {
    this.levels = levels;
    this.decision = decision;
    this.others = OTHERS[levels.others] as Others;
    this.window = Number(levels.window);
    this.open = new OpenValues(levels);
    this.sizes = new StateSizes(levels, decision, this.open);
    this.guest = 1 + this.others.count;
    this.bystander = this.guest + (this.guestKind === undefined ? 0 : 1);
    const connections = this.bystander + (hasBystander(levels.session) ? 1 : 0);
    this.scene = new Scene(ALL.find(({ name }) => name === levels.variant) as Variant, { connections });
    for (let i = 0; i < connections; i++)
      this.scene.on(i).always({ ...decision.base, ...(i === 0 ? {} : this.#ofAnother(i)) });
    this.scene.on(0);
  }

  readonly ends = (own: Connection): Connection[] => [
    ...connectionsBeside(own, this.others, this.guestKind, this.#isPortEnough).map((beside, i) =>
      this.#roleOf(i) === 'twin' ? twinOf(own, this.open, i, this.#isPortEnough && this.isOpen('ports')) : beside,
    ),
    ...(hasBystander(this.levels.session) ? [bystanderOf(own, this.#isNear)] : []),
  ];

  /** A later fragment names no ports: it ends the units of all connections between its hosts. */
  get #isPortEnough(): boolean {
    return this.decision.name !== 'later-fragment';
  }

  /** What a connection beside it sends. */
  #roleOf(connection: number): Role {
    const { count, kind } = this.others;
    if (connection === 0 || connection > count || kind !== 'hosts') return 'data';
    // Marks are asked of the target anyway.
    const isMarkable = this.levels.checksums !== 'untold';
    const roles = ROLES.filter(
      (role) => (role !== 'marked' || isMarkable) && (role !== 'twin' || connection <= MOST_TWINS),
    );
    return this.open.one(`role of ${connection}`, roles);
  }

  /** The unit elsewhere is between the same hosts: only its own segments end it. */
  get #isNear(): boolean {
    const isAllowed = this.levels.session === 'long-unit-elsewhere' && this.#isPortEnough;
    return isAllowed && this.open.one('near', [false, true]);
  }

  protected get guestKind(): ReturnType<typeof guestOf> {
    return guestOf(this.levels['just-before'] as JustBefore);
  }

  /** Some of the other connections have timestamps if this one has none, or tags. */
  #ofAnother(connection: number): SegmentSpec {
    if (this.#roleOf(connection) === 'twin') return {};
    const isOtherwise = this.open.one(`timestamps of ${connection}`, [false, true]);
    const timestamps = this.scene.variant.timestamps ? undefined : ([5000, 1] as const);
    const isTagged = this.isOpen('tags') && this.open.one(`tags of ${connection}`, [false, true]);
    return {
      ...(isOtherwise ? ({ timestamps } as SegmentSpec) : {}),
      ...(isTagged ? { tags: [{ vid: this.open.number('vid', 1, 4095) }] } : {}),
    };
  }

  /** No symmetry moves it, and the decision is not about it. */
  protected isOpen(name: string): boolean {
    const { settles = [], fields = {}, base = {} } = this.decision;
    return (this.levels[name] ?? 'usual') === 'usual' && !settles.includes(name) && !(name in { ...fields, ...base });
  }

  protected flags(letters: string, own: string = this.decision.base?.flags ?? 'A'): string {
    return [...letters].every((letter) => own.includes(letter)) ? own : `${own}${letters}`;
  }

  /** The running fields of every segment of the connection: ACK, window, timestamps. */
  protected running(which: 'before' | 'decided' | 'other'): SegmentSpec {
    const { 'ack-moves': ack, 'window-moves': window, timestamps } = this.levels;
    const isDecided = which === 'decided';
    const fields: { ack?: number; window?: number; timestamps?: readonly [number, number] } = {};
    const moves = (how: string | undefined): boolean =>
      how === 'always' || how === which || (isDecided && (how === 'now' || how === 'leaps'));
    if (moves(ack))
      fields.ack = (this.scene.ackNumber + (ack === 'leaps' ? this.open.number('ack', 256, LEAP) : 10)) >>> 0;
    if (moves(window)) this.window += 1;
    if (isDecided && window === 'falls') this.window -= 1;
    fields.window = this.window;
    if (this.scene.variant.timestamps) {
      if (timestamps === 'rise') this.clock++;
      if (timestamps === 'leap' && isDecided) this.clock += this.open.number('tsval', 256, LEAP);
      if (timestamps === 'rise' || (timestamps === 'echo' && isDecided)) this.#echo++;
      fields.timestamps = [this.clock, this.#echo];
    }
    return fields;
  }

  protected join(length: number, fields: SegmentSpec, which: 'before' | 'other' = 'other'): void {
    this.turn(false);
    this.scene.data(length, { ...this.running(which), ...fields });
    if (this.isGap) this.units.start(0);
    else this.units.join(0);
    this.isGap = false;
  }

  protected start(length: number): void {
    this.turn(false);
    this.scene.data(length, this.running('other'));
    this.units.start(0);
  }

  protected exception(which: string = 'exception'): void {
    const { flags, ...fields } = this.open.one(
      which,
      EXCEPTIONS.filter((one) => {
        if ('ipOptions' in one) return this.scene.variant.ipVersion === 4;
        // The target must accept marks anyway.
        if ('ipsec' in one) return this.levels.checksums !== 'untold';
        if ('extensions' in one) return this.scene.variant.ipVersion === 6;
        return !('options' in one) || this.isOpen('layout');
      }),
    );
    const own = flags === undefined ? fields : { flags: this.flags(flags) };
    this.scene.data(1, { ...this.running('other'), ...own });
    this.units.alone(0);
  }

  protected windowUpdate(): void {
    this.window += 7;
    // It acknowledges nothing more.
    const { ackNumber: ack } = this.scene;
    this.scene.windowUpdate({ ...this.running('other'), ack, window: this.window });
    this.units.join(0);
  }

  protected gap(): void {
    this.scene.from(this.scene.nxt + GAP);
    this.isGap = true;
  }

  /** A unit that differs from what follows, in most cases in its place in the stream. */
  protected otherUnit(isGap: boolean): void {
    const is4 = this.scene.variant.ipVersion === 4;
    const differences = DIFFERENCES.filter(
      ([name, one]) => this.isOpen(name) && (is4 ? !('flowLabel' in one) : !('df' in one)),
    ).map(([, one]) => one);
    const fields = this.open.one<SegmentSpec | undefined>('restart', [
      undefined,
      undefined,
      ...differences,
      ...this.#laterNumbers(),
    ]);
    const { ackNumber } = this.scene;
    const count = this.open.one('restarted', EARLIER);
    for (let i = 0; i < count; i++) this.join(50, fields ?? {});
    if (fields !== undefined && 'ack' in fields) this.scene.from(this.scene.nxt, ackNumber);
    if (fields === undefined || isGap) this.gap();
    else this.isGap = true;
  }

  /** What comes next acknowledges less, or has an older TSval. */
  #laterNumbers(): SegmentSpec[] {
    const ack = this.isOpen('ack') ? [{ ack: (this.scene.ackNumber + 3000) >>> 0 }] : [];
    const isStamped = this.scene.variant.timestamps && this.isOpen('tsval');
    return isStamped ? [...ack, { timestamps: [this.clock + 300, this.#echo] }] : ack;
  }

  /** Off and on, or on while it is on. */
  protected rscSwitched(): void {
    const on = { rsc4: true, rsc6: true };
    const how = this.open.one('switched', ['off', 'on', 'both']);
    if (how !== 'off') this.scene.set(on);
    if (how !== 'on') this.switched({ rsc4: false, rsc6: false }, on);
  }

  protected switched(...[off, on]: Parameters<Scene['set']>[0][]): void {
    this.join(60, {});
    this.join(60, {});
    this.whileOff(off as object, on as object, 60);
  }

  /** The units in progress come out. Segments go alone until it is on again. */
  protected whileOff(off: Parameters<Scene['set']>[0], on: Parameters<Scene['set']>[0], length: number): void {
    this.scene.set(off);
    this.units.endAll();
    // The target must accept marks anyway.
    const frames = FRAMES_WHILE_OFF.filter((one) => !('csum' in one) || this.levels.checksums !== 'untold');
    for (let i = 0; i < 2; i++) {
      const { flags, ...fields } = this.open.one<SegmentSpec>(`while off ${i}`, frames);
      const own = flags === undefined ? fields : { flags: this.flags(flags) };
      this.scene.data(length, { ...this.running('other'), ...own });
      this.units.unordered();
    }
    this.scene.set(on);
  }

  /** Each other connection sends one segment, which joins its unit. */
  protected turn(always: boolean): void {
    const turn = Number(this.levels.count) > LONG ? LONG_TURN : TURN;
    if (!always && (this.others.count > MANY || this.#sent++ % turn !== 1)) return;
    for (let i = 1; i <= this.others.count; i++) this.#sendBeside(i, this.#roleOf(i));
    this.scene.on(0);
  }

  #sendBeside(connection: number, role: Role): void {
    this.scene.on(connection);
    if (role === 'twin') this.#sendAsTwin(connection);
    else if (role === 'acks') {
      this.scene.ack();
      this.units.start(connection);
    } else {
      const flags = role === 'pushed' ? { flags: this.flags('P') } : {};
      this.scene.data(40, role === 'marked' ? { csum: 'unnecessary' } : flags);
      this.units.join(connection);
    }
  }

  /** It continues where the connection itself is, so that its segment joins that unit if the two are confused. */
  #sendAsTwin(connection: number): void {
    const { nxt, ackNumber } = this.scene.on(0);
    // Nothing between the two: it would be in order.
    if (this.scene.on(connection).nxt === nxt) return;
    const timestamps = this.scene.variant.timestamps ? ([this.clock, this.#echo] as const) : undefined;
    const fields = timestamps === undefined ? {} : { timestamps };
    this.scene.from(nxt, ackNumber).data(40, { window: this.window, ...fields });
    this.units.start(connection);
  }

  protected endDpc(): void {
    this.scene.dpc();
    this.units.endAll();
  }
}
