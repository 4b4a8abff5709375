import type { SessionEvent } from './events.ts';

/** The rules that a run was judged by, in a sentence; undefined for the usual rules of RSC. */
export function profileText(session: Pick<SessionEvent, 'policy'> | undefined): string | undefined {
  if (session?.policy['profile'] === 'gro')
    return 'Profile gro: the round trip (R) was judged: segmentation gives back the frames that arrived. RSC asks for more.';
  return undefined;
}
