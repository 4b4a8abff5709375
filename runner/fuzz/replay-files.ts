/** Plays files of vectors, such as counterexamples, and reports the findings on each. */

import { countText } from '../../vectors/count-text.ts';
import { expandVector } from '../../vectors/expand.ts';
import { policyOf } from '../capabilities/capabilities.ts';
import { whyUnsupported } from '../capabilities/unsupported.ts';
import { foundEvents } from './found.ts';
import { foundText } from './found-text.ts';
import { DEFECT, type Player } from './player.ts';
import { readVectorFile } from './vector-file.ts';

/** Resolves to an exit status as for fuzz. Throws UsageError if a file is not a file of vectors. */
export async function replayFiles(
  files: readonly string[],
  player: Player,
  write: (text: string) => void,
): Promise<number> {
  const all = files.flatMap((file) => readVectorFile(file).map((vector) => ({ file, vector })));
  const { capabilities } = player;
  let wrong = 0;
  let isDefective = false;
  for (const { file, vector } of all) {
    const steps = expandVector(vector);
    const unsupported = whyUnsupported(vector, steps, capabilities);
    if (unsupported !== undefined) {
      write(`${vector.id}: unsupported: ${unsupported}\n`);
      continue;
    }
    const [played] = await player.play([{ id: vector.id, steps }]);
    const [finding] = played?.findings ?? [];
    if (played === undefined || finding === undefined) {
      write(`${vector.id}: ${played?.judgement?.verdict ?? 'unsupported'}\n`);
      continue;
    }
    wrong++;
    if (finding.rule === DEFECT) isDefective = true;
    const lines = foundText(
      {
        finding,
        key: '',
        session: { uro: false, focus: 'none', flows: [], ops: [] },
        vector,
        events: foundEvents(vector, played),
        origin: file,
        segmentsBefore: steps.filter((step) => 'rx' in step).length,
        isUnrepeated: false,
      },
      [`${player.target.name} ${player.target.version}`.trim()],
      policyOf(capabilities),
    );
    write(`${['', ...lines].join('\n')}\n`);
  }
  write(`${countText(all.length, 'vector')}: ${wrong === 0 ? 'nothing found' : `${wrong} not conforming`}.\n`);
  return isDefective ? 3 : wrong > 0 ? 1 : 0;
}
