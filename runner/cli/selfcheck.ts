/** `selfcheck`: the suite's own teeth. */

import type { Command } from './command.ts';

export const selfcheckCommand: Command = {
  name: 'selfcheck',
  summary: 'Plants faults and legal oddities: which vectors catch which, and is anybody accused wrongly',
  usage: '',
  details: 'Exit status 1 if a fault survives or is blamed on an unrelated rule, or if a legal variant is accused.',
  options: {},
  async run(_parsed, io) {
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { Selfcheck } = await import('../selfcheck/selfcheck.ts');
    const selfcheck = new Selfcheck(loadCorpus().vectors);
    let wrong = 0;
    let faults = 0;
    io.out('Planted faults: rule named, first vectors that catch it\n');
    for (const { fault, caughtBy, named, misblamed } of selfcheck.faults()) {
      faults++;
      const isWrong = caughtBy.length === 0 || misblamed.length > 0;
      if (isWrong) wrong++;
      const verdict =
        caughtBy.length === 0
          ? 'SURVIVED'
          : misblamed.length > 0
            ? `MISBLAMED ${misblamed.join(' ')}`
            : named.join(' ');
      io.out(`  ${fault.name.padEnd(48)} ${verdict.padEnd(12)} ${caughtBy.join(' ')}\n`);
    }
    let variants = 0;
    io.out('Legal variants: vectors that merged less\n');
    for (const { variant, accusations, passLess } of selfcheck.variants()) {
      variants++;
      const [first] = accusations;
      if (first !== undefined) wrong++;
      const verdict =
        first === undefined
          ? `conformant, ${passLess} pass-less`
          : `ACCUSED of ${first.finding.rule} by ${first.vector}`;
      io.out(`  ${variant.name.padEnd(28)} ${verdict}\n`);
    }
    io.out(
      `${faults} faults, ${variants} variants: ${wrong === 0 ? 'all as they should be' : `${wrong} not as they should be`}.\n`,
    );
    return wrong === 0 ? 0 : 1;
  },
};
