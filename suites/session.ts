/** The session whose verdicts the suites assert: every vector on the reference. */

import { Session } from '../runner/session/session.ts';
import { ReferenceTarget } from '../runner/targets/reference/reference-target.ts';
import { loadCorpus } from '../vectors/corpus.ts';

const { vectors, digest } = loadCorpus();

export const session: Session = new Session({ target: new ReferenceTarget(), planned: vectors, digest });
