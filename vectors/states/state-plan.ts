/** A vector for a row of the array: a unit grows, in a state, up to the segment about which something is decided. */

import type { Plan } from '../plan.ts';
import { hash } from '../position-code.ts';
import { IPV4, IPV4_TS, IPV6, IPV6_TS, Scene, type Variant } from '../scene.ts';
import type { Fields } from '../symmetries.ts';
import type { Connection, SegmentSpec } from '../vector.ts';
import type { Row } from './covering.ts';
import type { Decision } from './decisions.ts';
import { decisionCalled, type Levels, levelsOf, STATE_DIMENSIONS } from './dimensions.ts';
import { ExpectedUnits } from './expected-units.ts';

const VARIANTS: Readonly<Record<string, Variant>> = {
  ipv4: IPV4,
  ipv6: IPV6,
  'ipv4-ts': IPV4_TS,
  'ipv6-ts': IPV6_TS,
};

const OTHERS: Readonly<Record<string, number>> = {
  none: 0,
  one: 1,
  five: 5,
  nine: 9,
  reverse: 1,
  'other-version': 1,
};

/** Every how many segments the other connections send one; less often beside a long unit. */
const TURN = 4;
const LONG_TURN = 16;
const LONG = 20;
const DATAGRAM = 65_535;
const HEADERS = 60;

/** The id of the row's vector: the same levels have the same, whatever other rows there are. */
export function stateId(row: Row): string {
  const levels = levelsOf(row);
  const { family, name } = decisionCalled(levels.decision);
  const digest = hash(JSON.stringify(levels)).toString(16).padStart(8, '0');
  return `${family}/states/${name}/${digest}/${levels.variant}`;
}

export function statePlan(row: Row): Plan {
  const levels = levelsOf(row);
  const decision = decisionCalled(levels.decision);
  const play = new StatePlay(levels, decision);
  play.run();
  return {
    id: stateId(row),
    title: `${decision.title}; ${saidOf(levels)}`,
    rules: decision.rules,
    level: decision.level,
    scene: play.scene,
    groups: play.units.groups,
    ends: play.ends,
    moves: Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== 'usual')),
  };
}

/** What is not usual; what symmetries move is said by them. */
function saidOf(levels: Levels): string {
  const own = STATE_DIMENSIONS.slice(2).filter(
    ({ name, levels: all }) =>
      all[0] !== 'usual' && (levels[name] !== all[0] || name === 'count' || name === 'payload'),
  );
  return own.map(({ name }) => `${name} ${levels[name]}`).join(', ');
}

class StatePlay {
  readonly scene: Scene;
  readonly units = new ExpectedUnits();
  readonly #levels: Levels;
  readonly #decision: Decision;
  readonly #others: number;
  #sent = 0;
  #window: number;
  #clock = 7000;

