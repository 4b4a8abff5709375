/** The condition of the whole session, and the events long before the decided segment. */

import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { tunnelVariants } from '../families/tunnel-kinds.ts';
import type { SegmentSpec } from '../vector.ts';
import { EVENTS, type HistoryEvent, type SessionLevel } from './before.ts';
import { StateTraffic } from './state-traffic.ts';

export class StateHistory extends StateTraffic {
  protected beginSession(session: SessionLevel): void {
    const is4 = this.scene.variant.ipVersion === 4;
    if (session === 'other-version-off') this.scene.set(is4 ? { rsc6: false } : { rsc4: false });
    if (session === 'uro-on' || session === 'datagrams-elsewhere') this.scene.set({ uro: true });
    if (session === 'fragments-elsewhere')
      this.#sendElsewhere(
        is4
          ? [
              { mf: true, df: false },
              { fragmentOffset: 3, df: false },
            ]
          : [{ extensions: [{ kind: 'fragment' }] }],
      );
    if (session === 'ipsec-elsewhere') this.#sendElsewhere([{ ipsec: true }]);
  }

  /** Frames that go alone, and perhaps the end of a DPC. */
  #sendElsewhere(frames: readonly SegmentSpec[]): void {
    this.scene.on(this.bystander);
    for (const fields of frames) {
      this.scene.data(40, fields);
      this.units.alone(this.bystander);
    }
    this.scene.on(0);
    if (this.open.one('elsewhere', [false, true])) this.endDpc();
  }

  /** They end nothing, and nothing joins them. */
  protected sendInTunnels(): void {
    const { name, timestamps } = this.scene.variant;
    const kinds = TUNNEL_KINDS.filter((kind) => tunnelVariants(kind).some((one) => one.name === name));
    this.scene.on(this.bystander);
    for (let i = this.open.number('tunnels', 1, 3); i > 0; i--) {
      const fields = timestamps ? { timestamps: [this.clock, 1] as const } : {};
      this.scene.data(40, { ...fields, tunnel: { kind: this.open.one(`tunnel ${i}`, kinds) } });
      this.units.unordered();
    }
    this.scene.on(0);
  }

  protected sendDatagramsElsewhere(): void {
    this.scene.on(this.bystander);
    for (let i = this.open.number('datagrams', 1, 4); i > 0; i--) {
      this.scene.datagram(40);
      this.units.join(this.bystander);
    }
    this.scene.on(0);
  }

  /** With PSH on some. */
  protected growElsewhere(): void {
    this.scene.on(this.bystander);
    for (let i = this.open.number('elsewhere', 10, 12); i > 0; i--) {
      this.scene.data(40, i % 4 === 1 ? { flags: this.flags('P') } : {});
      this.units.join(this.bystander);
    }
    this.scene.on(0);
  }

  /** Events, followed by something that what is before cannot join. */
  protected happenEarlier(events: number): void {
    // Switching would turn the other version on.
    const all = EVENTS.filter((event) => {
      if (event.startsWith('updated')) return this.levels.window !== '65535';
      return event !== 'switch' || this.levels.session !== 'other-version-off';
    });
    for (let i = 0; i < events; i++) this.#event(this.open.one(`event ${i}`, all), `of event ${i}`);
    if (this.units.isOpen(0)) this.gap();
  }

  #event(event: HistoryEvent, which: string): void {
    if ((event === 'unit' || event === 'restart') && this.units.isOpen(0)) this.gap();
    if (event === 'unit') for (let i = this.open.number(`segments ${which}`, 1, 4); i > 0; i--) this.join(60, {});
    if (event === 'restart') this.otherUnit(true);
    if (event === 'updated') {
      if (this.units.isOpen(0)) this.gap();
      this.join(60, {});
    }
    if (event.endsWith('ack')) this.#pureAck();
    if (event.startsWith('updated')) this.windowUpdate();
    if (event === 'exception') this.exception(`exception ${which}`);
    if (event === 'switch') this.rscSwitched();
    if (event === 'dpc') this.turn(true);
    if (event.endsWith('dpc')) this.endDpc();
  }

  /** Nothing joins it but a window update: data restarts. */
  #pureAck(): void {
    this.scene.ack({ ...this.running('other'), ack: (this.scene.ackNumber + 1000) >>> 0 });
    this.units.start(0);
    this.isGap = true;
  }
}
