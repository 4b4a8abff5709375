import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import { expandVector } from '../../vectors/expand.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { whyUnsupported } from '../capabilities/unsupported.ts';
import { fitSession } from './fit-session.ts';
import type { FuzzSession } from './fuzz-session.ts';
import { isFuzzSession } from './session-check.ts';
import { fuzzSessions, sessionAt } from './session-grammar.ts';
import { DEFAULT_MAX_LENGTH } from './session-limits.ts';
import { sessionSteps } from './session-steps.ts';

const sessions = fuzzSessions(DEFAULT_MAX_LENGTH);
const some = (count: number): FuzzSession[] =>
  Array.from({ length: count }, (_, place) => sessionAt(sessions, 1, place));

describe('random sessions', () => {
  it('vary more than one thing: ends that differ in one bit, long runs, tunnels, one oddity throughout', () => {
    const all = some(400);
    const sent = all.map((session, place) => sessionSteps(session, place));
    const segments = sent.flatMap(({ steps }) => steps.flatMap((step) => ('receive' in step ? [step.receive] : [])));
    const ends = sent.flatMap(({ connections }) => connections);
    expect(ends.some(({ dst }) => dst !== '192.0.2.1' && dst !== '2001:db8::1')).to.equal(true);
    expect(new Set(ends.map(({ dport }) => dport)).size).to.be.above(10);
    expect(segments.some(({ tunnel }) => tunnel !== undefined)).to.equal(true);
    for (const field of ['df', 'dscp', 'ecn', 'ttl', 'tags', 'trailer', 'options'] as const)
      expect(segments.filter((segment) => field in segment).length, field).to.be.above(50);
    expect(sent.some(({ steps }) => steps.length > 100)).to.equal(true);
    expect(
      sent.some(
        ({ connections }) => new Set(connections.map((ends) => JSON.stringify(ends))).size < connections.length,
      ),
    ).to.equal(true);
    expect(segments.filter(({ transport }) => transport === 'udp').length / segments.length).to.be.within(0.1, 0.35);
    expect(new Set(segments.map(({ payload = 0 }) => payload)).size).to.be.above(150);
    const focused = all.filter(({ focus }) => focus !== 'none').length;
    expect(focused / all.length).to.be.within(0.25, 0.42);
  });

  it('are the same for the same seed, for ever', () => {
    const hash = createHash('sha256');
    for (const [place, session] of some(200).entries()) hash.update(JSON.stringify(sessionSteps(session, place)));
    // Where this fails, a seed that somebody wrote down means something else now: say so in the changelog.
    expect(hash.digest('hex')).to.equal('35820191d78227a27e9b957cc4b5f8f218bec2b1a05dbb4032824442ba49df14');
  });

  it('do not depend on what was taken before', () => {
    expect(sessionAt(sessions, 1, 7)).to.deep.equal(some(8)[7]);
    expect(sessionAt(sessions, 2, 7)).to.not.deep.equal(some(8)[7]);
  });

  it('can be stored, and shrunk when they come back', () => {
    for (const session of some(200)) expect(isFuzzSession(JSON.parse(JSON.stringify(session)))).to.equal(true);
  });

  it('are distinguished from anything else', () => {
    fc.assert(fc.property(fc.anything(), (value) => !isFuzzSession(value)));
    const [session] = some(1) as [FuzzSession];
    expect(isFuzzSession({ ...session, flows: session.flows.slice(1) })).to.equal(false);
    expect(isFuzzSession({ ...session, ops: [{ op: 'dpc', us: 1 }, { op: 'jump' }] })).to.equal(false);
  });

  it('hold few segments that can never be merged, and reach most rules', () => {
    const counts: Record<string, number> = {};
    const applied = new Set<string>();
    for (const [place, session] of some(2000).entries()) {
      for (const { did, rule } of referenceRun(expandVector(sessionSteps(session, place))).decisions) {
        counts[did] = (counts[did] ?? 0) + 1;
        applied.add(rule.name);
      }
    }
    const { started = 0, merged = 0, restarted = 0, alone = 0 } = counts;
    expect(merged).to.be.above(restarted);
    expect(started + merged + restarted).to.be.above(2 * alone);
    expect(applied.size).to.be.above(30);
  });

  it('tell IPv4 segments apart by their Identification', () => {
    for (const [place, session] of some(200).entries()) {
      const isConstant = session.flows.some(({ moves }) => moves.some((name) => name.startsWith('constant-id:')));
      if (isConstant) continue;
      const { steps } = sessionSteps(session, place);
      const ids = steps.flatMap((step) =>
        'receive' in step && step.receive.id !== undefined ? [step.receive.id] : [],
      );
      expect(new Set(ids).size).to.equal(ids.length);
    }
  });

  it('fit any target', () => {
    const limits = fc.record({
      ipv4: fc.boolean(),
      ipv6: fc.boolean(),
      set: fc.boolean(),
      ipsec: fc.boolean(),
      csum: fc.boolean(),
      uro: fc.boolean(),
      rxcsum: fc.boolean(),
      link: fc.boolean(),
      maxconnections: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      burst: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(sessions, limits, (session, announced) => {
        fc.pre(announced.ipv4 || announced.ipv6);
        const capabilities = { ...DEFAULT_CAPABILITIES, ...announced };
        const sent = sessionSteps(fitSession(session, capabilities), 3);
        expect(whyUnsupported(sent, expandVector(sent), capabilities)).to.equal(undefined);
      }),
      { numRuns: 500 },
    );
  });
});
