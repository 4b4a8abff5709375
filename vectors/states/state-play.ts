/** Plays a state: a unit grows up to the segment about which something is decided. */

import { ALL, Scene, type Variant } from '../scene.ts';
import type { Fields } from '../symmetry-parts.ts';
import type { Connection, SegmentSpec } from '../vector.ts';
import {
  type Before,
  DIFFERENCES,
  EARLIER,
  EARLIER_SIZES,
  EXCEPTIONS,
  GUEST_EXCEPTIONS,
  guestOf,
  type JustBefore,
  NO_SEGMENTS,
} from './before.ts';
import { checksumMark } from './checksum-mark.ts';
import type { Decision } from './decisions.ts';
import type { Levels } from './dimensions.ts';
import { ExpectedUnits } from './expected-units.ts';
import { OpenValues } from './open-values.ts';
import { connectionsBeside, OTHERS, type Others } from './others.ts';
import { StateSizes } from './state-sizes.ts';

/** The other connections send one segment for so many; less often beside a long unit, and seldom if they are many. */
const TURN = 4;
const LONG_TURN = 16;
const LONG = 20;
const MANY = 5;

const GAP = 500;
const WAIT = 20;
/** A number that is too small for one field, and one that is too large for it. */
const SHORT = 0xffff;
const LEAP = 100_000;

export class StatePlay {
  readonly scene: Scene;
  readonly units: ExpectedUnits = new ExpectedUnits();
  readonly #levels: Levels;
  readonly #decision: Decision;
  readonly #others: Others;
  /** The connection that sends once, just before the decided segment. */
  readonly #guest: number;
  readonly #open: OpenValues;
  readonly #sizes: StateSizes;
  #sent = 0;
  #window: number;
  #clock = 7000;
  #echo = 4000;
  /** The next segment leaves a gap. */
  #isGap = false;

