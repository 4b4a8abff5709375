import { expect } from 'chai';
import type { CauseEvent, RunEvent } from '../../reports/events.ts';
import { SubjectTarget } from '../../testing/subject-target.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { combinedFault } from '../selfcheck/combined-fault.ts';
import type { Fault } from '../selfcheck/fault.ts';
import { faults } from '../selfcheck/faults.ts';
import { recordFaults } from '../selfcheck/record-faults.ts';
import type { Subject } from '../selfcheck/subject.ts';
import { Session } from '../session/session.ts';
import { Diagnosis } from './diagnosis.ts';
import type { Dictionary } from './dictionary.ts';
import { packDictionary, unpackDictionary } from './dictionary-codec.ts';
import { faultTitle } from './dictionary-file.ts';

const corpus = loadCorpus();
const FAMILIES = ['exceptions/ece-cwr/', 'exceptions/ecn/', 'headers/', 'coalescing/headers/dscp/', 'coalescing/runs/'];
const vectors = corpus.vectors.filter(
  ({ id, steps }, i) => steps.length < 20 && FAMILIES.some((family) => id.startsWith(family)) && i % 2 === 0,
);
const NAMES = [
  'E8b/ece-cwr-change/removed',
  'H4/smallest-ttl/removed',
  'C10/traffic-class-equal/removed',
  'field/psh-of-last',
];
const planted = faults().filter(({ name }) => NAMES.includes(name));

function dictionaryOf(played: readonly Vector[], digest = corpus.digest, known = planted): Dictionary {
  const packed = packDictionary(
    digest,
    played.map(({ id }) => id),
    recordFaults(played, known),
  );
  return unpackDictionary(packed, (name) => {
    const fault = known.find((one) => one.name === name);
    return fault === undefined ? undefined : { title: faultTitle(fault), rule: fault.broken };
  }) as Dictionary;
}

async function eventsOf(subject: Subject, planned: readonly Vector[] = vectors): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const session = new Session({
    target: new SubjectTarget(subject),
    planned,
    digest: corpus.digest,
    sink: (event) => events.push(event),
  });
  await session.run();
  return events;
}

function causesOf(events: readonly RunEvent[], dictionary?: Dictionary): readonly CauseEvent[] {
  return diagnosisOf(events).result(dictionary).causes;
}

function diagnosisOf(events: readonly RunEvent[]): Diagnosis {
  const diagnosis = new Diagnosis();
  for (const event of events) diagnosis.event(event);
  return diagnosis;
}

const named = (name: string): Subject => planted.find((fault) => fault.name === name)?.subject as Subject;

