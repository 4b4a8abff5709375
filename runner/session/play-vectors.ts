/** The runner as a library: plays vectors on your own target, in one call. */

import { createHash } from 'node:crypto';
import type { RunEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { Target } from '../targets/target.ts';
import { Session } from './session.ts';

/** The part of an AbortSignal that is needed, so that a program without Node's types can name it. */
export interface Abortable {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface PlayOptions {
  /** The vectors to play, in this order; the whole corpus if left out. */
  readonly vectors?: readonly Vector[];
  /** A warning counts as a failure. Default: false. */
  readonly strict?: boolean;
  /** Called with every event as soon as it is known: the session, each vector and its verdict, the end. */
  readonly onEvent?: (event: RunEvent) => void;
  /** An AbortSignal that ends the run after the current vector. Vectors judged by then are reported. */
  readonly signal?: Abortable;
}

/**
 * Plays vectors on a target and judges what it indicates. Events are those of `run`: reports are made of them. The target
 * is left open. Resolves to the exit status of `run`: 0 conforming, 1 not, 3 a defect of this suite. Rejects only with what
 * the target throws as UsageError; whatever else it throws is an `error` verdict.
 */
export async function playVectors(target: Target, options: PlayOptions = {}): Promise<number> {
  const { strict = false, onEvent = () => {}, signal } = options;
  const { vectors, digest } = played(options.vectors);
  const session = new Session({ target, planned: vectors, digest, strict, sink: onEvent });
  const interrupt = (): void => session.interrupt();
  signal?.addEventListener('abort', interrupt);
  if (signal?.aborted === true) interrupt();
  try {
    return await session.run();
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

/** Your own vectors have their own digest. */
function played(given: readonly Vector[] | undefined): {
  readonly vectors: readonly Vector[];
  readonly digest: string;
} {
  if (given === undefined) return loadCorpus();
  const digest = createHash('sha256');
  for (const vector of given) digest.update(JSON.stringify(vector));
  return { vectors: given, digest: digest.digest('hex') };
}
