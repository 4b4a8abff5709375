/** The connections of a pair of captures that are followed at a time. */

import type { Segment } from '../../reference-impl/wire/segment.ts';
import { connectionOf } from '../judge/arrival.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { type ConnectionName, nameOf } from './connection-name.ts';
import type { DatagramFrame } from './datagram-frame.ts';
import { HistoryBudget } from './history-budget.ts';
import type { CommonRange } from './missing-segments.ts';

/** Maximum number of connections to follow. */
const MOST = 65_536;

export class Connections implements Iterable<Connection> {
  readonly #followed = new Map<string, Connection>();
  #left: Connection[] = [];
  readonly #options: ConnectionOptions;

  constructor(options: Omit<ConnectionOptions, 'budget' | 'common'>) {
    const common: CommonRange = { first: Number.POSITIVE_INFINITY, last: -1 };
    this.#options = { ...options, budget: new HistoryBudget(), common };
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#followed.values();
  }

  /** Those that had to go since the last call, because there were too many: they are followed no more. */
  takeLeft(): readonly Connection[] {
    const left = this.#left;
    this.#left = [];
    return left;
  }

  /** `key`: see `connectionOf`. */
  known(key: string): Connection | undefined {
    return this.#followed.get(key);
  }

  /** A new one if it is not known. */
  ofSegment(segment: Segment): Connection {
    return this.#for(connectionOf(segment), 'tcp', () => nameOf(segment, segment.tcpOffset));
  }

  /** A new one if it is not known. */
  ofDatagram({ segment, datagram }: DatagramFrame): Connection {
    return this.#for(`udp ${datagram.connection}`, 'udp', () => {
      const name = nameOf(segment, datagram.udpOffset);
      return { ...name, name: `${name.name}/udp` };
    });
  }

  #for(key: string, protocol: 'tcp' | 'udp', name: () => ConnectionName): Connection {
    const known = this.#followed.get(key);
    if (known !== undefined) {
      // The age only matters when some have to go.
      if (this.#followed.size >= MOST / 2) {
        this.#followed.delete(key);
        this.#followed.set(key, known);
      }
      return known;
    }
    const [oldest] = this.#followed;
    if (oldest !== undefined && this.#followed.size >= MOST) {
      this.#left.push(oldest[1]);
      this.#followed.delete(oldest[0]);
    }
    const connection = new Connection(key, name(), protocol, this.#options);
    this.#followed.set(key, connection);
    return connection;
  }
}
