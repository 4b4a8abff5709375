/** The results of selfcheck, as docs/kill-table.md: the same text from the same vectors. */

import type { FaultResult, SelfcheckResult, VariantResult } from './selfcheck.ts';

export function killTable({ faults, variants }: SelfcheckResult): string {
  return [
    '# What the verdicts are worth',
    '',
    'For people who want to know which faults the vectors catch. This page lists every planted fault with the vectors that show it.',
    '',
    '`rsc-conformance selfcheck` plays all vectors on coalescers with one planted fault each. The vectors must catch every fault,',
    'and the verdict must name the rule that the fault breaks. It also plays them on coalescers that are unusual but legal: these',
    'must not fail. `rsc-conformance selfcheck --markdown docs/kill-table.md` makes this page, and a test compares it.',
    '',
    `## ${faults.length} planted faults`,
    '',
    'Most faults change one rule of the registry: *removed*, the rule never applies; *inverted*, it applies exactly where it should',
    'not; *wrong*, it computes a wrong field or value. The others are written by hand, after bugs found in the field. "Broken" is the',
    'row of the catalogue that the fault breaks; "named" are the rows that the verdicts name first; the last column shows the first',
    'vectors that catch it. Where the two rows differ, both describe the same error in these frames.',
    '',
    '| fault | what it does | broken | named | caught first by |',
    '|---|---|---|---|---|',
    ...faults.map(faultRow),
    '',
    `## ${variants.length} legal variants`,
    '',
    'None of them fails a vector. "Less" counts the vectors in which a variant merges less than a reference with the same',
    'capabilities: the verdict there is `pass-less`.',
    '',
    '| variant | what it does | less | of |',
    '|---|---|---|---|',
    ...variants.map(variantRow),
    '',
  ].join('\n');
}

/** A line of the page. */
export function faultRow({ fault, caughtBy, named, misblamed }: FaultResult): string {
  const verdict = caughtBy.length === 0 ? '**SURVIVED**' : named.join(' ');
  const wrongly = misblamed.length > 0 ? ` **WRONG RULE**` : '';
  return row(fault.name, fault.summary, fault.broken, verdict + wrongly, caughtBy.map((id) => `\`${id}\``).join(', '));
}

function variantRow({ variant, failures, passLess, played }: VariantResult): string {
  const [first] = failures;
  const less = first === undefined ? `${passLess}` : `**FAILS** ${first.finding.rule} in ${first.vector}`;
  return row(variant.name, variant.summary, less, `${played}`);
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