  constructor(levels: Levels, decision: Decision) {
    this.#levels = levels;
    this.#decision = decision;
    this.#others = OTHERS[levels.others] as number;
    this.#window = Number(levels.window);
    this.scene = new Scene(VARIANTS[levels.variant] as Variant, { connections: 1 + this.#others });
    for (let i = 0; i <= this.#others; i++) this.scene.on(i).always(decision.base ?? {});
    this.scene.on(0);
  }

  /** Other connections have hosts of their own, or are the same one's other direction. */
  readonly ends = (own: Connection): Connection[] => {
    const { src, dst, sport, dport } = own;
    if (this.#levels.others === 'reverse') return [own, { src: dst, dst: src, sport: dport, dport: sport }];
    if (this.#levels.others === 'other-version') {
      const digest = hash(src);
      const other = src.includes(':')
        ? { src: `10.${(digest >>> 16) & 0xff}.${(digest >>> 8) & 0xff}.${digest & 0xff}`, dst: '192.0.2.1' }
        : { src: `2001:db8:${(digest >>> 16).toString(16)}:${(digest & 0xffff).toString(16)}::ff`, dst: '2001:db8::1' };
      return [own, { ...own, ...other }];
    }
    const host = (i: number): string => {
      if (src.includes(':'))
        return src.replace(/[0-9a-f]+$/, (last) => (Number.parseInt(last, 16) ^ (i << 4)).toString(16));
      return src.replace(/\d+$/, (last) => String(Number(last) ^ (i << 3)));
    };
    return [
      own,
      ...Array.from({ length: this.#others }, (_, i) => ({ ...own, src: host(i + 1), sport: sport + i + 1 })),
    ];
  };

  run(): void {
    const { before, after } = this.#levels;
    this.#before(before);
    const sizes = this.#sizes();
    sizes.forEach((size, i) => {
      this.#join(size, this.#place(i, sizes.length));
    });
    if (before === 'window-update') this.#windowUpdate();
    if (before === 'exception-now') this.#exception();
    const { nxt } = this.scene;
    this.#decided(sizes.at(-1) as number);
    const usual = Math.min(Number(this.#levels.payload), 1448);
    if (after === 'data-again') this.scene.from(nxt);
    if (after !== 'dpc') {
      if (this.#decision.effect === 'starts' && this.#decision.joinedByNext !== true) this.#start(usual);
      else this.#join(usual, {});
      this.#join(usual, {});
    }
    this.#turn(true);
    this.#endDpc();
  }

  /** Payloads of the unit before the decided segment. */
  #sizes(): number[] {
    const count = Number(this.#levels.count);
    const volume = Number(this.#levels.volume);
    const payload = Number(this.#levels.payload);
    const size = volume === 0 ? payload : Math.ceil(volume / count);
    return Array.from({ length: count }, () => size);
  }

  #place(i: number, count: number): SegmentSpec {
    const { psh, 'ttl-moves': ttl } = this.#levels;
    const isPushed = psh === 'always' || (psh === 'first' && i === 0) || (psh === 'before' && i === count - 1);
    const isFirst = i === 0;
    return {
      ...(isPushed ? { flags: this.#flags('P') } : {}),
      ...(ttl === 'down-before' && i === count - 1 && count > 1 ? { ttl: 30 } : {}),
      ...this.#mark(isFirst ? 'first' : 'other'),
    };
  }

  #flags(letters: string, own = this.#decision.base?.flags ?? 'A'): string {
    return [...letters].every((letter) => own.includes(letter)) ? own : `${own}${letters}`;
  }

  #mark(which: 'first' | 'this' | 'other'): SegmentSpec {
    const [who, mark] = this.#levels.checksums.split('-');
    if (mark === undefined || (who !== 'all' && who !== which)) return {};
    return { csum: mark as 'partial' | 'unnecessary' };
  }

  /** What every segment of the connection has: ACK, window, timestamps as they run. */
  #running(isDecided: boolean): SegmentSpec {
    const { 'ack-moves': ack, 'window-moves': window, timestamps } = this.#levels;
    const fields: { ack?: number; window?: number; timestamps?: readonly [number, number] } = {};
    const moves = (how: string | undefined): boolean => how === 'always' || (isDecided && how === 'now');
    if (moves(ack)) fields.ack = (this.scene.ackNumber + 10) >>> 0;
    if (moves(window)) this.#window += 1;
    if (isDecided && window === 'falls') this.#window -= 1;
    fields.window = this.#window;
    if (this.scene.variant.timestamps) {
      if (timestamps === 'rise') this.#clock++;
      fields.timestamps = [this.#clock, 4000 + (timestamps === 'rise' ? this.#clock - 7000 : 0)];
    }
    return fields;
  }

  #join(length: number, fields: SegmentSpec): void {
    this.#turn(false);
    this.scene.data(length, { ...this.#running(false), ...fields });
    this.units.join(0);
  }

  #start(length: number): void {
    this.#turn(false);
    this.scene.data(length, this.#running(false));
    this.units.start(0);
  }

  #exception(): void {
    this.scene.data(1, { ...this.#running(false), flags: this.#flags('S') });
    this.units.alone(0);
  }

  #windowUpdate(): void {
    this.#window += 7;
    // It acknowledges nothing more.
    const { ackNumber: ack } = this.scene;
    this.scene.windowUpdate({ ...this.#running(false), ack, window: this.#window });
    this.units.join(0);
  }

  #before(before: string): void {
    if (before === 'exception') this.#exception();
    if (before === 'restart') {
      this.#join(50, {});
      this.scene.from(this.scene.nxt + 500);
      // Whatever comes next leaves a gap.
      this.#start(50);
    }
    if (before === 'dpc' || before === 'two-dpcs') {
      this.#join(60, {});
      this.#exception();
      this.#turn(true);
      this.#endDpc();
    }
    if (before === 'two-dpcs') {
      this.#join(60, {});
      this.#join(60, {});
      this.#endDpc();
    }
    if (before === 'rsc-switched') this.#switched({ rsc4: false, rsc6: false }, { rsc4: true, rsc6: true });
    if (before === 'rxcsum-switched') this.#switched({ rxcsum: false }, { rxcsum: true });
  }

  #switched(off: Parameters<Scene['set']>[0], on: Parameters<Scene['set']>[0]): void {
    this.#join(60, {});
    this.#join(60, {});
    this.scene.set(off);
    this.units.endAll();
    this.scene.data(60, this.#running(false));
    this.units.unordered();
    this.scene.set(on);
  }

  #decided(lastSize: number): void {
    const { kind = 'data', effect, fields = {}, ahead } = this.#decision;
    const { psh, 'ttl-moves': ttl } = this.#levels;
    const running = this.#running(true);
    if (kind === 'acked-data') {
      this.scene.ack({ ...this.#running(false), ack: (this.scene.ackNumber + 1000) >>> 0 });
      this.units.start(0);
    }
    const own: Fields = { ...running, ...fields, ...this.#mark('this') };
    if (kind === 'acked-data') own.ack = this.scene.ackNumber;
    if (psh === 'now' || psh === 'always')
      own.flags = this.#flags('P', fields.flags ?? this.#decision.base?.flags ?? 'A');
    if (ttl === 'up') own.ttl = 200;
    if (ttl === 'down') own.ttl = 9;
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
    else if (kind === 'keep-alive') scene.duplicate({ ...own, seq: (scene.nxt - 1) >>> 0 });
    else if (kind === 'duplicate') scene.duplicate(own);
    else if (kind === 'window-update') {
      this.#window += 3;
      scene.windowUpdate({ ...own, window: this.#window });
    } else if (this.#decision.name === 'older-ack') scene.data(length, { ...own, ack: (scene.ackNumber - 400) >>> 0 });
    else if (this.#decision.effect === 'unordered') scene.unsequenced(length, own);
    else if (ahead === 'old') scene.data(lastSize, { ...own, seq: (scene.nxt - lastSize) >>> 0 });
    else if (typeof ahead === 'number') scene.data(Math.max(2, length), { ...own, seq: (scene.nxt + ahead) >>> 0 });
    else scene.data(length, own);
  }

  /** Of the decided segment's payload. */
  #length(lastSize: number): number {
    if (this.#decision.isLong === true) return 8948;
    const { relation } = this.#levels;
    const room = DATAGRAM - HEADERS - Math.max(Number(this.#levels.volume), 0) - 3 * 1500;
    const base = Math.min(lastSize, this.#levels.volume === '0' ? 8948 : room);
    if (relation === 'longer') return Math.min(lastSize + 7, 9000);
    return relation === 'shorter' ? Math.max(1, Math.min(base, lastSize) - 7) : base;
  }

  /** The other connections send one each, which joins what they sent before. */
  #turn(always: boolean): void {
    const turn = Number(this.#levels.count) > LONG ? LONG_TURN : TURN;
    if (!always && this.#sent++ % turn !== 1) return;
    for (let i = 1; i <= this.#others; i++) {
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
