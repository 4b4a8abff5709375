/** The run that the page holds. */

import type { ListedCase, PackedCase, PackedRun } from '../packed.ts';

export interface Run extends PackedRun {
  readonly byId: ReadonlyMap<string, ListedCase>;
  /** Vectors with their frames: those in the page, or read from the file next to it. */
  readonly withFrames: Map<string, PackedCase>;
}

/** Unpacks the embedded data; undefined: there is none. Throws if the browser cannot, or if the data is damaged. */
export async function loadRun(): Promise<Run | undefined> {
  const text = document.getElementById('run')?.textContent;
  if (text === undefined || text === null) return undefined;
  if (typeof DecompressionStream === 'undefined')
    throw new Error('this browser cannot unpack the report: it has no DecompressionStream (browsers since 2023 do)');
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const run = (await new Response(stream).json()) as PackedRun;
  return {
    ...run,
    byId: new Map(run.cases.map((one) => [one.vector, one])),
    withFrames: new Map(run.cases.flatMap((one) => ('steps' in one ? [[one.vector, one]] : []))),
  };
}
