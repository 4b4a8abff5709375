/** Plays a state: a unit grows up to the decided segment. */

import type { Fields } from '../symmetry-parts.ts';
import type { SegmentSpec } from '../vector.ts';
import {
  type Before,
  EARLIER,
  EARLIER_SIZES,
  GUEST_EXCEPTIONS,
  type JustBefore,
  NO_SEGMENTS,
  type SessionLevel,
} from './before.ts';
import { checksumMark } from './checksum-mark.ts';
import type { Decision } from './decision.ts';
import { StateHistory } from './state-history.ts';

const GAP = 500;
const WAIT = 20;

export class StatePlay extends StateHistory {
  run(): void {
    const { before } = this.levels;
    const session = (this.levels.session ?? 'nothing') as SessionLevel;
    this.beginSession(session);
    this.happenEarlier(Number(this.levels.history ?? 0));
    this.#happenBefore(before as Before);
    if (this.others.isFirst) this.turn(true);
    if (session === 'long-unit-elsewhere') this.growElsewhere();
    if (session === 'tunnels-elsewhere') this.sendInTunnels();
    const sizes = this.sizes.unit();
    sizes.forEach((size, i) => {
      this.join(size, this.#place(i, sizes.length), i > 0 && i === sizes.length - 1 ? 'before' : 'other');
    });
    if (session === 'datagrams-elsewhere') this.sendDatagramsElsewhere();
    if (before === 'window-update') {
      this.windowUpdate();
      if (this.open.one('after window update', [true, false])) this.join(sizes.at(-1) as number, {});
    }
    if (before === 'exception-now') this.exception();
    this.#happenJustBefore(this.levels['just-before'] as JustBefore);
    const { nxt } = this.scene;
    const lastSize = sizes.at(-1) as number;
    this.#decided(lastSize);
    this.#comeAfter(nxt, lastSize);
    this.turn(true);
    this.endDpc();
  }

  /** Sends the segments after it; `nxt` is the sequence number of the decided segment. */
  #comeAfter(nxt: number, lastSize: number): void {
    const { after } = this.levels;
    const { effect, joinedByNext, repeats } = this.decision;
    const usual = Math.min(this.sizes.payload, 1448);
    if (after === 'again' || repeats === true) this.#decided(lastSize);
    if (after === 'dpc') return;
    if (after === 'data-again') this.scene.from(nxt);
    // A segment that joined is the last of its unit, unless data comes after it.
    const isOff = after.endsWith('-off');
    if (effect === 'starts' && (joinedByNext !== true || this.#isEmpty)) this.start(usual);
    else if (effect !== 'joins' || !isOff) this.join(usual, {});
    if (after === 'rsc-off') this.whileOff({ rsc4: false, rsc6: false }, { rsc4: true, rsc6: true }, usual);
    if (after === 'rxcsum-off') this.whileOff({ rxcsum: false }, { rxcsum: true }, usual);
    this.join(usual, {});
  }

  get #isEmpty(): boolean {
    return this.levels.relation === 'no-payload';
  }

  #place(i: number, count: number): SegmentSpec {
    const { psh, 'ttl-moves': ttl } = this.levels;
    const isPushed = psh === 'always' || (psh === 'first' && i === 0) || (psh === 'before' && i === count - 1);
    return {
      ...(isPushed ? { flags: this.flags('P') } : {}),
      ...(ttl === 'down-before' && i === count - 1 && count > 1 ? { ttl: 30 } : {}),
      ...(ttl === 'low-first' && i === 0 ? { ttl: 9 } : {}),
      ...this.#mark(i === 0 ? 'first' : 'other'),
    };
  }

