/**
 * Plays random sessions on a target, with the judge as the oracle. A finding is shrunk at once, and only once for each rule,
 * field and cause.
 */

import type fc from 'fast-check';
import type { FrameStep } from '../../reference-impl/step.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Finding } from '../judge/types.ts';
import type { CorpusFolder } from './corpus-folder.ts';
import { featuresOf } from './features.ts';
import { findingKey } from './finding-key.ts';
import { fitSession } from './fit-session.ts';
import { type Found, foundEvents, foundVector } from './found.ts';
import type { FuzzSession } from './fuzz-session.ts';
import type { Oracle, Played } from './player.ts';
import { fuzzSessions, sessionAt } from './session-grammar.ts';
import { type SessionSteps, sessionSteps } from './session-steps.ts';
import { shrinkSession } from './shrink.ts';

/** Number of sessions in memory as frames at a time, for each copy of the target. */
const BATCH = 64;
/** Maximum time for one counterexample, in milliseconds. */
const SHRINKING_MS = 30_000;
/** After this many sessions with only errors, there is nothing left to find. */
const HOPELESS = 256;

export interface FuzzOptions {
  readonly oracle: Oracle;
  readonly seed: number;
  /** Random sessions to play; Infinity: until time is up. */
  readonly runs: number;
  /** Milliseconds; Infinity: until the runs are done. */
  readonly ms: number;
  /** Maximum number of steps in a session. */
  readonly maxLength: number;
  readonly corpus?: CorpusFolder | undefined;
  /** Called as soon as it is shrunk. */
  readonly onFound?: (found: Found) => void;
  readonly onProgress?: (progress: FuzzProgress) => void;
}

export interface FuzzProgress {
  /** Random sessions played; those of the corpus are not counted. */
  readonly sessions: number;
  readonly replayed: number;
  readonly segments: number;
  /** Sessions that the target could not play. */
  readonly unsupported: number;
  readonly found: number;
  readonly isShrinking: boolean;
}

export interface FuzzResult extends Omit<FuzzProgress, 'found' | 'isShrinking'> {
  readonly found: readonly Found[];
  /** Why it ended early; undefined: it did not. */
  readonly ended: string | undefined;
}

/** A session for the target. `address`: its hosts. */
interface Candidate {
  readonly session: FuzzSession;
  readonly address: number;
  readonly origin: string;
  readonly isKept: boolean;
}