  constructor(levels: Levels, decision: Decision) {
    this.#levels = levels;
    this.#decision = decision;
    this.#others = OTHERS[levels.others] as Others;
    this.#window = Number(levels.window);
    this.#open = new OpenValues(levels);
    this.#sizes = new StateSizes(levels, decision, this.#open);
    this.#guest = 1 + this.#others.count;
    const connections = this.#guest + (this.#guestKind === undefined ? 0 : 1);
    this.scene = new Scene(ALL.find(({ name }) => name === levels.variant) as Variant, { connections });
    for (let i = 0; i < connections; i++)
      this.scene.on(i).always({ ...decision.base, ...(i === 0 ? {} : this.#ofAnother(i)) });
    this.scene.on(0);
  }

  readonly ends = (own: Connection): Connection[] =>
    // A later fragment names no ports: it ends the units of all connections between its hosts.
    connectionsBeside(own, this.#others, this.#guestKind, this.#decision.name !== 'later-fragment');

  get #guestKind(): ReturnType<typeof guestOf> {
    return guestOf(this.#levels['just-before'] as JustBefore);
  }

  /** Some of the other connections have timestamps where this one has none, or tags. */
  #ofAnother(connection: number): SegmentSpec {
    const isOtherwise = this.#open.one(`timestamps of ${connection}`, [false, true]);
    const timestamps = this.scene.variant.timestamps ? undefined : ([5000, 1] as const);
    const isTagged = this.#isOpen('tags') && this.#open.one(`tags of ${connection}`, [false, true]);
    return {
      ...(isOtherwise ? ({ timestamps } as SegmentSpec) : {}),
      ...(isTagged ? { tags: [{ vid: this.#open.number('vid', 1, 4095) }] } : {}),
    };
  }

  /** Neither a symmetry moves it, nor is something decided on it. */
  #isOpen(name: string): boolean {
    const { settles = [], fields = {}, base = {} } = this.#decision;
    return (this.#levels[name] ?? 'usual') === 'usual' && !settles.includes(name) && !(name in { ...fields, ...base });
  }

  run(): void {
    const { before } = this.#levels;
    this.#happenBefore(before as Before);
    if (this.#others.isFirst) this.#turn(true);
    const sizes = this.#sizes.unit();
    sizes.forEach((size, i) => {
      this.#join(size, this.#place(i, sizes.length), i > 0 && i === sizes.length - 1 ? 'before' : 'other');
    });
    if (before === 'window-update') {
      this.#windowUpdate();
      if (this.#open.one('after window update', [true, false])) this.#join(sizes.at(-1) as number, {});
    }
    if (before === 'exception-now') this.#exception();
    this.#happenJustBefore(this.#levels['just-before'] as JustBefore);
    const { nxt } = this.scene;
    const lastSize = sizes.at(-1) as number;
    this.#decided(lastSize);
    this.#comeAfter(nxt, lastSize);
    this.#turn(true);
    this.#endDpc();
  }

  /** Sends the segments after it; `nxt` is the sequence number of the decided segment. */
  #comeAfter(nxt: number, lastSize: number): void {
    const { after } = this.#levels;
    const { effect, joinedByNext, repeats } = this.#decision;
    const usual = Math.min(this.#sizes.payload, 1448);
    if (after === 'again' || repeats === true) this.#decided(lastSize);
    if (after === 'dpc') return;
    if (after === 'data-again') this.scene.from(nxt);
    // A segment that joined is the last of its unit, unless data comes after it.
    const isOff = after.endsWith('-off');
    if (effect === 'starts' && (joinedByNext !== true || this.#isEmpty)) this.#start(usual);
    else if (effect !== 'joins' || !isOff) this.#join(usual, {});
    if (after === 'rsc-off') this.#whileOff({ rsc4: false, rsc6: false }, { rsc4: true, rsc6: true }, usual);
    if (after === 'rxcsum-off') this.#whileOff({ rxcsum: false }, { rxcsum: true }, usual);
    this.#join(usual, {});
  }

  get #isEmpty(): boolean {
    return this.#levels.relation === 'no-payload';
  }

  #place(i: number, count: number): SegmentSpec {
    const { psh, 'ttl-moves': ttl } = this.#levels;
    const isPushed = psh === 'always' || (psh === 'first' && i === 0) || (psh === 'before' && i === count - 1);
    return {
      ...(isPushed ? { flags: this.#flags('P') } : {}),
      ...(ttl === 'down-before' && i === count - 1 && count > 1 ? { ttl: 30 } : {}),
      ...(ttl === 'low-first' && i === 0 ? { ttl: 9 } : {}),
      ...this.#mark(i === 0 ? 'first' : 'other'),
    };
  }

  #flags(letters: string, own = this.#decision.base?.flags ?? 'A'): string {
    return [...letters].every((letter) => own.includes(letter)) ? own : `${own}${letters}`;
  }

  #mark(which: 'first' | 'this' | 'other'): SegmentSpec {
    return checksumMark(this.#decision, this.#levels.checksums, which);
  }

  /** The running fields of every segment of the connection: ACK, window, timestamps. */
  #running(which: 'before' | 'decided' | 'other'): SegmentSpec {
    const { 'ack-moves': ack, 'window-moves': window, timestamps } = this.#levels;
    const isDecided = which === 'decided';
    const fields: { ack?: number; window?: number; timestamps?: readonly [number, number] } = {};
    const moves = (how: string | undefined): boolean =>
      how === 'always' || how === which || (isDecided && (how === 'now' || how === 'leaps'));
    if (moves(ack))
      fields.ack = (this.scene.ackNumber + (ack === 'leaps' ? this.#open.number('ack', 256, LEAP) : 10)) >>> 0;
    if (moves(window)) this.#window += 1;
    if (isDecided && window === 'falls') this.#window -= 1;
    fields.window = this.#window;
    if (this.scene.variant.timestamps) {
      if (timestamps === 'rise') this.#clock++;
      if (timestamps === 'leap' && isDecided) this.#clock += this.#open.number('tsval', 256, LEAP);
      if (timestamps === 'rise' || (timestamps === 'echo' && isDecided)) this.#echo++;
      fields.timestamps = [this.#clock, this.#echo];
    }
    return fields;
  }

  #join(length: number, fields: SegmentSpec, which: 'before' | 'other' = 'other'): void {
    this.#turn(false);
    this.scene.data(length, { ...this.#running(which), ...fields });
    if (this.#isGap) this.units.start(0);
    else this.units.join(0);
    this.#isGap = false;
  }

  #start(length: number): void {
    this.#turn(false);
    this.scene.data(length, this.#running('other'));
    this.units.start(0);
  }

  #exception(): void {
    const { flags, ...fields } = this.#open.one(
      'exception',
      EXCEPTIONS.filter((one) => {
        if ('ipOptions' in one) return this.scene.variant.ipVersion === 4;
        // Marks are asked of the target anyway.
        if ('ipsec' in one) return this.#levels.checksums !== 'untold';
        if ('extensions' in one) return this.scene.variant.ipVersion === 6;
        return !('options' in one) || this.#isOpen('layout');
      }),
    );
    const own = flags === undefined ? fields : { flags: this.#flags(flags) };
    this.scene.data(1, { ...this.#running('other'), ...own });
    this.units.alone(0);
  }

  #windowUpdate(): void {
    this.#window += 7;
    // It acknowledges nothing more.
    const { ackNumber: ack } = this.scene;
    this.scene.windowUpdate({ ...this.#running('other'), ack, window: this.#window });
    this.units.join(0);
  }

  #gap(): void {
    this.scene.from(this.scene.nxt + GAP);
    this.#isGap = true;
  }

  /** A unit with which what comes next has something not in common: most often, the place in the stream. */
  #otherUnit(isGap: boolean): void {
    const [, fields] = this.#open.one<(typeof DIFFERENCES)[number] | readonly []>('restart', [
      [],
      [],
      ...DIFFERENCES.filter(([name]) => this.#isOpen(name)),
    ]);
    const count = this.#open.one('restarted', EARLIER);
    for (let i = 0; i < count; i++) this.#join(50, fields ?? {});
    if (fields === undefined || isGap) this.#gap();
    else this.#isGap = true;
  }

  #earlierUnit(): void {
    const count = this.#open.one('earlier', EARLIER);
    const size = this.#open.one('size', count > 2 && this.#isOpen('layout') ? EARLIER_SIZES : [60]);
    for (let i = 0; i < count; i++) this.#join(size, {});
  }

  #happenBefore(before: Before): void {
    if (before.startsWith('exception') && before !== 'exception-now')
      for (let i = this.#open.one('exceptions before', [1, 1, 3]); i > 0; i--) this.#exception();
    if (before === 'two-exceptions-at-once')
      for (let i = this.#open.number('exceptions', 1, 3); i > 0; i--) this.#exception();
    if (before.startsWith('restart'))
      for (let i = this.#open.one('restarts', [1, 2, 3, 4]); i > 0; i--) this.#otherUnit(i > 1);
    if (before === 'two-pushed') {
      for (let i = 0; i < 2; i++) {
        this.#join(50, { flags: this.#flags('P') });
        this.#gap();
      }
    }
    if (before === 'wait') this.scene.wait(WAIT);
    if (before.includes('dpc')) {
      this.#earlierUnit();
      if (before === 'dpc-with-exception') this.#exception();
      this.#turn(true);
      this.#endDpc();
    }
    if (before === 'idle-dpc') for (let i = this.#open.number('idle', 1, 3); i > 0; i--) this.#endDpc();
    if (before === 'two-dpcs-at-once') {
      this.#join(60, {});
      this.#join(60, {});
      this.#endDpc();
    }
    if (before === 'rsc-switched-at-once') this.#rscSwitched();
    if (before === 'rxcsum-switched') this.#switched({ rxcsum: false }, { rxcsum: true });
  }

  /** Off and on, or on while it is on. */
  #rscSwitched(): void {
    const on = { rsc4: true, rsc6: true };
    const how = this.#open.one('switched', ['off', 'on', 'both']);
    if (how !== 'off') this.scene.set(on);
    if (how !== 'on') this.#switched({ rsc4: false, rsc6: false }, on);
  }

  #guestException(): SegmentSpec {
    const takesFragments =
      this.scene.variant.ipVersion === 4 && ['df', 'reserved-flag', 'layout'].every((name) => this.#isOpen(name));
    const { flags, ...fields } = this.#open.one(
      'guest',
      GUEST_EXCEPTIONS.filter((one) => takesFragments || !('fragmentOffset' in one)),
    );
    return flags === undefined ? fields : { flags: this.#flags(flags) };
  }

  #switched(...[off, on]: Parameters<Scene['set']>[0][]): void {
    this.#join(60, {});
    this.#join(60, {});
    this.#whileOff(off as object, on as object, 60);
  }

  /** The units in progress come out. Segments go alone until it is on again. */
  #whileOff(off: Parameters<Scene['set']>[0], on: Parameters<Scene['set']>[0], length: number): void {
    this.scene.set(off);
    this.units.endAll();
    for (let i = 0; i < 2; i++) {
      this.scene.data(length, this.#running('other'));
      this.units.unordered();
    }
    this.scene.set(on);
  }

  #happenJustBefore(justBefore: JustBefore): void {
    if (justBefore === 'wait') this.scene.wait(WAIT);
    if (justBefore === 'no-segment') {
      const fields = this.#open.one<SegmentSpec>('no segment', NO_SEGMENTS);
      this.scene.unsequenced(40, { ...this.#running('other'), ...fields });
      this.units.unordered();
    }
    if (this.#guestKind === undefined) return;
    this.scene.on(this.#guest).data(40, justBefore === 'exception' ? this.#guestException() : {});
    if (justBefore === 'exception') this.units.alone(this.#guest);
    else this.units.join(this.#guest);
    if (justBefore === 'data') {
      this.scene.data(40);
      this.units.join(this.#guest);
    }
    if (justBefore === 'restart') {
      this.scene.from(this.scene.nxt + GAP).data(40);
      this.units.start(this.#guest);
    }
    this.scene.on(0);
  }

  #decided(lastSize: number): void {
    const { kind = 'data', effect, fields: usual = {}, or = [], ahead } = this.#decision;
    const fields = this.#open.one('decided', [usual, ...or]);
    const { psh, 'ttl-moves': ttl } = this.#levels;
    const running = this.#running('decided');
    const isAcked = kind === 'acked-data' || kind === 'acked-duplicate';
    if (isAcked) {
      this.scene.ack({ ...this.#running('other'), ack: (this.scene.ackNumber + 1000) >>> 0 });
      this.units.start(0);
    }
    const own: Fields = { ...running, ...fields, ...this.#mark('this') };
    if (isAcked) own.ack = this.scene.ackNumber;
    if (psh === 'now' || psh === 'always')
      own.flags = this.#flags('P', fields.flags ?? this.#decision.base?.flags ?? 'A');
    if (ttl === 'up') own.ttl = this.#open.number('ttl', 65, 255);
    if (ttl === 'down') own.ttl = this.#open.number('ttl', 1, 29);
    if (ttl === 'low-first') own.ttl = 40;
    if (kind === 'later-timestamp') own.timestamps = [(this.#clock - this.#open.number('tsval', 1, SHORT)) >>> 0, 1];
    if ('timestamps' in fields) Object.assign(own, { timestamps: fields.timestamps });
    this.#send(kind, own, this.#sizes.decided(lastSize), lastSize, ahead);
    if (effect === 'joins') this.units.join(0);
    else if (effect === 'starts') this.units.start(0);
    else if (effect === 'alone') this.units.alone(0);
    else this.units.unordered();
  }

  #send(kind: string, own: SegmentSpec, length: number, lastSize: number, ahead: Decision['ahead']): void {
    const { scene } = this;
    if (kind === 'older-ack') this.#sendOlderAck(own);
    else if (kind === 'ack') scene.ack({ ...own, ack: (scene.ackNumber + 1000) >>> 0 });
    else if (this.#isEmpty) this.#sendEmpty(own);
    else if (kind === 'keep-alive') scene.duplicate({ ...own, seq: (scene.nxt - 1) >>> 0 });
    else if (kind === 'duplicate' || kind === 'acked-duplicate') scene.duplicate(own);
    else if (kind === 'window-update') this.#sendEmpty(own);
    else if (this.#decision.name === 'older-ack')
      scene.data(length, { ...own, ack: (scene.ackNumber - this.#open.number('ack', 1, SHORT)) >>> 0 });
    else if (this.#decision.effect === 'unordered') scene.unsequenced(length, own);
    else if (ahead === 'old') scene.data(lastSize, { ...own, seq: (scene.nxt - lastSize) >>> 0 });
    else if (ahead === 'gap') scene.data(length, { ...own, seq: (scene.nxt + this.#open.gap()) >>> 0 });
    else if (typeof ahead === 'number') scene.data(Math.max(2, length), { ...own, seq: (scene.nxt + ahead) >>> 0 });
    else scene.data(length, own);
  }

  #sendOlderAck(own: SegmentSpec): void {
    const ack = (this.scene.ackNumber - this.#open.number('ack', 1, SHORT)) >>> 0;
    // What comes next does not acknowledge less than it.
    this.scene.duplicate({ ...own, ack });
  }

  /** A window update, apart from the decided fields: it acknowledges nothing more. */
  #sendEmpty(own: SegmentSpec): void {
    this.#window += 3;
    this.scene.windowUpdate({ ...own, ack: this.scene.ackNumber, window: this.#window });
  }

  /** Each other connection sends one segment, which joins its unit. */
  #turn(always: boolean): void {
    const turn = Number(this.#levels.count) > LONG ? LONG_TURN : TURN;
    if (!always && (this.#others.count > MANY || this.#sent++ % turn !== 1)) return;
    for (let i = 1; i <= this.#others.count; i++) {
      this.scene.on(i).data(40);
      this.units.join(i);
    }
    this.scene.on(0);
  }

  #endDpc(): void {
    this.scene.dpc();
    this.units.endAll();
  }
}
