/** Vectors that no generator makes: kept counterexamples, one file each in `vectors/found`. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { freeHosts, groupsOf, hostsOf, withOutcome } from './plan.ts';
import type { Connection, Vector } from './vector.ts';

/** First element of their ids. */
export const FOUND_FAMILY = 'found';

export function foundDirectory(): string {
  return join(packageRoot(), 'vectors', 'found');
}

/**
 * In the order of their file names; none if there is no folder. Throws if the reference's output differs from the file: as with
 * the groups of a plan, both must agree.
 */
export function loadFound(folder: string = foundDirectory()): Vector[] {
  return filesOf(folder).map((name) => {
    const stored = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector;
    const vector = withOutcome(stored);
    const [kept, actual] = [groupsOf(stored.expect), groupsOf(vector.expect)];
    if (kept !== actual) throw new Error(`${stored.id}: ${name} says ${kept}, but the reference makes ${actual}`);
    return vector;
  });
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Writes valid vectors to the folder, and returns those that were not in the corpus yet, with an id of this family and
 * hosts that no other vector has.
 */
export function addFound(
  vectors: readonly Vector[],
  corpus: readonly Vector[],
  folder: string = foundDirectory(),
): Vector[] {
  const ids = new Set(corpus.map(({ id }) => id));
  const taken = new Set(corpus.flatMap(({ connections }) => connections.map(hostsOf)));
  const added: Vector[] = [];
  for (const vector of vectors) {
    const id = vector.id.startsWith(`${FOUND_FAMILY}/`) ? vector.id : `${FOUND_FAMILY}/${vector.id}`;
    if (ids.has(id)) continue;
    ids.add(id);
    const own = withOutcome({ ...vector, id, connections: ownHosts(id, vector.connections, taken) });
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `${id.slice(FOUND_FAMILY.length + 1).replaceAll('/', '.')}.json`),
      `${JSON.stringify(own)}\n`,
    );
    added.push(own);
  }
  return added;
}

/** Replaces their sources if one is taken; connections of one host stay together. */
function ownHosts(id: string, connections: readonly Connection[], taken: Set<string>): Connection[] {
  const hosts = new Set(connections.map(hostsOf));
  if (![...hosts].some((pair) => taken.has(pair))) {
    for (const pair of hosts) taken.add(pair);
    return [...connections];
  }
  const fresh = new Map<string, string>();
  for (const { src, dst } of connections) {
    // The other direction's source is the usual host.
    if (fresh.has(src) || src === connections[0]?.dst) continue;
    const [own] = freeHosts(`${id} ${fresh.size}`, !src.includes(':'), taken, (other) => [
      { src: other, dst, sport: 0, dport: 0 },
    ]);
    fresh.set(src, own?.src ?? src);
  }
  return connections.map((one) => ({
    ...one,
    src: fresh.get(one.src) ?? one.src,
    dst: fresh.get(one.dst) ?? one.dst,
  }));
}
