/** One bit of an indicated datagram is changed: which field the judge names. */

import { expect } from 'chai';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import type { FrameSpec } from '../../../reference-impl/wire/build.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';
import type { Finding, ObservedIndication } from '../types.ts';

function indicated(steps: readonly FrameStep[]): ObservedIndication {
  const [one, ...more] = referenceRun(steps).indications;
  if (one === undefined || more.length > 0) throw new Error('not one frame came out');
  return one;
}

function findings(steps: readonly FrameStep[], one: ObservedIndication): readonly Finding[] {
  const capabilities = { ...DEFAULT_CAPABILITIES, uro: true };
  return judge({ steps, indications: [one], statistics: undefined, capabilities }).findings;
}

/** Fields by the first byte of each, after the Ethernet header of 14 bytes. */
type Fields = readonly (readonly [from: number, field: string])[];

const UDP = (at: number): Fields => [
  [at, 'udp.ports'],
  [at + 4, 'udp.length'],
  [at + 6, 'udp.checksum'],
  [at + 8, 'payload'],
];
const UNIT4: Fields = [
  [0, 'ethernet'],
  [14, 'ipv4.version-ihl-tos'],
  [16, 'ipv4.total-length'],
  // Nobody's rule.
  [18, ''],
  [20, 'ipv4.flags-offset'],
  [22, 'ipv4.ttl'],
  [23, 'ipv4.protocol'],
  [24, 'ipv4.checksum'],
  [26, 'ipv4.addresses'],
  ...UDP(34),
];
const UNIT6: Fields = [
  [0, 'ethernet'],
  [14, 'ipv6.class-label'],
  [18, 'ipv6.payload-length'],
  [20, 'ipv6.next-header'],
  [21, 'ipv6.hop-limit'],
  [22, 'ipv6.addresses'],
  ...UDP(54),
];
const LONE4: Fields = [
  [0, 'ethernet'],
  [14, 'ip'],
  [34, 'udp'],
  [42, 'payload'],
  // Padding to Ethernet's minimum.
  [52, ''],
];
const LONE6: Fields = [
  [0, 'ethernet'],
  [14, 'ip'],
  [54, 'udp'],
  [62, 'payload'],
];

/** Where the frame is no datagram of its connection any more, it is another frame, and it does not matter which. */
const ELSEWHERE = [
  ...['ethernet', 'ip', 'ipv4.version-ihl-tos', 'ipv4.flags-offset', 'ipv4.protocol', 'ipv6.class-label'],
  'ipv6.next-header',
];

describe('judge, of one bit of a datagram', () => {
  const SIX: Partial<FrameSpec> = { src: 'fd00::1', dst: 'fd00::2' };
  const shapes: readonly (readonly [string, readonly FrameStep[], Fields])[] = [
    ['a unit', [URO, datagram(1), datagram(2), datagram(3), { dpc: true }], UNIT4],
    ['a unit, IPv6', [URO, datagram(1, SIX), datagram(2, SIX), { dpc: true }], UNIT6],
    ['a lone datagram', [URO, datagram(1), { dpc: true }], LONE4],
    ['a lone datagram, IPv6', [URO, datagram(1, SIX), { dpc: true }], LONE6],
  ];
  for (const [name, steps, fields] of shapes) {
    it(`fails whatever bit of ${name} is different, by its field`, () => {
      const sound = indicated(steps);
      expect(findings(steps, sound)).to.deep.equal([]);
      for (let at = 0; at < sound.frame.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const frame = sound.frame.slice();
          frame[at] = (frame[at] as number) ^ (1 << bit);
          const named = findings(steps, { ...sound, frame }).map(({ field }) => field);
          const [, field] = fields.findLast(([from]) => from <= at) as readonly [number, string];
          const where = `bit ${bit} of byte ${at}: ${named}`;
          if (field === '') expect(named, where).to.deep.equal([]);
          else if (ELSEWHERE.includes(field)) expect(named, where).to.have.length.above(0);
          else expect(named, where).to.include(field);
        }
      }
    });
  }
});