describe('diagnosis', () => {
  let dictionary: Dictionary;

  before(() => {
    dictionary = dictionaryOf(vectors);
  });

  it('finds each planted fault alone, by its name', async () => {
    for (const { name, subject } of planted) {
      const causes = causesOf(await eventsOf(subject), dictionary);
      expect(causes.map(({ resembles }) => resembles[0]?.fault)).to.deep.equal([name]);
      expect(causes[0]?.resembles[0]?.likeness).to.equal(1);
    }
  });

  it('tells three faults in one coalescer apart', async () => {
    const both = planted.filter(({ name }) => name !== 'field/psh-of-last');
    const implementation = combinedFault(both);
    const causes = causesOf(await eventsOf(implementation?.subject as Subject), dictionary);
    expect(causes.map(({ resembles }) => resembles[0]?.fault)).to.have.members(both.map(({ name }) => name));
  });

  it('finds one cause where one field is written wrong in several ways', async () => {
    const ways = ['H4/smallest-ttl/removed', 'field/ttl-of-last'].map((name) =>
      faults().find((one) => one.name === name),
    );
    const [ofFirst, ofLast] = ways as [Fault, Fault];
    const isFour = (steps: Parameters<Subject>[0]): boolean => steps.some((step) => 'rx' in step && step.rx[12] === 8);
    const events = await eventsOf((steps) => (isFour(steps) ? ofFirst : ofLast).subject(steps));
    const causes = causesOf(events, dictionaryOf(vectors, corpus.digest, [ofFirst, ofLast]));
    expect(causes.map(({ title }) => title)).to.deep.equal(['The TTL or hop limit of a unit is not the smallest']);
  });

  it('finds one cause where duplicate ACKs and other frames vanish', async () => {
    const vanishing = faults().find(({ name }) => name === 'traffic/lost-lone')?.subject as Subject;
    const played = corpus.vectors.filter(({ id }) => id.startsWith('coalescing/duplicate/'));
    const causes = causesOf(await eventsOf(vanishing, played));
    expect(causes.map(({ title, rules }) => ({ title, rules }))).to.deep.equal([
      { title: 'Frames never come out', rules: ['I7', 'C9'] },
    ]);
  });

  it('says what the failing vectors share, which is the smallest, and how to play it', async () => {
    const [cause] = causesOf(await eventsOf(named('H4/smallest-ttl/removed')), dictionary);
    expect(cause?.title).to.equal('The TTL or hop limit of a unit is not the smallest');
    expect(cause?.conditions).to.deep.equal(['where a later segment has a smaller TTL or hop limit']);
    expect(cause?.share).to.equal(1);
    expect(cause?.vectors).to.include(cause?.smallest);
    expect(cause?.replay).to.equal(`rsc-conformance run --filter ${cause?.smallest}`);
    const frames = (id: string | undefined): number =>
      corpus.vectors.find((vector) => vector.id === id)?.steps.filter((step) => 'receive' in step).length ?? 0;
    for (const id of cause?.vectors ?? []) expect(frames(id)).to.be.at.least(frames(cause?.smallest));
  });

  it('groups what no known fault explains by what is found, and says that nothing is like it', async () => {
    const unknown = faults().find(({ name }) => name === 'E8a/ecn-field-change/removed')?.subject as Subject;
    const causes = causesOf(await eventsOf(unknown), dictionary);
    expect(causes.map(({ title, rules, resembles }) => ({ title, rules, resembles }))).to.deep.equal([
      { title: 'Segments merge although the IP ECN field changes', rules: ['E8a'], resembles: [] },
    ]);
  });

  it('finds as many causes without a dictionary, and says what is missing', async () => {
    const events = await eventsOf(combinedFault(planted.slice(0, 2))?.subject as Subject);
    const result = diagnosisOf(events).result(undefined);
    expect(result.causes).to.have.length(2);
    expect(result.note).to.match(/^There is no fault dictionary/);
  });

  it('says so where the dictionary is of other vectors, and still groups what it does not know', async () => {
    const events = await eventsOf(named('E8b/ece-cwr-change/removed'));
    const half = dictionaryOf(
      vectors.filter((_, i) => i % 3 > 0),
      'f00d',
    );
    const { causes, note } = diagnosisOf(events).result(half);
    expect(note).to.match(/of other vectors \(f00d\): those that it does not know/);
    expect(causes.map(({ resembles }) => resembles[0]?.fault)).to.deep.equal(['E8b/ece-cwr-change/removed']);
    const few = (digest: string): string | undefined =>
      diagnosisOf(events).result(dictionaryOf(vectors.slice(0, 3), digest)).note;
    expect(few('f00d')).to.match(/of other vectors \(f00d\): findings are grouped/);
    expect(few(corpus.digest)).to.match(/leaves out long vectors, .*: findings are grouped/);
  });

  it('marks what the baseline knows, and puts a target that breaks first', async () => {
    const events = (await eventsOf(named('H4/smallest-ttl/removed'))).map((event, i): RunEvent => {
      if (event.type !== 'verdict') return event;
      if (i < 20)
        return { ...event, verdict: 'error', findings: [], reason: `died with signal ${i} after 0x${i}f; said: ${i}` };
      return event.verdict === 'fail' ? { ...event, known: { reason: 'r', entry: 'b.json:1' } } : event;
    });
    const [first, second] = causesOf(events, dictionary);
    expect(first?.severity).to.equal('error');
    expect(first?.title).to.equal('The target broke: died with signal N after N');
    expect(second?.known).to.equal(second?.vectors.length);
  });

  it('finds nothing where nothing fails', async () => {
    expect(diagnosisOf(await eventsOf(combinedFault([])?.subject as Subject)).isNeeded).to.equal(false);
  });
});
