import type { SessionEvent } from './events.ts';

/** Whose rules a run was judged by, in a sentence; undefined: RSC's, as always. */
export function profileText(session: Pick<SessionEvent, 'policy'> | undefined): string | undefined {
  if (session?.policy['profile'] === 'gro')
    return 'Profile gro: judged is the round trip (R): what was merged can be cut into what came. RSC asks for more.';
  return undefined;
}
