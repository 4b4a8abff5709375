/** Parses `ethtool -k`: one feature on each line, on or off, perhaps fixed. */

export function parseOffloads(text: string): ReadonlyMap<string, boolean> {
  const offloads = new Map<string, boolean>();
  for (const [, key = '', value] of text.matchAll(/^\s*([\w-]+): (on|off)\b/gm)) offloads.set(key, value === 'on');
  return offloads;
}

const RECEIVE_COALESCING = ['large-receive-offload', 'generic-receive-offload', 'rx-gro-hw'] as const;

/** The features that are on and by which an interface may coalesce. */
export function receiveCoalescing(offloads: ReadonlyMap<string, boolean>): string[] {
  return RECEIVE_COALESCING.filter((key) => offloads.get(key) === true);
}
