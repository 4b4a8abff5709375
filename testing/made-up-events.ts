/** Invented runs for browser tests. */

import { buildFrame } from '../reference-impl/wire/build.ts';
import { toHex } from '../reference-impl/wire/bytes.ts';
import type { RunEvent, SessionEvent } from '../reports/events.ts';

const SESSION: SessionEvent = {
  type: 'session',
  target: 'x',
  targetVersion: '',
  policy: {},
  capabilities: {},
  version: '1',
  digest: '0',
  shard: '1/1',
  strict: false,
  command: 'rsc-conformance run',
  started: '2026-01-01T00:00:00.000Z',
  vectors: 3,
};

/** One vector of many segments, none merged, with a finding about one of them. */
export function longEvents(count: number, wrong: number): RunEvent[] {
  const frames = Array.from({ length: count }, (_, i) => toHex(segment(i)));
  const finding = {
    rule: 'E8a',
    level: 'must',
    arrivals: [wrong],
    field: 'f',
    expected: 'a',
    actual: 'b',
    message: 'm',
  };
  return [
    SESSION,
    {
      type: 'vector',
      vector: 'long/run',
      title: 'Long',
      rules: ['E8a'],
      level: 'must',
      flags: [],
      steps: [...frames.map((rx) => ({ rx })), { dpc: true }],
    },
    {
      type: 'verdict',
      vector: 'long/run',
      verdict: 'fail',
      findings: [finding],
      indications: frames.map((frame, i) => ({ dpc: 0, frame, oob: {}, arrivals: [i] })),
      decisions: [],
      ratio: 0,
      notObserved: [],
      ms: 1,
    },
  ];
}

/** A vector in which a reset drops earlier arrivals. */
export function resetEvents(): RunEvent[] {
  const [before, after] = [toHex(segment(0)), toHex(segment(1))];
  const steps = [{ rx: before }, { set: { negotiate: { without: ['X'] } } }, { rx: after }, { dpc: true }] as const;
  return [
    SESSION,
    { type: 'vector', vector: 'virtio/reset', title: 'Reset', rules: ['V8'], level: 'must', flags: [], steps },
    {
      type: 'verdict',
      vector: 'virtio/reset',
      verdict: 'pass',
      findings: [],
      indications: [{ dpc: 0, frame: after, oob: {}, virtio: { gsoType: 0 }, arrivals: [1] }],
      decisions: [],
      ratio: 1,
      notObserved: [],
      ms: 1,
    },
  ];
}

/** Two vectors of a merge that lacks a shard: a known failure, and one that passes although the baseline lists it. */
export function eventsOfPart(): RunEvent[] {
  const blank = { findings: [], indications: [], decisions: [], ratio: 1, notObserved: [], ms: 1 };
  const known = { reason: 'a defect <of> ours', entry: 'known.json:2' };
  const unexpected = { ...known, expected: 'fail: H5', message: 'It passes now.' };
  const problem = { kind: 'passes', severity: 'fail', entry: 'known.json:3', vectors: ['a/passes'] } as const;
  const baseline = {
    file: 'known.json',
    known: 1,
    problems: [{ ...problem, message: 'It passes now.', change: 'Remove it.' }],
  };
  const vector = (id: string): RunEvent => ({
    type: 'vector',
    vector: id,
    title: id,
    rules: [],
    level: 'must',
    flags: [],
    steps: [],
  });
  return [
    { ...SESSION, partial: 'shard 2/3 is missing' },
    vector('a/fails'),
    { type: 'verdict', vector: 'a/fails', verdict: 'fail', ...blank, known },
    vector('a/passes'),
    { type: 'verdict', vector: 'a/passes', verdict: 'pass', ...blank, unexpected },
    {
      type: 'end',
      counts: { pass: 1, 'pass-less': 0, warn: 0, fail: 1, unsupported: 0, error: 0 },
      exit: 1,
      notRun: 1,
      baseline,
    },
  ];
}

/** Segments of one connection, in order; from the fiftieth on with CE. */
export function segment(i: number): Uint8Array {
  const ends = { src: '192.0.2.1', dst: '198.51.100.7', sport: 443, dport: 50_000 };
  const payload = new Uint8Array(100).fill(i);
  return buildFrame({ ...ends, id: i & 0xffff, seq: 1 + 100 * i, ecn: i < 50 ? 0 : 3, payload });
}
