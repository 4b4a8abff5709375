import { expect } from 'chai';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { explainText } from './explain-text.ts';

const { vectors } = loadCorpus();

function explained(id: string): string {
  const vector = vectors.find((one) => one.id === id) as Vector;
  return explainText(vector, {}).join('\n');
}

describe('explain', () => {
  it('tells what ended a unit by its own rule, not by the first of the row', () => {
    const extension = explained('exceptions/extension-headers/routing/middle/ipv6');
    expect(extension).to.match(
      /indicates #0 #1: \d+ bytes, CoalescedSegCount 2; ended by E5 ipv6-extension-header: An ext/,
    );
    expect(extension).to.match(/indicates #2: .*; ended by E5 ipv6-extension-header: /);
    expect(extension).to.match(/indicates #3 #4: .*; ended by I2 within-dpc: /);
    expect(explained('exceptions/checksum/tcp/middle/ipv4')).to.match(
      /ended by E2 tcp-checksum-wrong: The TCP checksum/,
    );
  });
});
