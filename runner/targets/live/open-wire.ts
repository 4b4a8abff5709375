/** The capture back end: the requested one, or the best that is installed. */

import { UsageError } from '../../base/errors.ts';
import { suggest } from '../../base/suggest.ts';
import { loadAfPacket } from './af-packet.ts';
import { loadCap } from './cap-wire.ts';
import { BACK_ENDS, type BackEnd, type WireBackEnd } from './wire.ts';

const LOADERS: Readonly<Record<BackEnd, () => WireBackEnd>> = { 'af-packet': loadAfPacket, cap: loadCap };
const ADVICE: Readonly<Record<BackEnd, string>> = {
  'af-packet': 'npm install koffi (Linux)',
  cap: 'install libpcap-dev (on Windows Npcap), then npm install cap',
};

export function loadBackEnd(wanted: BackEnd | undefined): WireBackEnd {
  const reasons: string[] = [];
  for (const name of wanted === undefined ? BACK_ENDS : [wanted]) {
    try {
      return LOADERS[name]();
    } catch (error) {
      reasons.push(`${name}: ${firstLine(error)}`);
    }
  }
  const advice = (wanted === undefined ? BACK_ENDS : [wanted]).map((name) => ADVICE[name]).join(', or ');
  throw new UsageError(`no capture back end can be loaded (${reasons.join('; ')})`, advice);
}

export function parseBackEnd(text: string | undefined): BackEnd | undefined {
  const known = BACK_ENDS.find((name) => name === text);
  if (text !== undefined && known === undefined) {
    throw new UsageError(
      `--capture cannot be ${JSON.stringify(text)}`,
      suggest(text, BACK_ENDS, BACK_ENDS.join(' or ')),
    );
  }
  return known;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
