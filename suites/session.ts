/** The session whose verdicts the suites assert: every vector on the reference. */

import type { VerdictEvent } from '../reports/events.ts';
import { Session } from '../runner/session/session.ts';
import { ReferenceTarget } from '../runner/targets/reference/reference-target.ts';
import { loadCorpus } from '../vectors/corpus.ts';
import type { Vector } from '../vectors/vector.ts';

const { vectors, digest } = loadCorpus();
const verdicts = new Map<string, VerdictEvent>();
const waiting = new Map<string, (verdict: VerdictEvent) => void>();
let running: Promise<unknown> | undefined;

export const planned: readonly Vector[] = vectors;

/** As soon as it is known. The first call starts the session; rejects where it ends without this verdict. */
export function verdictOn(id: string): Promise<VerdictEvent> {
  running ??= new Session({
    target: new ReferenceTarget(),
    planned,
    digest,
    sink: (event) => {
      if (event.type !== 'verdict') return;
      verdicts.set(event.vector, event);
      waiting.get(event.vector)?.(event);
    },
  }).run();
  const known = verdicts.get(id);
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((resolve, reject) => {
    waiting.set(id, resolve);
    running?.then(() => reject(new Error(`the session ended without a verdict on ${id}`)), reject);
  });
}
