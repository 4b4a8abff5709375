/**
 * Prints what the reference costs beside a pass that only sums, and `coalesce` and `inspect` over a capture beside tcpdump and
 * tshark. Numbers, not a test: nothing here can fail. `npm run bench -- memory` is the first alone, `-- captures [FRAMES]` the
 * second, `-- peers` the reference beside librte_gro, `-- judge` what the judge takes for long sessions. docs/performance.md says how to read it.
 */

import { benchCaptures } from './captures.ts';
import { benchJudge } from './judge.ts';
import { benchMemory } from './memory.ts';
import { benchPeers } from './peers.ts';

const FRAMES = 1_000_000;

const [what, frames = String(FRAMES)] = process.argv.slice(2);
if (what === undefined || what === 'memory') benchMemory();
if (what === undefined || what === 'peers') await benchPeers();
if (what === undefined || what === 'judge') benchJudge();
if (what === undefined || what === 'captures') await benchCaptures(Number(frames));
