/** Plays a state: a unit grows up to the segment about which something is decided. */

import { IPV4, IPV4_TS, IPV6, IPV6_TS, Scene, type Variant } from '../scene.ts';
import type { Fields } from '../symmetries.ts';
import type { Connection, SegmentSpec } from '../vector.ts';
import { type Before, guestOf, type JustBefore } from './before.ts';
import type { Decision } from './decisions.ts';
import type { Levels } from './dimensions.ts';
import { ExpectedUnits } from './expected-units.ts';
import { connectionsBeside, OTHERS, type Others } from './others.ts';

const VARIANTS: Readonly<Record<string, Variant>> = {
  ipv4: IPV4,
  ipv6: IPV6,
  'ipv4-ts': IPV4_TS,
  'ipv6-ts': IPV6_TS,
};

/** The other connections send one segment for so many; less often beside a long unit, and seldom if they are many. */
const TURN = 4;
const LONG_TURN = 16;
const LONG = 20;
const MANY = 5;
const DATAGRAM = 65_535;
const HEADERS = 60;
/** Payload bytes after the decided segment. */
const AFTER = 3 * 1500;
const isMarkable = ({ name, effect, fields = {} }: Decision): boolean =>
  name !== 'tcp-checksum' && effect !== 'unordered' && !('mf' in fields) && !('fragmentOffset' in fields);

const LARGEST = 9000;
/** Payload bytes of a unit that a decision needs to be as long as that. */
export const LONG_VOLUME = 60_000;
const GAP = 500;
const ACK_LEAP = 40_000;
const TSVAL_LEAP = 1000;
const WAIT = 20;

