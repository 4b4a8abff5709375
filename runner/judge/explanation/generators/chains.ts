/**
 * The parts of an indication's payload, by its bytes alone: in the order of one stream or not (sorted by sequence number),
 * from several streams, with frames that are not segments, and with Ethernet padding.
 */

import { equalBytes } from '../../../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../../../reference-impl/wire/ethernet.ts';
import { ENOUGH_BYTES } from '../../enough-bytes.ts';
import type { Arrived, Indicated, Protocol } from '../../protocol.ts';
import type { Padding, Proposal, SearchInput } from '../candidate.ts';
import { payloadLength } from '../payload-length.ts';

const MOST_CHAINS = 12;
const MOST_STEPS = 300;
const MOST_SILENT = 2;

interface Chain<A> {
  readonly run: readonly A[];
  readonly padding: readonly Padding<A>[];
  readonly at: number;
}

export function* chains<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  const { protocol } = input;
  const ends = new Set(protocol.payloadEnds(observed));
  const pool = input.arrivals.filter(({ step }) => step < observed.step);
  const end = Math.max(...ends);
  let found = 0;
  let steps = 0;
  for (const start of protocol.payloadStarts(observed)) {
    const open: Chain<A>[] = [{ run: [], padding: [], at: start }];
    for (let chain = open.pop(); chain !== undefined; chain = open.pop()) {
      if (chain.run.length > 0 && ends.has(chain.at)) {
        const { run, padding } = chain;
        yield padding.length > 0 ? { run, padding } : { run };
        for (const whole of withSilent(run, observed, pool, protocol))
          yield padding.length > 0 ? { ...whole, padding } : whole;
        if (++found >= MOST_CHAINS) return;
        if (chain.at === end) continue;
      }
      if (++steps > MOST_STEPS) return;
      // The likeliest is pushed last, so that it is tried first.
      open.push(...continuations(chain, observed, pool, end, protocol).reverse());
    }
  }
}

/** Segments without payload leave no bytes. One may supply the header at the front, another the fields at the end. */
function* withSilent<A extends Arrived, I extends Indicated>(
  run: readonly A[],
  observed: I,
  pool: readonly A[],
  protocol: Protocol<A, I>,
): Generator<Proposal<A>> {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return;
  const silent = pool.filter((arrival) => {
    const { from, to } = protocol.payloadOf(arrival);
    return from === to && !protocol.isMalformed(arrival);
  });
  const before = silent.filter(({ number }) => number < first.number).filter((one) => protocol.isAlike(one, observed));
  const after = silent.filter(({ number }) => number > last.number).filter((one) => protocol.mayEnd(one, observed));
  const between = silent.filter(({ number }) => number > first.number && number < last.number);
  if (between.length > 0) yield { run: [...run, ...between].sort((a, b) => a.number - b.number) };
  for (const one of before.slice(-MOST_SILENT)) yield { run: [one, ...run] };
  for (const one of after.slice(0, MOST_SILENT)) yield { run: [...run, one] };
}

/** The likeliest first: the next arrivals of the same stream, in order. */
function continuations<A extends Arrived, I extends Indicated>(
  chain: Chain<A>,
  observed: I,
  pool: readonly A[],
  end: number,
  protocol: Protocol<A, I>,
): Chain<A>[] {
  const { run, padding, at } = chain;
  const last = run.at(-1);
  const ways: { readonly rank: number; readonly chain: Chain<A> }[] = [];
  for (const arrival of pool) {
    const silent = silentPadding(arrival, observed, at, end, protocol);
    if (silent > 0 && !run.includes(arrival))
      ways.push({
        rank: 8,
        chain: { run: [...run, arrival], padding: [...padding, { arrival, bytes: silent }], at: at + silent },
      });
    const length = lengthAt(arrival, observed, at, end, protocol);
    if (length === 0 || run.includes(arrival)) continue;
    const isSame = last === undefined || protocol.streamOf(last) === protocol.streamOf(arrival);
    const isLater = last === undefined || arrival.number > last.number;
    const rank = (protocol.isMalformed(arrival) ? 4 : 0) + (isSame ? 0 : 2) + (isLater ? 0 : 1);
    ways.push({ rank, chain: { run: [...run, arrival], padding, at: at + length } });
  }
  if (ways.length === 0 && last !== undefined) {
    for (const arrival of pool) {
      const bytes = run.includes(arrival) ? 0 : headersAt(arrival, observed, at, protocol);
      if (bytes === 0) continue;
      const headers = { arrival, bytes: bytes - payloadLength(arrival, { protocol }), isHeaders: true } as const;
      ways.push({ rank: 10, chain: { run: [...run, arrival], padding: [...padding, headers], at: at + bytes } });
    }
  }
  ways.sort((a, b) => a.rank - b.rank);
  const bytes = last === undefined ? 0 : paddingAt(last, observed, at, end, protocol);
  const isNew = padding.at(-1)?.arrival !== last;
  if (last !== undefined && bytes > 0 && isNew)
    ways.push({ rank: 9, chain: { run, padding: [...padding, { arrival: last, bytes }], at: at + bytes } });
  return ways.map((way) => way.chain);
}

