/** The session whose verdicts the suites assert: `run` sets it; by default, the reference and every vector. */

import { loadCorpus } from '../vectors/corpus.ts';
import { Session } from './session.ts';
import { ReferenceTarget } from './targets/reference.ts';

let current: Session | undefined;

export function setCurrentSession(session: Session): void {
  current = session;
}

export function currentSession(): Session {
  if (current === undefined) {
    const { vectors, digest } = loadCorpus();
    current = new Session({ target: new ReferenceTarget(), planned: vectors, digest });
  }
  return current;
}
