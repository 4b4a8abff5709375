/** Coalescers with a flow key that is too narrow, as planted faults. */

import { Coalescer } from '../../reference-impl/coalescer.ts';
import { advance } from '../../reference-impl/step.ts';
import { arrivalsOf } from '../judge/arrival.ts';
import type { Fault } from './fault.ts';
import { confusedSteps, confusions, undisguised } from './narrow/key-confusion.ts';
import { KEY_FAULTS } from './narrow/key-faults.ts';
import type { KeyFault } from './narrow/narrow-fault.ts';
import type { Subject } from './subject.ts';

function confusing(fault: KeyFault): Subject {
  const coalescer = new Coalescer();
  return (steps) => {
    const played = { steps, arrivals: arrivalsOf(steps, false), indications: [] };
    const struck = confusions(fault, played.arrivals);
    coalescer.reset();
    const indications = confusedSteps(played, struck).flatMap((step, index) =>
      advance(coalescer, step).map(({ frame, oob, arrivals }) =>
        undisguised({ step: index, frame, oob, arrivals }, played, struck),
      ),
    );
    return { indications, statistics: coalescer.statistics };
  };
}

export const CONNECTION_FAULTS: readonly Fault[] = KEY_FAULTS.map((fault) => ({
  name: `key/${fault.name.slice('C11-'.length)}`,
  summary: fault.summary,
  subject: confusing(fault),
  broken: 'C11',
  blames: ['C11'],
}));