/**
 * Number of bytes from `at` on that are the end of the arrival's headers and its payload: the target read the headers as too
 * short. Bytes that follow the payload may be included. 0: there are none.
 */
function headersAt<A extends Arrived, I extends Indicated>(
  arrival: A,
  observed: I,
  at: number,
  protocol: Protocol<A, I>,
): number {
  const { from, to } = protocol.payloadOf(arrival);
  if (from === to || protocol.isMalformed(arrival)) return 0;
  const { frame } = observed;
  for (let start = from - ENOUGH_BYTES; start >= 0; start--) {
    if (at + to - start > frame.length || !equalBytes(arrival.frame, start, frame, at, to - start)) continue;
    // Zeros are in any frame.
    if (arrival.frame.subarray(start, from).every((byte) => byte === 0)) continue;
    let length = to - start;
    const ends = protocol.payloadEnds(observed);
    while (
      !ends.includes(at + length) &&
      start + length < arrival.frame.length &&
      frame[at + length] === arrival.frame[start + length]
    )
      length++;
    return ends.includes(at + length) ? length : to - start;
  }
  return 0;
}

/** How many bytes of the indication from `at` on are the arrival's payload; 0: none. */
function lengthAt<A extends Arrived, I extends Indicated>(
  arrival: A,
  { frame }: I,
  at: number,
  end: number,
  protocol: Protocol<A, I>,
): number {
  if (protocol.isMalformed(arrival)) return commonLength(arrival.frame, frame, at, end);
  const { from, to } = protocol.payloadOf(arrival);
  const length = to - from;
  return length > 0 && at + length <= end && equalBytes(arrival.frame, from, frame, at, length) ? length : 0;
}

/** The payload of such a frame may start anywhere, so every place with equal bytes is tried. */
function commonLength(own: Uint8Array, frame: Uint8Array, at: number, end: number): number {
  if (end - at < ENOUGH_BYTES) return 0;
  const sample = Buffer.from(frame.buffer, frame.byteOffset + at, Math.min(8, end - at));
  const from = Buffer.from(own.buffer, own.byteOffset, own.byteLength).indexOf(sample);
  if (from < 0) return 0;
  let length = sample.length;
  while (at + length < end && from + length < own.length && own[from + length] === frame[at + length]) length++;
  return length;
}

/** Only the padding of a segment without payload can become data. */
function silentPadding<A extends Arrived, I extends Indicated>(
  arrival: A,
  observed: I,
  at: number,
  end: number,
  protocol: Protocol<A, I>,
): number {
  const { from, to } = protocol.payloadOf(arrival);
  return from === to && !protocol.isMalformed(arrival) ? paddingAt(arrival, observed, at, end, protocol) : 0;
}

/** Number of bytes from `at` on that are the padding after the arrival's IP packet, unchanged or zeroed. 0: none. */
function paddingAt<A extends Arrived, I extends Indicated>(
  arrival: A,
  { frame }: I,
  at: number,
  end: number,
  protocol: Protocol<A, I>,
): number {
  const from = protocol.packetEnd(arrival);
  const length = arrival.frame.length - from;
  if (length <= 0 || length > MAX_TRAILER || at + length > end) return 0;
  const isAsItCame = equalBytes(arrival.frame, from, frame, at, length);
  const isZero = !isAsItCame && frame.subarray(at, at + length).every((byte) => byte === 0);
  return isAsItCame || isZero ? length : 0;
}
