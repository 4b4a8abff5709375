/** The run that the page holds. */

import type { PackedCase, PackedRun } from '../packed.ts';

export interface Run extends PackedRun {
  readonly byId: ReadonlyMap<string, PackedCase>;
}

/** Unpacks what is embedded; undefined: nothing is. Throws where the browser cannot, or the data is damaged. */
export async function loadRun(): Promise<Run | undefined> {
  const text = document.getElementById('run')?.textContent;
  if (text === undefined || text === null) return undefined;
  if (typeof DecompressionStream === 'undefined')
    throw new Error('this browser cannot unpack the report: it has no DecompressionStream (browsers since 2023 do)');
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const run = (await new Response(stream).json()) as PackedRun;
  return { ...run, byId: new Map(run.cases.map((one) => [one.vector, one])) };
}
