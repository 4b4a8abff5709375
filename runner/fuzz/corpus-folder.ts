/** Sessions to play again, one file each: those that found something, and those that showed something new. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { makeFolder } from '../base/make-folder.ts';
import { saveFile } from '../base/save-file.ts';
import { FLOWS, type FuzzSession } from './fuzz-session.ts';
import { isFuzzSession } from './session-check.ts';

/** The most new sessions; those that found something are always kept. */
const MOST_NEW = 1000;

const HINT = '--corpus DIR';

export interface KeptSession {
  readonly name: string;
  readonly session: FuzzSession;
}

export class CorpusFolder {
  readonly #folder: string;
  readonly #names = new Set<string>();

  /** Throws UsageError if the folder cannot be created. */
  constructor(folder: string) {
    this.#folder = join(folder, 'sessions');
    try {
      makeFolder(this.#folder);
    } catch (error) {
      throw fileError(folder, 'created', error, HINT);
    }
  }

  /** Those that found something first, each kind in the order of their names. Throws UsageError for a file that is not a session. */
  read(): KeptSession[] {
    const files = readdirSync(this.#folder).filter((name) => name.endsWith('.json'));
    return files.sort().map((name) => {
      this.#names.add(name);
      return { name, session: readSession(join(this.#folder, name)) };
    });
  }

  /** `why`: a reason for readers. */
  keep(kind: 'found' | 'new', session: FuzzSession, why: string): void {
    const hash = createHash('sha256').update(JSON.stringify(session)).digest('hex').slice(0, 16);
    const name = `${kind}-${hash}.json`;
    if (this.#names.has(name) || (kind === 'new' && this.#names.size >= MOST_NEW)) return;
    this.#names.add(name);
    saveFile(join(this.#folder, name), `${JSON.stringify({ why, session })}\n`, HINT);
  }
}

function readSession(path: string): FuzzSession {
  let session: unknown;
  try {
    session = (JSON.parse(readFileSync(path, 'utf8')) as { session?: unknown } | null)?.session;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, 'delete it');
  }
  if (isFuzzSession(session)) return session;
  throw new UsageError(`${path} is not a session of ${FLOWS} flows`, 'delete it');
}