export class Fuzzer {
  readonly #options: FuzzOptions;
  readonly #sessions: fc.Arbitrary<FuzzSession>;
  readonly #found: Found[] = [];
  /** By key, findings that no session has shown alone so far: reported at the end if none does. */
  readonly #unrepeated = new Map<string, Found>();
  /** Keys of reported findings. */
  readonly #known = new Set<string>();
  readonly #features = new Set<string>();
  readonly #counts = { sessions: 0, replayed: 0, segments: 0, unsupported: 0 };
  #errorsInARow = 0;
  #isStopped = false;
  #ended: string | undefined;
  #deadline = Number.POSITIVE_INFINITY;

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#sessions = fuzzSessions(options.maxLength);
  }

  /** Ends it, even while a session is judged. */
  stop(): void {
    this.#isStopped = true;
    this.#options.oracle.stop();
  }

  /** Call it once. A UsageError of a target ends it, too: `ended` has the reason, and findings are kept. */
  async run(): Promise<FuzzResult> {
    const { ms, oracle } = this.#options;
    this.#deadline = performance.now() + ms;
    const size = BATCH * oracle.copies;
    let batch: Candidate[] = [];
    try {
      for (const candidate of this.#candidates()) {
        batch.push(candidate);
        if (batch.length < size) continue;
        await this.#playBatch(batch);
        batch = [];
        if (this.#isOver()) break;
      }
      if (batch.length > 0 && !this.#isOver()) await this.#playBatch(batch);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'UsageError') throw error;
      this.#ended = error.message;
    }
    for (const found of this.#unrepeated.values()) this.#report(found);
    return { ...this.#counts, found: this.#found, ended: this.#ended };
  }

  #isOver(): boolean {
    return this.#isStopped || this.#ended !== undefined || performance.now() >= this.#deadline;
  }

  /** The kept sessions first. */
  *#candidates(): Generator<Candidate> {
    const { corpus, seed, runs } = this.#options;
    const kept = corpus?.read() ?? [];
    for (const [i, { name, session }] of kept.entries())
      yield { session, address: 0x8_0000 + i, origin: `corpus, ${name}`, isKept: true };
    for (let place = 0; place < runs; place++) {
      const session = sessionAt(this.#sessions, seed, place);
      yield { session, address: place % 0x8_0000, origin: `seed ${seed}, session ${place}`, isKept: false };
    }
  }

  async #playBatch(batch: readonly Candidate[]): Promise<void> {
    const { oracle } = this.#options;
    const vectors = batch.map(({ session, address, origin }) => ({
      id: origin,
      steps: this.#frames(session, address),
    }));
    const all = await oracle.play(vectors);
    for (const [i, played] of all.entries()) {
      await this.#consider(batch[i] as Candidate, played);
      if (this.#isStopped || this.#ended !== undefined) break;
    }
    this.#progress(false);
    await new Promise((resolve) => setImmediate(resolve));
  }

  #sent(session: FuzzSession, address: number): SessionSteps {
    return sessionSteps(this.#options.oracle.limits.reduce(fitSession, session), address);
  }

  #frames(session: FuzzSession, address: number): FrameStep[] {
    return expandVector(this.#sent(session, address));
  }

  async #consider(candidate: Candidate, played: Played): Promise<void> {
    const { corpus } = this.#options;
    if (candidate.isKept) this.#counts.replayed++;
    else this.#counts.sessions++;
    for (const step of played.steps) if ('rx' in step) this.#counts.segments++;
    if (played.answer.kind === 'unsupported') this.#counts.unsupported++;
    this.#errorsInARow = played.answer.kind === 'error' ? this.#errorsInARow + 1 : 0;
    if (this.#errorsInARow >= HOPELESS) this.#ended = `${HOPELESS} sessions in a row ended in an error`;
    for (const finding of played.findings) {
      const key = keyIn(played, finding);
      if (this.#known.has(key)) continue;
      await this.#announce(candidate, played, key);
      if (this.#isStopped) break;
    }
    if (corpus === undefined) return;
    const fresh = featuresOf(played.reference).filter((feature) => !this.#features.has(feature));
    for (const feature of fresh) this.#features.add(feature);
    if (fresh.length > 0 && !candidate.isKept) corpus.keep('new', candidate.session, `new: ${fresh[0]}`);
  }

  async #announce(candidate: Candidate, before: Played, key: string): Promise<void> {
    const { oracle } = this.#options;
    const { address } = candidate;
    this.#progress(true);
    const deadline = performance.now() + SHRINKING_MS;
    let best: Played | undefined;
    const shows = async (session: FuzzSession): Promise<boolean> => {
      const [again] = await oracle.play([{ id: candidate.origin, steps: this.#frames(session, address) }]);
      if (again === undefined || !again.findings.some((finding) => keyIn(again, finding) === key)) return false;
      best = again;
      return true;
    };
    let session = candidate.session;
    // Alone first: a finding that depends on earlier sessions cannot be shrunk.
    if (await shows(session)) {
      session = await shrinkSession(session, {
        shows,
        isOver: () => this.#isStopped || performance.now() >= deadline,
      });
      // The last played session need not be the smallest, and the text must describe the one that is written.
      await shows(session);
    }
    const played = best ?? before;
    const finding = played.findings.find((found) => keyIn(played, found) === key);
    if (finding === undefined) return;
    const vector = foundVector(this.#sent(session, address), finding, played);
    const found: Found = {
      finding,
      key,
      session,
      vector,
      events: foundEvents(vector, played),
      origin: candidate.origin,
      segmentsBefore: before.steps.filter((step) => 'rx' in step).length,
      isUnrepeated: best === undefined,
    };
    if (found.isUnrepeated) {
      // If a target breaks over one session, the failure may be attributed to another that was under way.
      if (!this.#unrepeated.has(key)) this.#unrepeated.set(key, found);
      return;
    }
    this.#unrepeated.delete(key);
    for (const other of played.findings) this.#known.add(keyIn(played, other));
    this.#report(found);
  }

  #report(found: Found): void {
    const { corpus, onFound } = this.#options;
    this.#found.push(found);
    corpus?.keep('found', found.session, `found: ${found.key}`);
    onFound?.(found);
  }

  #progress(isShrinking: boolean): void {
    this.#options.onProgress?.({ ...this.#counts, found: this.#found.length, isShrinking });
  }
}

function keyIn({ reference }: Played, finding: Finding): string {
  return findingKey(finding, reference.decisions);
}
