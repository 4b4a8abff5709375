import { expect } from 'chai';
import type { FrameStep } from '../../reference-impl/step.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { readCommand, renderStep } from './commands.ts';
import { renderSetting } from './settings.ts';

const { vectors } = loadCorpus();

describe('rsc-line: commands', () => {
  it('say every step of the corpus so that it is read as the same', () => {
    const settings = new Set<string>();
    const some = vectors.filter(({ steps }, i) => i % 9 === 0 || steps.some((step) => 'set' in step));
    for (const vector of some)
      for (const step of expandVector(vector)) {
        const line = renderStep(step);
        if ('set' in step) settings.add(line);
        const read = readCommand(line);
        expect(read, `${vector.id}: ${line.slice(0, 80)}`).to.deep.equal({ kind: 'step', step: plain(step) });
      }
    expect([...settings].filter((line) => !/^SET( [a-z0-9]+=[A-Za-z0-9_,]+)+$/.test(line))).to.deep.equal([]);
    for (const key of ['rsc4', 'rsc6', 'uro', 'rxcsum', 'features'])
      expect(
        [...settings].some((line) => line.includes(` ${key}=`)),
        key,
      ).to.equal(true);
  });

  it('keep marks from who does not take them', () => {
    const step = { rx: Uint8Array.of(1, 0xab), csum: 'partial', ipsec: true } as const;
    expect(renderStep(step)).to.equal('RX 01ab csum=partial ipsec=1');
    expect(renderStep(step, { csum: false, ipsec: true })).to.equal('RX 01ab ipsec=1');
    expect(renderStep(step, { csum: true, ipsec: false })).to.equal('RX 01ab csum=partial');
  });

  it('negotiate by the names of what is negotiated, and by nothing else', () => {
    const negotiate = { without: ['RSC_EXT'], with: ['MRG_RXBUF'] } as const;
    expect(renderSetting({ negotiate, rsc4: true, rsc6: true })).to.equal(
      'SET features=GUEST_CSUM,GUEST_TSO4,GUEST_TSO6,MRG_RXBUF',
    );
    const without = ['GUEST_CSUM', 'GUEST_TSO4', 'GUEST_TSO6', 'RSC_EXT'] as const;
    expect(renderSetting({ negotiate: { without } })).to.equal('SET features=none');
  });

  it('are unknown where a key, a value or a number is', () => {
    for (const line of ['', 'SET rsc4=maybe', 'SET colour=red', 'TICK', 'TICK -1', 'RX 0', 'RX', 'rx 00', 'PROBE'])
      expect(readCommand(line).kind, line).to.equal(line === 'RX' ? 'step' : 'unknown');
  });
});

/** A setting as the line says it, in the order of its keys. */
function plain(step: FrameStep): FrameStep {
  return 'rx' in step ? { ...step, rx: new Uint8Array(step.rx) } : step;
}