export class StatePlay {
  readonly scene: Scene;
  readonly units: ExpectedUnits = new ExpectedUnits();
  readonly #levels: Levels;
  readonly #decision: Decision;
  readonly #others: Others;
  /** The connection that sends once, just before the decided segment. */
  readonly #guest: number;
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
    this.#guest = 1 + this.#others.count;
    const connections = this.#guest + (this.#guestKind === undefined ? 0 : 1);
    this.scene = new Scene(VARIANTS[levels.variant] as Variant, { connections });
    for (let i = 0; i < connections; i++) this.scene.on(i).always(decision.base ?? {});
    this.scene.on(0);
  }

  readonly ends = (own: Connection): Connection[] => connectionsBeside(own, this.#others, this.#guestKind);

  get #guestKind(): ReturnType<typeof guestOf> {
    return guestOf(this.#levels['just-before'] as JustBefore);
  }

  run(): void {
    const { before } = this.#levels;
    this.#happenBefore(before as Before);
    if (this.#others.isFirst) this.#turn(true);
    const sizes = this.#sizes();
    sizes.forEach((size, i) => {
      this.#join(size, this.#place(i, sizes.length), i > 0 && i === sizes.length - 1 ? 'before' : 'other');
    });
    if (before === 'window-update') this.#windowUpdate();
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
    const usual = Math.min(Number(this.#levels.payload), 1448);
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

  /** Payloads of the unit before the decided segment. */
  #sizes(): number[] {
    const count = Number(this.#levels.count);
    const volume = this.#decision.isLong === true ? LONG_VOLUME : Number(this.#levels.volume);
    const payload = Number(this.#levels.payload);
    if (volume === 0) return Array.from({ length: count }, () => payload);
    if (count === 1) return [volume];
    const last = Math.min(payload, Math.ceil(volume / count), 900);
    const size = Math.ceil((volume - last) / (count - 1));
    return Array.from({ length: count }, (_, i) => (i === count - 1 ? last : size));
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
    const [first, decided = first] = this.#levels.checksums.split('-');
    const isAll = decided === 'all';
    const mark = which === 'first' || isAll ? first : which === 'this' ? decided : 'untold';
    // A segment with a mark is not verified.
    if (mark === 'untold' || (which === 'this' && !isMarkable(this.#decision))) return {};
    return { csum: mark as 'partial' | 'unnecessary' };
  }

  /** The running fields of every segment of the connection: ACK, window, timestamps. */
  #running(which: 'before' | 'decided' | 'other'): SegmentSpec {
    const { 'ack-moves': ack, 'window-moves': window, timestamps } = this.#levels;
    const isDecided = which === 'decided';
    const fields: { ack?: number; window?: number; timestamps?: readonly [number, number] } = {};
    const moves = (how: string | undefined): boolean =>
      how === 'always' || how === which || (isDecided && (how === 'now' || how === 'leaps'));
    if (moves(ack)) fields.ack = (this.scene.ackNumber + (ack === 'leaps' ? ACK_LEAP : 10)) >>> 0;
    if (moves(window)) this.#window += 1;
    if (isDecided && window === 'falls') this.#window -= 1;
    fields.window = this.#window;
    if (this.scene.variant.timestamps) {
      if (timestamps === 'rise') this.#clock++;
      if (timestamps === 'leap' && isDecided) this.#clock += TSVAL_LEAP;
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
    this.scene.data(1, { ...this.#running('other'), flags: this.#flags('S') });
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

  #happenBefore(before: Before): void {
    if (before.startsWith('exception') && before !== 'exception-now') this.#exception();
    if (before === 'two-exceptions-at-once') {
      this.#exception();
      this.#exception();
    }
    if (before.startsWith('restart') || before === 'two-pushed') {
      const fields = before === 'two-pushed' ? { flags: this.#flags('P') } : {};
      this.#join(50, fields);
      this.#gap();
      if (before === 'two-pushed') {
        this.#join(50, fields);
        this.#gap();
      }
    }
    if (before === 'wait') this.scene.wait(WAIT);
    if (before.includes('dpc')) {
      this.#join(60, {});
      if (before === 'dpc-with-exception') this.#exception();
      this.#turn(true);
      this.#endDpc();
    }
    if (before === 'idle-dpc') this.#endDpc();
    if (before === 'two-dpcs-at-once') {
      this.#join(60, {});
      this.#join(60, {});
      this.#endDpc();
    }
    if (before === 'rsc-switched-at-once') this.#switched({ rsc4: false, rsc6: false }, { rsc4: true, rsc6: true });
    if (before === 'rxcsum-switched') this.#switched({ rxcsum: false }, { rxcsum: true });
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
      this.scene.unsequenced(40, { ...this.#running('other'), corrupt: { dataOffset: 4 } });
      this.units.unordered();
    }
    if (this.#guestKind === undefined) return;
    this.scene.on(this.#guest).data(40, justBefore === 'exception' ? { flags: this.#flags('S') } : {});
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
    const { kind = 'data', effect, fields = {}, ahead } = this.#decision;
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
    if (ttl === 'up') own.ttl = 200;
    if (ttl === 'down') own.ttl = 9;
    if (ttl === 'low-first') own.ttl = 40;
    if (kind === 'later-timestamp') own.timestamps = [this.#clock - 5, 1];
    if ('timestamps' in fields) Object.assign(own, { timestamps: fields.timestamps });
    this.#send(kind, own, this.#length(lastSize), lastSize, ahead);
    if (effect === 'joins') this.units.join(0);
    else if (effect === 'starts') this.units.start(0);
    else if (effect === 'alone') this.units.alone(0);
    else this.units.unordered();
  }

  #send(kind: string, own: SegmentSpec, length: number, lastSize: number, ahead: Decision['ahead']): void {
    const { scene } = this;
    if (kind === 'ack') scene.ack({ ...own, ack: (scene.ackNumber + 1000) >>> 0 });
    else if (this.#isEmpty) this.#sendEmpty(own);
    else if (kind === 'keep-alive') scene.duplicate({ ...own, seq: (scene.nxt - 1) >>> 0 });
    else if (kind === 'duplicate' || kind === 'acked-duplicate') scene.duplicate(own);
    else if (kind === 'window-update') this.#sendEmpty(own);
    else if (this.#decision.name === 'older-ack') scene.data(length, { ...own, ack: (scene.ackNumber - 400) >>> 0 });
    else if (this.#decision.effect === 'unordered') scene.unsequenced(length, own);
    else if (ahead === 'old') scene.data(lastSize, { ...own, seq: (scene.nxt - lastSize) >>> 0 });
    else if (typeof ahead === 'number') scene.data(Math.max(2, length), { ...own, seq: (scene.nxt + ahead) >>> 0 });
    else scene.data(length, own);
  }

  /** A window update, apart from the decided fields: it acknowledges nothing more. */
  #sendEmpty(own: SegmentSpec): void {
    this.#window += 3;
    this.scene.windowUpdate({ ...own, ack: this.scene.ackNumber, window: this.#window });
  }

  /** The length of the decided segment's payload. */
  #length(lastSize: number): number {
    if (this.#decision.isLong === true) return LARGEST;
    const { relation } = this.#levels;
    const room = Math.min(DATAGRAM - HEADERS - Number(this.#levels.volume) - AFTER, LARGEST);
    if (relation === 'longer') return lastSize + 7;
    return relation === 'shorter' ? Math.max(1, lastSize - 7) : Math.min(lastSize, room);
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
