/** E8: the IP ECN field, and TCP's ECE and CWR. */

import { inRuns, type Topic } from '../in-runs.ts';
import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene, USUAL_LENGTH } from '../scene.ts';
import { inOrder } from './groups.ts';

const ECN = ['not-ect', 'ect-1', 'ect-0', 'ce'];
const ECN_TITLES = ['Not-ECT', 'ECT(1)', 'ECT(0)', 'CE'];
const FLAGS = ['A', 'AE', 'AC', 'AEC'];
const FLAG_NAMES: Readonly<Record<string, string>> = { A: 'clear', AE: 'ece', AC: 'cwr', AEC: 'ece-cwr' };
const FLAG_TITLES: Readonly<Record<string, string>> = {
  A: 'neither ECE nor CWR',
  AE: 'ECE',
  AC: 'CWR',
  AEC: 'ECE and CWR',
};
/** The pairs of real traffic get every place; the others only a few. */
const BUSY = new Set(['not-ect ce', 'ect-0 ce', 'ect-0 not-ect']);
const FEW = ['first', 'middle', 'last', 'onward'];

export function* exceptionsEcn(): Generator<Plan> {
  for (const from of [0, 1, 2, 3]) {
    for (const to of [0, 1, 2, 3]) {
      if (from === to) continue;
      const isBusy = BUSY.has(`${ECN[from]} ${ECN[to]}`);
      const topic: Topic = {
        id: `exceptions/ecn/${ECN[from]}-to-${ECN[to]}`,
        title: `${ECN_TITLES[to]}`,
        others: `${ECN_TITLES[from]}`,
        rules: ['E8a', 'H6', 'I1'],
        flags: ['ipv6-ecn-misread', 'reordering-on-exception'],
        base: { ecn: from },
        merges: true,
        send: (scene) => scene.data(USUAL_LENGTH, { ecn: to }),
        ...(isBusy ? {} : { only: FEW }),
      };
      yield* inRuns(topic, isBusy ? ALL : PLAIN);
    }
  }
  for (const from of FLAGS) {
    for (const to of FLAGS) {
      if (from === to) continue;
      const isBusy = from === 'A';
      const topic: Topic = {
        id: `exceptions/ece-cwr/${FLAG_NAMES[from]}-to-${FLAG_NAMES[to]}`,
        title: `${FLAG_TITLES[to]}`,
        others: `${FLAG_TITLES[from]}`,
        rules: ['E8b', 'H6', 'I1'],
        flags: ['ece-cwr-ignored', 'ace-corrupted', 'cwr-corrupted'],
        base: { flags: from },
        merges: true,
        send: (scene) => scene.data(USUAL_LENGTH, { flags: to }),
        ...(isBusy ? {} : { only: FEW }),
      };
      yield* inRuns(topic, isBusy ? ALL : PLAIN);
    }
  }
  yield* alternating();
}

function* alternating(): Generator<Plan> {
  for (const variant of PLAIN) {
    const marks = new Scene(variant);
    for (let i = 0; i < 6; i++) marks.data(USUAL_LENGTH, { ecn: i % 2 === 0 ? 2 : 3 });
    yield {
      id: `exceptions/ecn/alternating/${variant.name}`,
      title: 'CE on every other segment: nothing merges',
      rules: ['E8a'],
      scene: marks,
      groups: inOrder(1, 1, 1, 1, 1, 1),
    };
    const flags = new Scene(variant);
    for (let i = 0; i < 6; i++) flags.data(USUAL_LENGTH, { flags: i % 2 === 0 ? 'AE' : 'AC' });
    yield {
      id: `exceptions/ece-cwr/alternating/${variant.name}`,
      title: 'ECE and CWR on alternate segments: nothing merges',
      rules: ['E8b'],
      flags: ['ece-cwr-ignored'],
      scene: flags,
      groups: inOrder(1, 1, 1, 1, 1, 1),
    };
    const counter = new Scene(variant);
    for (const letters of ['A', 'AN', 'AC', 'ANC', 'AE', 'ANE', 'AEC', 'ANEC'])
      counter.data(USUAL_LENGTH, { flags: letters });
    yield {
      id: `exceptions/ece-cwr/accecn-counter/${variant.name}`,
      title: 'Each value of AccECN’s three-bit counter in turn: nothing merges',
      rules: ['E3', 'E8b'],
      flags: ['ace-corrupted', 'reserved-bits-dropped'],
      scene: counter,
      groups: inOrder(1, 1, 1, 1, 1, 1, 1, 1),
    };
    const update = new Scene(variant).run(2).windowUpdate({ flags: 'AE' }).data(USUAL_LENGTH, { flags: 'AE' });
    yield {
      id: `exceptions/ece-cwr/window-update/${variant.name}`,
      title: 'A window update with ECE after data without it',
      rules: ['E8b', 'C7', 'C3'],
      scene: update,
      groups: inOrder(2, 1, 1),
    };
    const cwr = new Scene(variant).run(4, USUAL_LENGTH, { flags: 'AC' }).data();
    yield {
      id: `exceptions/ece-cwr/cwr-run/${variant.name}`,
      title: 'CWR on a run, which keeps it, and none on the segment after it',
      rules: ['E8b', 'H6'],
      flags: ['cwr-corrupted'],
      scene: cwr,
      groups: inOrder(4, 1),
    };
  }
}
