/** Labels and environment of a run: names and values, labels first. */

import type { SessionEvent } from './events.ts';

export type Provenance = readonly (readonly [name: string, value: string])[];

export function provenance(session: SessionEvent | undefined): Provenance {
  const { labels = {}, environment } = session ?? {};
  return [
    ...Object.entries(labels),
    ...(environment === undefined
      ? []
      : ([
          ['host', environment.host],
          ['kernel', environment.kernel],
          ['node', environment.node],
          ...environment.programs.map(({ name, sha256 }) => [`sha256 of ${name}`, sha256] as const),
        ] as const)),
  ];
}

/** "driver=netkvm, host=ci-7, ..."; digests are cut to twelve digits. */
export function provenanceText(session: SessionEvent | undefined): string {
  return provenance(session)
    .map(([name, value]) => `${name}=${/^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : value}`)
    .join(', ');
}
