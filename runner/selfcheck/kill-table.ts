/** What selfcheck found, as docs/kill-table.md: the same text from the same vectors. */

import type { FaultResult, SelfcheckResult, VariantResult } from './selfcheck.ts';

export function killTable({ faults, variants }: SelfcheckResult): string {
  return [
    '# What the verdicts are worth',
    '',
    '`rsc-conformance selfcheck` plays all vectors on coalescers with a planted fault: each must be caught, and the verdict',
    'must name what was broken. It plays them on coalescers that are unusual but legal, too: none may be accused. This page is',
    'made by `rsc-conformance selfcheck --markdown docs/kill-table.md`; a test compares it.',
    '',
    `## ${faults.length} planted faults`,
    '',
    'Most break one rule of the registry: *removed*, it never speaks; *inverted*, it speaks of everything else; *wrong*, the',
    'field or value that it computes is another. The others were written by hand, after bugs of the field. "Broken" is the row of',
    'the catalogue; "named" are the rows that verdicts named first; then come the first vectors that catch it. Where another',
    'row is named than the broken one, the two say the same of these frames.',
    '',
    '| fault | what it does | broken | named | caught first by |',
    '|---|---|---|---|---|',
    ...faults.map(faultRow),
    '',
    `## ${variants.length} legal variants`,
    '',
    'None is accused. "Less" counts the vectors in which it merged less than the reference that announces the same: they are',
    '`pass-less`, not failures.',
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
  const wrongly = misblamed.length > 0 ? ` **MISBLAMED**` : '';
  return row(fault.name, fault.summary, fault.broken, verdict + wrongly, caughtBy.map((id) => `\`${id}\``).join(', '));
}

function variantRow({ variant, accusations, passLess, played }: VariantResult): string {
  const [first] = accusations;
  const less = first === undefined ? `${passLess}` : `**ACCUSED** of ${first.finding.rule} by ${first.vector}`;
  return row(variant.name, variant.summary, less, `${played}`);
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
