/** The sent capture lacks a copy, or shows a packet before the NIC cut it up: the device is not to blame. */

import { expect } from 'chai';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { setU16, u16 } from '../../reference-impl/wire/bytes.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { type Captured, coalesced, failuresOf, judged, LINK, partial, run } from '../../testing/capture-pair-scene.ts';
import { tunnelled } from '../../vectors/tunnel.ts';
import type { ConnectionResult } from './connection.ts';
import { pairEvents } from './pair-events.ts';

const SIX = { src: 'fd00::1', dst: 'fd00::2' } as const;
const FOUR = { src: '10.0.0.1', dst: '10.0.0.2' } as const;

function packet(seq: number, length: number, spec: Partial<FrameSpec> = {}): Uint8Array {
  const payload = Uint8Array.from({ length }, (_, k) => ((seq + k) * 2654435761) >>> 13);
  const base = {
    ...FOUR,
    sport: 5000,
    dport: 80,
    seq: seq >>> 0,
    ack: 1,
    window: 500,
    payload,
  };
  return buildFrame({ ...base, ...spec });
}

/** A device that gives a merged frame no right checksum, as it may if it flags it. */
function withoutChecksum(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  const at = LINK + 20 + TcpAt.checksum;
  setU16(copy, at, u16(copy, at) ^ 0x0101);
  return copy;
}

async function expectNoFailure(
  sent: readonly Captured[],
  received: readonly Captured[],
  options: Parameters<typeof judged>[2] = {},
): Promise<void> {
  expect(failuresOf(await judged(sent, received, options))).to.deep.equal([]);
}

describe('a copy or a part that the sent capture lacks', () => {
  it('may be the end of a unit, if its bytes are right and came once more', async () => {
    const first = [packet(1000, 653, { id: 10 }), packet(1653, 40, { id: 11 })];
    const again = packet(1653, 40, { id: 14, timestamps: [9, 9] });
    const long = packet(1693, 1000, { id: 15 });
    await expectNoFailure([first[0] as Uint8Array, again, long], [...coalesced(first), again, long]);
  });

  it('is not the end of a unit if the bytes are wrong, or none came again', async () => {
    const first = packet(1000, 653, { id: 10 });
    const wrong = packet(1653, 40, { id: 11, payload: new Uint8Array(40).fill(7) });
    const again = packet(1653, 40, { id: 14 });
    const long = packet(1693, 1000, { id: 15 });
    const sent = [first, again, long];
    expect(failuresOf(await judged(sent, [...coalesced([first, wrong]), again, long]))).to.include('H1 payload');
  });

  it('may have acknowledged more than the first copy', async () => {
    const early = [0, 1, 2, 3].map((i) => packet(1000 + i * 500, 500, { ...SIX, ack: 100 }));
    const late = [0, 1].map((i) => packet(1000 + i * 500, 500, { ...SIX, ack: 140 }));
    const after = packet(3000, 500, { ...SIX, ack: 140 });
    const received = [...coalesced(early.slice(2), 2), ...coalesced(late, 2), after];
    await expectNoFailure([...early, after], received);
  });

  it('acknowledged nothing that no other packet did', async () => {
    const sent = [0, 1, 2, 3].map((i) => packet(1000 + i * 500, 500, { ...SIX, ack: 100 }));
    const wrong = [0, 1].map((i) => packet(1000 + i * 500, 500, { ...SIX, ack: 7777 }));
    const received = [...coalesced(wrong, 2), ...coalesced(sent.slice(2), 2)];
    expect(failuresOf(await judged(sent, received))).to.deep.equal(['H6 tcp.ack']);
  });

  it('may have the Identification of another packet, if that is all that they share', async () => {
    const ack = (id: number, number: number, spec: Partial<FrameSpec> = {}): Uint8Array =>
      packet(1000, 0, { id, ack: number, ...spec });
    const sent = [ack(0x1234, 9000, { window: 411, flags: 'AE' }), ack(0x9999, 9500, { window: 412, flags: 'AE' })];
    await expectNoFailure(sent, [ack(0x1234, 3000, { window: 407 }), ...sent]);
  });

  it('may be the first copy, with an earlier TSval', async () => {
    const stamped = (seq: number, length: number, tsval: number): Uint8Array =>
      packet(seq, length, { ...SIX, timestamps: [tsval, 9] });
    const before = stamped(900, 100, 10);
    const again = [stamped(1000, 700, 40), stamped(1700, 800, 40), stamped(2500, 500, 40)];
    const first = [0, 1, 2].map((i) => stamped(1000 + i * 500, 500, 10));
    const [result] = await judged([before, ...again], [before, ...coalesced(first, 3), ...again.slice(2)]);
    const findings = result?.incidents.flatMap((incident) => incident.findings) ?? [];
    expect(findings.map(({ doubt }) => doubt)).to.deep.equal([
      'its TSval is earlier than that of what was sent: the first copy may be missing in the sent capture',
    ]);
  });

  it('does not excuse an altered pure ACK', async () => {
    const sent = [1, 2, 3].map((i) => packet(1000, 0, { id: 100 * i, ack: 1000 * i }));
    const wrong = packet(1000, 0, { id: 200, ack: 1700 });
    expect(failuresOf(await judged(sent, [sent[0] as Uint8Array, wrong, sent[2] as Uint8Array]))).to.include(
      'H6 tcp.ack',
    );
  });
});

