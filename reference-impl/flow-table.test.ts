/** The table beside a plain list: whatever is added, found and removed, in whatever order. */

import { expect } from 'chai';
import fc from 'fast-check';
import { BASE6, data, parsed } from '../testing/scenario.ts';
import { FlowTable } from './flow-table.ts';
import { Memory } from './memory.ts';
import type { Unit } from './unit.ts';
import type { Segment } from './wire/segment.ts';

/** More than the buckets that a table begins with. */
const CONNECTIONS = 700;
const HOSTS = 5;

/** Connections of a few hosts, every seventh of IPv6. */
function connection(index: number): Segment {
  const host = index % HOSTS;
  const version =
    index % 7 === 0 ? { src: `fd00::${host + 1}`, dst: BASE6.dst } : { src: `10.0.0.${host + 1}`, dst: '10.0.1.1' };
  return parsed(data(0, { ...version, sport: 1000 + index, dport: 80 }));
}

const segments = Array.from({ length: CONNECTIONS }, (_, index) => connection(index));
const key = ({ key: words, keyWords }: Segment | Unit): string => words.subarray(0, keyWords).join();
const hosts = ({ key: words, hostWords }: Segment | Unit): string => words.subarray(0, hostWords).join();

interface Pending {
  readonly index: number;
  readonly unit: Unit;
}

/** All that can be asked about one connection, by table and by list. */
function compare(table: FlowTable, pending: readonly Pending[], index: number): void {
  const segment = segments[index] as Segment;
  expect(table.size).to.equal(pending.length);
  expect(table.oldest).to.equal(pending[0]?.unit);
  expect(table.find(segment)).to.equal(pending.find((one) => one.index === index)?.unit);
  const between = pending.filter(({ unit }) => hosts(unit) === hosts(segment));
  expect(table.allByHosts(segment).map(key)).to.deep.equal(between.map(({ unit }) => key(unit)));
}

function play(steps: readonly (readonly [number, boolean])[]): void {
  const table = new FlowTable(new Memory());
  let pending: Pending[] = [];
  steps.forEach(([index, isRemoval], arrival) => {
    const held = pending.find((one) => one.index === index);
    if (held === undefined) pending.push({ index, unit: table.add(segments[index] as Segment, arrival) });
    else if (isRemoval) {
      table.remove(held.unit);
      pending = pending.filter((one) => one !== held);
    }
    compare(table, pending, index);
    compare(table, pending, (index + HOSTS) % CONNECTIONS);
  });
  const order: number[] = [];
  for (let unit = table.oldest; unit !== undefined; unit = unit.newer) order.push(unit.arrivals[0] as number);
  expect(order).to.deep.equal(pending.map(({ unit }) => unit.arrivals[0]));
}

describe('flow table', () => {
  it('finds what a list would find', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(11), fc.boolean()), { maxLength: 60 }), (steps) => play(steps)));
  });

  it('goes on finding as it grows, and after most have left it', () => {
    const all = Array.from({ length: CONNECTIONS }, (_, index) => index);
    play([
      ...all.map((index) => [index, false] as const),
      ...all.filter((index) => index % 3 !== 0).map((index) => [index, true] as const),
      ...all.slice(0, 30).map((index) => [index, true] as const),
    ]);
  });

  it('tells connections and hosts apart by their addresses, not by their hashes', () => {
    const few = segments.slice(0, 16);
    const before = few.map(({ hash, hostHash }) => ({ hash, hostHash }));
    try {
      for (const segment of few) Object.assign(segment, { hash: 3, hostHash: 5 });
      fc.assert(fc.property(fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 60 }), (steps) => play(steps)));
    } finally {
      for (const [i, segment] of few.entries()) Object.assign(segment, before[i]);
    }
  });

  it('takes a unit that was removed for the next, as new', () => {
    const table = new FlowTable(new Memory());
    const [first, second] = segments as [Segment, Segment];
    const unit = table.add(first, 1);
    table.remove(unit);
    expect(table.add(second, 2)).to.equal(unit);
    expect(table.find(first)).to.equal(undefined);
    expect([unit.segments, unit.arrivals[0]]).to.deep.equal([1, 2]);
  });
});
