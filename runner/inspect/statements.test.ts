import { expect } from 'chai';
import fc from 'fast-check';
import { u16 } from '../../reference-impl/wire/bytes.ts';
import { fold, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { handshake, inspect, type Shot, segment, text, unfilled } from '../../testing/inspect-scene.ts';
import type { InspectReport, Statement } from './report.ts';
import { together, togetherText } from './together.ts';

const same = (frame: Uint8Array): Uint8Array => frame;

function statement(report: InspectReport, words: RegExp): Statement | undefined {
  return report.statements.find((each) => words.test(each.text));
}

function shots(frames: readonly Uint8Array[], start = 1000): Shot[] {
  return frames.map((frame, i) => ({ at: start + i, frame }));
}

/** Data of the client from `seq` on, the first byte of its stream being 1000. */
function data(seq: number, length: number, spec: object = {}): Uint8Array {
  return segment(true, { seq, ack: 5000, payload: text(length, seq), ...spec });
}

function ack(number: number): Uint8Array {
  return segment(false, { seq: 5000, ack: number });
}

/** An Ethernet frame's bytes from its IP header on. */
function packetOf(frame: Uint8Array): Uint8Array {
  return frame.slice(14);
}

function bytes(...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const MACS = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];

/** An IPv4 header without options; nothing that is read here depends on its checksum. */
function outer(protocol: number, inside: Uint8Array): Uint8Array {
  const length = 20 + inside.length;
  return bytes(
    MACS,
    [8, 0, 0x45, 0, length >> 8, length & 255, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 9, 9, 1, 10, 9, 9, 2],
    inside,
  );
}

function udp(port: number, inside: Uint8Array): Uint8Array {
  const length = 8 + inside.length;
  return outer(17, bytes([0x12, 0x34, port >> 8, port & 255, length >> 8, length & 255, 0, 0], inside));
}

const ENCAPSULATIONS: Readonly<Record<string, (frame: Uint8Array) => Uint8Array>> = {
  'LLC/SNAP': (frame) => bytes(MACS, [0, 200, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0], packetOf(frame)),
  MPLS: (frame) => bytes(MACS, [0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64], packetOf(frame)),
  PPPoE: (frame) => bytes(MACS, [0x88, 0x64, 0x11, 0, 0, 7, 0, 100, 0, 0x21], packetOf(frame)),
  'IP-in-IP': (frame) => outer(4, packetOf(frame)),
  GRE: (frame) => outer(47, bytes([0x20, 0, 8, 0, 0, 0, 0, 9], packetOf(frame))),
  VXLAN: (frame) => udp(4789, bytes([8, 0, 0, 0, 0, 0, 5, 0], frame)),
  Geneve: (frame) => udp(6081, bytes([1, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 3, 4], frame)),
};

describe('statements of inspect', () => {
  it('see a gap before an ACK without payload, as Wireshark does, and what fills it later', () => {
    const acks = segment(true, { seq: 1300, ack: 5000 });
    const { connections } = inspect([
      ...handshake(100, 'client', same),
      ...shots([data(1000, 100), acks, data(1100, 200), data(1300, 50)]),
    ]);
    const order = connections[0]?.directions[0]?.order;
    expect(order?.gaps.frames).to.deep.equal([5]);
    expect(order?.filled.frames).to.deep.equal([6]);
    expect(order?.retransmissions.count).to.equal(0);
  });

  it('names a retransmission that carries other bytes than the first copy, and the frames of both', () => {
    const report = inspect([
      ...handshake(200, 'client', same),
      ...shots([
        data(1000, 1460),
        data(2460, 1460),
        ack(2460),
        data(2460, 1460, { payload: text(1460, 7) }),
        ack(3920),
      ]),
    ]);
    const changed = statement(report, /other bytes than the first copy/);
    expect(changed?.shown).to.deep.equal({ count: 1, frames: [7] });
    expect(changed?.text).to.match(/first copy \(frame 5\).*right checksums.*scatter\/gather/);
    expect(changed?.filter).to.equal('frame.number in {7}');
    expect(statement(report, /^1 frame is a retransmission\.$/)?.shown.count).to.equal(1);
  });

  it('does not call a copy changed whose checksum is wrong: that is damage', () => {
    const report = inspect([
      ...handshake(200, 'client', same),
      ...shots([data(1000, 500), data(1000, 500, { payload: text(500, 3), corrupt: { tcpChecksum: 'wrong' } })]),
    ]);
    expect(statement(report, /other bytes/)).to.equal(undefined);
    expect(statement(report, /retransmission/)?.shown.count).to.equal(1);
  });

  it('compares a segment with its place in a long frame', () => {
    const long = unfilled(data(1000, 2920));
    const whole = data(1000, 2920);
    const same_ = inspect([...handshake(200, 'client', same), ...shots([whole, data(2460, 1460)])]);
    expect(statement(same_, /other bytes/)).to.equal(undefined);
    const other = inspect([
      ...handshake(200, 'client', same),
      ...shots([whole, data(2460, 1460, { payload: text(1460) })]),
    ]);
    expect(statement(other, /other bytes/)?.shown.frames).to.deep.equal([5]);
    const unknown = inspect([
      ...handshake(200, 'client', same),
      ...shots([long, data(2460, 1460, { payload: text(1460) })]),
    ]);
    expect(statement(unknown, /other bytes/), 'the long frame’s checksum proves nothing').to.equal(undefined);
  });

  it('tells a hole that is filled later from a retransmission, and both from what the capture dropped', () => {
    const filled = inspect([
      ...handshake(200, 'client', same),
      ...shots([data(1000, 100), data(1200, 100), data(1100, 100)]),
    ]);
    expect(statement(filled, /came after later data/)?.shown.frames).to.deep.equal([6]);
    expect(statement(filled, /retransmission/)).to.equal(undefined);
    const again = inspect([
      ...handshake(200, 'client', same),
      ...shots([data(1000, 100), data(1200, 100), data(1100, 100), data(1100, 100)]),
    ]);
    expect(statement(again, /^1 frame is a retransmission/)?.shown.frames).to.deep.equal([7]);
    const dropped = inspect([...handshake(200, 'client', same), ...shots([data(1000, 100), ack(1300), ack(1300)])]);
    expect(statement(dropped, /the capture dropped packets/)?.shown.frames).to.deep.equal([5]);
    expect(statement(dropped, /duplicate ACK/), 'nothing is outstanding').to.equal(undefined);
  });

  it('counts duplicate ACKs, and takes keep-alives for what they are', () => {
    const report = inspect([
      ...handshake(200, 'client', same),
      ...shots([
        data(1000, 100),
        data(1100, 100),
        ack(1100),
        ack(1100),
        ack(1100),
        segment(true, { seq: 1199, ack: 5000, payload: text(1, 1199) }),
      ]),
    ]);
    expect(statement(report, /duplicate ACK/)?.shown).to.deep.equal({ count: 2, frames: [7, 8] });
    expect(statement(report, /retransmission/)).to.equal(undefined);
  });

  it('knows rewritten addresses by the one difference in all checksums', () => {
    const moved = [0, 1, 2, 3].map((i) => {
      const frame = data(1000 + 100 * i, 100);
      frame[29] = 77;
      return frame;
    });
    const report = inspect(shots(moved));
    expect(statement(report, /addresses or ports were rewritten/)?.shown.count).to.equal(4);
    expect(statement(report, /really wrong/)).to.equal(undefined);
    const one = data(1000, 100);
    one[29] = 77;
    expect(statement(inspect(shots([one])), /really wrong/)?.shown.frames).to.deep.equal([1]);
  });

  it('says of UDP what offloads did to it', () => {
    const long = segment(true, { transport: 'udp', payload: text(9000) });
    const report = inspect(shots([long, segment(true, { transport: 'udp', payload: text(900) })]));
    expect(report).to.deep.include({ tcp: 0, notTcp: 2 });
    expect(report.udp).to.deep.include({ frames: 2, largestPayload: 9000, long: { count: 1, frames: [1] } });
    expect(statement(report, /USO, UDP GSO/)?.shown.frames).to.deep.equal([1]);
    const left = segment(true, { transport: 'udp', payload: text(90) });
    const sum = fold(sumBytes(left, 26, 34) + 17 + u16(left, 38));
    left[40] = sum >> 8;
    left[41] = sum & 255;
    expect(statement(inspect(shots([left])), /UDP checksum of 1 frame was never filled in/)).not.to.equal(undefined);
  });

  for (const [kind, wrap] of Object.entries(ENCAPSULATIONS)) {
    it(`reads TCP inside ${kind}, and its offloads`, () => {
      const inner = [unfilled(data(1000, 100)), unfilled(data(1100, 4000))];
      const report = inspect(shots(inner.map(wrap)));
      expect(report.encapsulated).to.deep.equal({ [kind]: 2 });
      const [connection] = report.connections;
      expect(connection).to.deep.include({ a: '10.0.0.1:40000', b: '10.0.0.2:5000', encapsulation: kind });
      expect(connection?.directions[0]?.superFrames?.frames).to.equal(1);
      expect(connection?.directions[0]?.checksums.unfilledFrames.frames).to.deep.equal([1]);
      expect(statement(report, /Packets lie in other packets/)?.text).to.include(`${kind} (2 frames)`);
    });
  }

  it('follows tunnels in tunnels, and gives up in time', () => {
    const twice = ENCAPSULATIONS['GRE']?.(ENCAPSULATIONS['VXLAN']?.(data(1000, 9)) as Uint8Array) as Uint8Array;
    expect(inspect(shots([twice])).encapsulated).to.deep.equal({ 'GRE, VXLAN': 1 });
    let deep = data(1000, 9);
    for (let i = 0; i < 20; i++) deep = outer(4, packetOf(deep));
    expect(inspect(shots([deep])).notTcp).to.equal(1);
  });

  it('takes any bytes inside a tunnel', () => {
    const frames = Object.values(ENCAPSULATIONS).map((wrap) => wrap(data(1000, 40)));
    const damaged = fc
      .record({
        frame: fc.constantFrom(...frames),
        at: fc.array(fc.tuple(fc.integer({ min: 12, max: 110 }), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
        length: fc.integer({ min: 0, max: 160 }),
      })
      .map(({ frame, at, length }) => {
        const copy = frame.slice();
        for (const [offset, value] of at) if (offset < copy.length) copy[offset] = value;
        return copy.slice(0, length);
      });
    fc.assert(
      fc.property(fc.array(damaged, { maxLength: 5 }), (list) => {
        const { tcp, notTcp, fragments, headersCut, broken } = inspect(shots(list));
        expect(tcp + notTcp + fragments + headersCut + broken).to.equal(list.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('never names an end by unfilled checksums alone: a virtual link leaves them so, too', () => {
    const report = inspect(shots([data(1000, 100), unfilled(ack(1100)), data(1100, 100), unfilled(ack(1200))]));
    expect(report.connections[0]?.capturedAt).to.equal('unknown');
    expect(report.connections[0]?.why.join()).to.match(/10\.0\.0\.2 captured them, or a virtual link carried them/);
    expect(report.commands.map(({ host }) => host)).to.deep.equal(['10.0.0.2']);
    // The client's handshake excludes the server, so the server's unfilled checksums came over a virtual link.
    const own = inspect([
      ...handshake(200, 'client', same),
      ...shots([data(1000, 100), unfilled(ack(1100)), unfilled(ack(1100))]),
    ]);
    expect(own.connections[0]?.capturedAt).to.equal('a');
    expect(own.connections[0]?.why.join()).to.match(/the link between the two is virtual/);
  });

  it('names no end where signs contradict each other', () => {
    const report = inspect([
      { at: 0, frame: data(1000, 100), direction: 'out' },
      ...handshake(300, 'server', same).map((shot) => ({ ...shot, at: shot.at + 10 })),
    ]);
    expect(report.connections[0]?.capturedAt).to.equal('unknown');
    expect(report.connections[0]?.why).to.deep.equal(['the signs contradict each other']);
  });

  it('calls nothing a retransmission that comes once, in any cutting', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1460 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 0xffff_ffff }), (lengths, start) => {
        let seq = start;
        const frames = lengths.map((length) => {
          const frame = data(seq, length);
          seq = (seq + length) >>> 0;
          return frame;
        });
        expect(inspect(shots(frames)).statements.filter(({ filter }) => filter !== '')).to.deep.equal([]);
      }),
      { numRuns: 100 },
    );
  });

  it('says of two captures of the same traffic which end has what on', () => {
    const atClient = inspect([
      ...handshake(200, 'client', unfilled),
      ...shots([unfilled(data(1000, 2920)), ack(2460), ack(3920)]),
    ]);
    const atServer = inspect([
      ...handshake(200, 'server', same),
      ...shots([data(1000, 1460), data(2460, 1460), ack(2460), ack(3920)]),
    ]);
    const [a, b] = [atClient, { ...atServer, file: 'y.pcap' }] as const;
    const [up] = together([a, b]);
    expect(up?.views.map(({ capturedAt, long }) => [capturedAt, long])).to.deep.equal([
      ['sender', 1],
      ['receiver', 0],
    ]);
    expect(up?.conclusions[0]).to.match(
      /10\.0\.0\.1:40000 has transmit checksum offload on: x\.pcap lies before it, y\.pcap after/,
    );
    expect(up?.conclusions[1]).to.match(/has segmentation offload on/);
    expect(togetherText(together([a]))).to.include('share no TCP connection');
    const [virtual] = together([a, { ...a, file: 'z.pcap' }]);
    expect(virtual?.conclusions[0]).to.match(/the link is virtual/);
  });
});
