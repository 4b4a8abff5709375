/** Diagnosis of coalescers in process: what a run against each would say of its causes. */
import { findCauses } from '../runner/diagnosis/causes.js';
import { groupsOf } from '../runner/diagnosis/finding-group.js';
import { shownBy, stageOf } from '../runner/selfcheck/signatures.js';
/** For each specimen, the causes of what it gets wrong. Traits are left out: only conditions need them. */
export function diagnosed(specimens, vectors, dictionary, progress = () => { }) {
    const cases = specimens.map(() => []);
    vectors.forEach((vector, done) => {
        const stage = stageOf(vector);
        specimens.forEach((specimen, i) => {
            const shown = tried(() => shownBy(specimen, stage));
            if (shown !== undefined)
                cases[i]?.push(caseOf(vector, shown));
        });
        progress(done + 1);
    });
    return cases.map((own) => findCauses(own, dictionary));
}
/** Not played where the specimen breaks. */
function tried(play) {
    try {
        return play();
    }
    catch {
        return undefined;
    }
}
function caseOf({ id }, { findings, ratio }) {
    return {
        id,
        groups: groupsOf(findings),
        names: NO_NAMES,
        isTelling: ratio >= 1,
        isKnown: false,
        weight: [0, 0],
        traits: NO_TRAITS,
    };
}
const NO_NAMES = new Map();
const NO_TRAITS = new Set();
/** Whether a cause names the fault, or one that no vector tells from it. */
export function isNamed(name, names, { faults }) {
    const fault = faults.find((one) => one.name === name);
    return names.some((other) => other === name || isTwin(fault, faults.find((one) => one.name === other)));
}
/** They fail the same vectors, in the same ways. */
function isTwin(a, b) {
    if (a === undefined || b === undefined || a.at.length !== b.at.length)
        return false;
    const shows = new Map([...a.at].map((place, i) => [place, a.shows[i]]));
    return [...b.at].every((place, i) => shows.get(place) === b.shows[i]);
}
//# sourceMappingURL=diagnosed.js.map