describe('a packet that the sender’s NIC cuts up', () => {
  it('may come merged again, with a checksum that is flagged', async () => {
    const whole = [...coalesced(run(4), 4), ...coalesced(run(4, {}, 4), 4)];
    await expectNoFailure(whole, whole.map(withoutChecksum));
  });

  it('does not excuse the checksum of a packet of the link', async () => {
    const sent = run(4);
    const received = sent.map((frame, i) => (i === 2 ? withoutChecksum(frame) : frame));
    expect(failuresOf(await judged(sent, received))).to.deep.equal(['H7 tcp.checksum']);
  });

  it('inside a tunnel has an outer length of its own', async () => {
    const outer = (frame: Uint8Array, i: number): Uint8Array => tunnelled(frame, { kind: 'vxlan' }, 50 + i);
    // Its sender forgets the options, which are within the MSS.
    const syn = outer(packet(1000 - 1501, 0, { id: 1, flags: 'S', ack: 0, options: '02040578' }), 0);
    const timestamps = [7, 7] as const;
    const inner = packet(1000, 1389, { id: 5, flags: 'AP', timestamps });
    const pieces = [
      packet(1000, 1388, { id: 5, timestamps }),
      packet(2388, 1, { id: 6, flags: 'AP', timestamps, payload: inner.subarray(-1) }),
    ];
    const some = (seq: number, at: number): Uint8Array[] =>
      [0, 1, 2].map((i) => outer(packet(seq + i * 500, 500, { id: at + i, timestamps }), at + i));
    const [before, after] = [some(1000 - 1500, 2), some(2389, 9)];
    const came = [syn, ...before, ...pieces.map((piece, i) => outer(piece, 5 + i)), ...after];
    await expectNoFailure([syn, ...before, outer(inner, 5), ...after], came);
  });

  it('is no malformed frame if its IP length is 0: what came may have its bytes', async () => {
    const text = Uint8Array.from({ length: 4000 }, (_, k) => 97 + (k % 26));
    const wire = [0, 1, 2, 3, 4, 5, 6].map((i) =>
      packet(1000 + i * 520, 520, { ...SIX, payload: text.subarray(i * 520, (i + 1) * 520) }),
    );
    const [pair] = coalesced(wire.slice(5), 2) as [Uint8Array];
    const zero = partial(pair);
    setU16(zero, LINK + 4, 0);
    await expectNoFailure([...wire.slice(0, 1), ...wire.slice(3, 5), zero], coalesced(wire, 7));
  });

  it('is named by its own packets', async () => {
    const sent = Array.from({ length: 6 }, (_, i) => packet(1000 + i * 500, 500, { id: 10 + i }));
    const [one, two, three] = [0, 2, 4].flatMap((i) => coalesced(sent.slice(i, i + 2), 2)) as Uint8Array[];
    const received = [one, one, two, three, three] as Uint8Array[];
    const [result] = await judged(sent, received);
    const { verdict } = pairEvents('captures/a', result as ConnectionResult, []);
    expect(verdict.findings.map(({ message }) => message.replace(/ A warning.*\. \(/, ' ('))).to.deep.equal([
      '#0 and #1 came out twice: indication 0 repeats what is in another. (sent packets 1 to 2; received packet 2)',
      '#2 and #3 came out twice: indication 1 repeats what is in another. (sent packets 5 to 6; received packet 5)',
    ]);
    expect(verdict.indications.map(({ arrivals }) => arrivals)).to.deep.equal([[], []]);
  });
});