  #mark(which: 'first' | 'this' | 'other'): SegmentSpec {
    return checksumMark(this.decision, this.levels.checksums, which);
  }

  #earlierUnit(): void {
    const count = this.open.one('earlier', EARLIER);
    const size = this.open.one('size', count > 2 && this.isOpen('layout') ? EARLIER_SIZES : [60]);
    for (let i = 0; i < count; i++) this.join(size, {});
  }

  #happenBefore(before: Before): void {
    if (before.startsWith('exception') && before !== 'exception-now')
      for (let i = this.open.one('exceptions before', [1, 1, 3]); i > 0; i--) this.exception();
    if (before === 'two-exceptions-at-once')
      for (let i = this.open.number('exceptions', 1, 3); i > 0; i--) this.exception();
    if (before.startsWith('restart'))
      for (let i = this.open.one('restarts', [1, 2, 3, 4]); i > 0; i--) this.otherUnit(i > 1);
    if (before === 'two-pushed') {
      for (let i = 0; i < 2; i++) {
        this.join(50, { flags: this.flags('P') });
        this.gap();
      }
    }
    if (before === 'wait') this.scene.wait(WAIT);
    if (before.includes('dpc')) {
      this.#earlierUnit();
      if (before === 'dpc-with-exception') this.exception();
      this.turn(true);
      this.endDpc();
    }
    if (before === 'idle-dpc') for (let i = this.open.number('idle', 1, 3); i > 0; i--) this.endDpc();
    if (before === 'two-dpcs-at-once') {
      this.join(60, {});
      this.join(60, {});
      this.endDpc();
    }
    if (before === 'rsc-switched-at-once') this.rscSwitched();
    if (before === 'rxcsum-switched') this.switched({ rxcsum: false }, { rxcsum: true });
  }

  #guestException(): SegmentSpec {
    const takesFragments =
      this.scene.variant.ipVersion === 4 && ['df', 'reserved-flag', 'layout'].every((name) => this.isOpen(name));
    const { flags, ...fields } = this.open.one(
      'guest',
      GUEST_EXCEPTIONS.filter((one) => takesFragments || !('fragmentOffset' in one)),
    );
    return flags === undefined ? fields : { flags: this.flags(flags) };
  }

  #happenJustBefore(justBefore: JustBefore): void {
    if (justBefore === 'wait') this.scene.wait(WAIT);
    if (justBefore === 'no-segment')
      for (let i = this.open.one('frames that are no segments', [1, 1, 2, 4]); i > 0; i--) {
        const fields = this.open.one<SegmentSpec>(i === 1 ? 'no segment' : `no segment ${i}`, NO_SEGMENTS);
        this.scene.unsequenced(40, { ...this.running('other'), ...fields });
        this.units.unordered();
      }
    if (this.guestKind === undefined) return;
    this.scene.on(this.guest).data(40, justBefore === 'exception' ? this.#guestException() : {});
    if (justBefore === 'exception') this.units.alone(this.guest);
    else this.units.join(this.guest);
    if (justBefore === 'data') {
      this.scene.data(40);
      this.units.join(this.guest);
    }
    if (justBefore === 'restart') {
      this.scene.from(this.scene.nxt + GAP).data(40);
      this.units.start(this.guest);
    }
    this.scene.on(0);
  }

  /** No symmetry moves what it sets. A part of a segment has no mark. */
  #isFree({ urgent, extensions = [] }: SegmentSpec): boolean {
    const isPart = extensions.some((one) => one.kind === 'fragment' && one.more === true);
    return (urgent === undefined || this.isOpen('urgent-pointer')) && (!isPart || this.levels.checksums === 'untold');
  }

  #decided(lastSize: number): void {
    const { kind = 'data', effect, fields: usual = {}, or = [], ahead } = this.decision;
    const fields = this.open.one('decided', [usual, ...or.filter((one) => this.#isFree(one))]);
    const { psh, 'ttl-moves': ttl } = this.levels;
    const running = this.running('decided');
    const isAcked = kind === 'acked-data' || kind === 'acked-duplicate';
    if (isAcked) {
      this.scene.ack({ ...this.running('other'), ack: (this.scene.ackNumber + 1000) >>> 0 });
      this.units.start(0);
    }
    const own: Fields = { ...running, ...fields, ...this.#mark('this') };
    if (isAcked) own.ack = this.scene.ackNumber;
    if (psh === 'now' || psh === 'always')
      own.flags = this.flags('P', fields.flags ?? this.decision.base?.flags ?? 'A');
    if (ttl === 'up') own.ttl = this.open.number('ttl', 65, 255);
    if (ttl === 'down') own.ttl = this.open.number('ttl', 1, 29);
    if (ttl === 'low-first') own.ttl = 40;
    if (kind === 'later-timestamp') own.timestamps = [(this.clock - this.open.older('tsval')) >>> 0, 1];
    if ('timestamps' in fields) Object.assign(own, { timestamps: fields.timestamps });
    this.#send(kind, own, this.sizes.decided(lastSize), lastSize, ahead);
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
    else if (this.decision.name === 'older-ack')
      scene.data(length, { ...own, ack: (scene.ackNumber - this.open.older('ack')) >>> 0 });
    else if (this.decision.effect === 'unordered') scene.unsequenced(length, own);
    else if (ahead === 'old') scene.data(lastSize, { ...own, seq: (scene.nxt - lastSize) >>> 0 });
    else if (ahead === 'gap') scene.data(length, { ...own, seq: (scene.nxt + this.open.gap()) >>> 0 });
    else if (typeof ahead === 'number') scene.data(Math.max(2, length), { ...own, seq: (scene.nxt + ahead) >>> 0 });
    else scene.data(length, own);
  }

  #sendOlderAck(own: SegmentSpec): void {
    const ack = (this.scene.ackNumber - this.open.older('ack')) >>> 0;
    // What follows does not acknowledge less than it.
    this.scene.duplicate({ ...own, ack });
  }

  /** A window update, except for the decided fields: it acknowledges nothing more. */
  #sendEmpty(own: SegmentSpec): void {
    this.window += this.open.one('raised', [1, 3, 256]);
    this.scene.windowUpdate({ ...own, ack: this.scene.ackNumber, window: this.window });
  }
}
