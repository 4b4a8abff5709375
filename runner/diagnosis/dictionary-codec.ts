/** The dictionary as bytes: vectors that fail in the same way are stored together, as gaps from one to the next, compressed with Brotli. */

import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Dictionary, KnownFault } from './dictionary.ts';

/** The effect of a fault: for every failing vector, by id, the groups of its findings. */
export interface RecordedFault {
  readonly name: string;
  readonly shows: ReadonlyMap<string, readonly string[]>;
}

interface Packed {
  readonly format: typeof FORMAT;
  readonly digest: string;
  readonly vectors: readonly string[];
  readonly groups: readonly string[];
  /** Places in `groups`. */
  readonly sets: readonly (readonly number[])[];
  /** Each run: a place in `sets`, then gaps between places in `vectors`. */
  readonly faults: readonly { readonly name: string; readonly runs: readonly (readonly number[])[] }[];
}

const FORMAT = 'rsc-fault-dictionary/1';

/** Equal recordings give equal bytes. */
export function packDictionary(
  digest: string,
  vectors: readonly string[],
  faults: readonly RecordedFault[],
): Uint8Array {
  const places = new Map(vectors.map((id, i) => [id, i]));
  const groups = new Places<string>((group) => group);
  const sets = new Places<readonly number[]>((set) => set.join(' '));
  const packed = faults.map(({ name, shows }) => {
    const runs = new Map<number, number[]>();
    for (const [id, found] of shows) {
      const place = places.get(id);
      if (place === undefined) throw new Error(`${name}: there is no vector ${id}`);
      const set = sets.of(found.map((group) => groups.of(group)).sort((a, b) => a - b));
      runs.set(set, [...(runs.get(set) ?? []), place]);
    }
    return { name, runs: [...runs].sort(([a], [b]) => a - b).map(([set, members]) => [set, ...gaps(members)]) };
  });
  const all: Packed = { format: FORMAT, digest, vectors, groups: groups.all, sets: sets.all, faults: packed };
  return brotliCompressSync(JSON.stringify(all), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 },
  });
}

/** `describe`: title and broken row of a fault by name; undefined: the fault no longer exists. */
export function unpackDictionary(
  bytes: Uint8Array,
  describe: (name: string) => { readonly title: string; readonly rule: string } | undefined,
): Dictionary | undefined {
  const { format, digest, vectors, groups, sets, faults } = JSON.parse(
    brotliDecompressSync(bytes).toString(),
  ) as Packed;
  if (format !== FORMAT) return undefined;
  return {
    digest,
    vectors,
    sets: sets.map((set) => new Set(set.map((group) => groups[group] as string))),
    faults: faults.flatMap(({ name, runs }): KnownFault[] => {
      const described = describe(name);
      return described === undefined ? [] : [{ name, ...described, ...unpackRuns(runs) }];
    }),
  };
}

function gaps(members: readonly number[]): number[] {
  let before = -1;
  return members
    .toSorted((a, b) => a - b)
    .map((place) => {
      const gap = place - before - 1;
      before = place;
      return gap;
    });
}

function unpackRuns(runs: readonly (readonly number[])[]): Pick<KnownFault, 'at' | 'shows'> {
  const length = runs.reduce((sum, run) => sum + run.length - 1, 0);
  const at = new Uint32Array(length);
  const shows = new Uint32Array(length);
  let n = 0;
  for (const [set = 0, ...steps] of runs) {
    let place = -1;
    for (const gap of steps) {
      place += gap + 1;
      at[n] = place;
      shows[n++] = set;
    }
  }
  return { at, shows };
}

/** Numbers for values, in the order of first use. */
class Places<T> {
  readonly all: T[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #keyOf: (thing: T) => string;

  constructor(keyOf: (thing: T) => string) {
    this.#keyOf = keyOf;
  }

  of(thing: T): number {
    const key = this.#keyOf(thing);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.all.length);
    return this.all.push(thing) - 1;
  }
}
