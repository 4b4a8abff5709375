import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { handshake, inspect, packet, type Shot, segment, text, unfilled } from '../../testing/inspect-scene.ts';
import { Inspector } from './inspector.ts';
import type { DirectionReport, InspectReport } from './report.ts';
import { reportText } from './report-text.ts';

const same = (frame: Uint8Array): Uint8Array => frame;

const linux = ({ commands }: InspectReport): string[] => commands.flatMap((host) => host.linux);

function direction(report: InspectReport, index: 0 | 1): DirectionReport {
  return report.connections[0]?.directions[index] as DirectionReport;
}

/** Data of the server, which the client's acknowledge. */
function download(frames: readonly Uint8Array[], start = 500): Shot[] {
  return frames.map((frame, i) => ({ at: start + 10 * i, frame }));
}

function data(seq: number, length: number, spec: object = {}): Uint8Array {
  return segment(false, { seq, ack: 1000, payload: text(length, seq), ...spec });
}

describe('inspect', () => {
  it('knows Linux GRO on the receiving side by who captured and by its checksums', () => {
    const shots = [
      ...handshake(200, 'client', unfilled),
      ...download([unfilled(data(5000, 14_600)), data(19_600, 1460), unfilled(data(21_060, 2920))]),
      { at: 600, frame: unfilled(segment(true, { seq: 1000, ack: 23_980, trailer: 0 })) },
    ];
    const report = inspect(shots);
    expect(report.connections[0]?.capturedAt).to.equal('a');
    expect(direction(report, 1).superFrames).to.deep.include({
      kind: 'coalesced-receive',
      frames: 2,
      largest: 14_600,
      segments: 12,
      acks: { total: 1, inside: 0, most: 1 },
    });
    expect(report.commands.map(({ host }) => host)).to.deep.equal(['10.0.0.1']);
    expect(linux(report)).to.deep.equal(['ethtool -K IF gro off lro off rx-gro-hw off tx off']);
    expect(report.commands[0]?.windows[0]).to.equal('Disable-NetAdapterRsc -Name "IF"');
    expect(reportText(report)).to.include('Linux GRO, which leaves the pseudo-header sum');
    expect(report.verdict).to.match(/2 frames that it received are longer than a segment/);
    expect(report.verdict).to.match(/checksum of 2 of these was not recomputed/);
    expect(report.verdict, 'the client’s own').to.match(/checksum of 3 frames was never filled in/);
  });

  it('knows a checksum that a coalescer recomputed, and one that it left as it was', () => {
    const tail = { at: 900, frame: segment(true, { seq: 1000, ack: 9380, trailer: 0 }) };
    const recomputed = inspect([...handshake(200, 'client', same), ...download([data(5000, 4380)]), tail]);
    expect(direction(recomputed, 1).superFrames).to.deep.include({ kind: 'coalesced-receive' });
    expect(linux(recomputed)).to.deep.equal(['ethtool -K IF gro off lro off rx-gro-hw off']);
    expect(reportText(recomputed)).to.include('recomputed the checksum');
    const stale = data(5000, 4380, { corrupt: { tcpChecksum: 0x1234 } });
    const left = inspect([...handshake(200, 'client', same), ...download([stale]), tail]);
    expect(direction(left, 1).superFrames).to.deep.include({ kind: 'coalesced-receive' });
    expect(reportText(left)).to.include('left the checksum as it was');
    expect(left.verdict).not.to.include('really wrong');
  });

  it('takes a long frame that is acknowledged in its middle for a send, if nothing else shows it', () => {
    const shots = [
      { at: 0, frame: segment(true, { seq: 1000, ack: 5000, payload: text(5840) }) },
      ...[2920, 4380, 5840].map((n, i) => ({
        at: 200 + i,
        frame: segment(false, { seq: 5000, ack: 1000 + n, trailer: 6 }),
      })),
    ];
    const report = inspect(shots);
    expect(report.connections[0]).to.deep.include({ capturedAt: 'a', mss: { value: 1460, assumed: true } });
    expect(direction(report, 0).superFrames).to.deep.include({
      kind: 'unsegmented-send',
      segments: 4,
      acks: { total: 3, inside: 2, most: 3 },
    });
  });

  it('acknowledges across the wrap of sequence numbers', () => {
    const start = 0xffff_f000;
    const report = inspect([
      { at: 0, frame: segment(true, { seq: start, payload: text(8760) }) },
      { at: 9, frame: segment(false, { seq: 1, ack: (start + 2920) >>> 0 }) },
      { at: 10, frame: segment(false, { seq: 1, ack: (start + 5840) >>> 0 }) },
      { at: 11, frame: segment(false, { seq: 1, ack: (start + 5840) >>> 0 }) },
      { at: 12, frame: segment(false, { seq: 1, ack: (start + 8760) >>> 0 }) },
    ]);
    expect(direction(report, 0).superFrames?.acks).to.deep.equal({ total: 3, inside: 2, most: 3 });
  });

  it('does not know the side where nothing tells, and says both', () => {
    const report = inspect(download([data(5000, 2920, { corrupt: { tcpChecksum: 'wrong' } })]));
    expect(report.connections[0]?.capturedAt).to.equal('unknown');
    expect(direction(report, 0).superFrames?.kind).to.equal('unknown');
    expect(report.commands.map((each) => [each.host, ...each.linux])).to.deep.equal([
      ['10.0.0.2', 'ethtool -K IF tso off gso off'],
      ['10.0.0.1', 'ethtool -K IF gro off lro off rx-gro-hw off'],
    ]);
    expect(report.verdict)
      .to.match(/does not tell which side/)
      .and.not.match(/really wrong/);
  });

  it('learns the side from other connections of the host', () => {
    const other = segment(true, { sport: 41_000, seq: 1, payload: text(2920) });
    const report = inspect([...handshake(500, 'client', unfilled), { at: 900, frame: other }]);
    expect(report.connections[1]?.capturedAt).to.equal('a');
    expect(report.connections[1]?.directions[0]?.superFrames?.kind).to.equal('unsegmented-send');
  });

  it('knows the server’s side by the handshake and by the TTLs', () => {
    const shots = handshake(300, 'server', same).map(({ at, frame }) => ({ at, frame }));
    expect(inspect(shots).connections[0]).to.deep.include({ capturedAt: 'b' });
    const far = [
      { at: 0, frame: segment(true, { ttl: 113, seq: 1, payload: text(9) }) },
      { at: 5, frame: segment(false, { ttl: 64, seq: 1, payload: text(9) }) },
    ];
    expect(inspect(far).connections[0]?.capturedAt).to.equal('b');
  });

  it('knows frames that the capture marks, and a loopback link', () => {
    const long = segment(true, { seq: 1, payload: text(9000) });
    const kind = (frames: Shot[]): unknown => direction(inspect(frames), 0).superFrames?.kind;
    expect(kind([{ at: 0, frame: long, direction: 'out' }])).to.equal('unsegmented-send');
    expect(kind([{ at: 0, frame: long, direction: 'in' }])).to.equal('coalesced-receive');
    const both = [
      { at: 0, frame: unfilled(segment(true, { seq: 1, payload: text(9) })) },
      { at: 1, frame: unfilled(segment(false, { seq: 1, payload: text(9) })) },
      { at: 2, frame: unfilled(segment(true, { seq: 10, payload: text(20_000) })) },
    ];
    expect(kind(both)).to.equal('passed-whole');
  });

  it('tells damage from a pattern and from zero', () => {
    const bad = (seq: number, tcpChecksum: 'wrong' | number): Uint8Array =>
      segment(false, { seq, payload: text(100, seq), corrupt: { tcpChecksum } });
    const damaged = inspect(download([data(5000, 100), bad(5100, 'wrong'), bad(5200, 'wrong'), data(5300, 100)]));
    expect(direction(damaged, 0).checksums).to.deep.include({ right: 2, wrong: 2, reallyWrong: 2 });
    expect(damaged.verdict).to.match(/checksum of 2 frames is really wrong/);
    expect(linux(damaged)).to.deep.equal([]);
    const pattern = inspect(download([bad(5100, 0xbeef), bad(5200, 0xbeef), bad(5300, 0xbeef)]));
    expect(direction(pattern, 0).checksums).to.deep.include({ wrong: 3, reallyWrong: 0 });
    expect(direction(pattern, 0).checksums.patterns).to.deep.equal([{ value: 0xbeef, count: 3 }]);
    expect(pattern.verdict).to.match(/checksum of 3 frames was never filled in/);
    const again = inspect(download([bad(5100, 0xbeef), bad(5100, 0xbeef), bad(5100, 0xbeef)]));
    expect(direction(again, 0).checksums.reallyWrong, 'one damaged frame thrice').to.equal(3);
    const zero = inspect(download([bad(5100, 0)]));
    expect(direction(zero, 0).checksums).to.deep.include({ zero: 1, wrong: 0 });
    const withoutLength = inspect(download([unfilled(data(5000, 100), false)]));
    expect(direction(withoutLength, 0).checksums['pseudo-header']).to.equal(1);
  });

  it('takes a right checksum for right even where it equals the pseudo-header’s sum or zero', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), fc.boolean(), (payload, zero) => {
        // The last two bytes make the checksum what we want.
        const even = payload.subarray(0, payload.length & ~1);
        const frame = segment(true, { seq: 1, payload: even, trailer: 0 });
        const at = 34 + 16;
        const want = zero ? 0 : readU16(unfilled(segment(true, { seq: 1, payload: even, trailer: 0 })), at);
        const last = frame.length - 2;
        // In ones' complement the checksum falls by what the word rises by.
        const word = (readU16(frame, last) + readU16(frame, at) + (0xffff - want)) % 0xffff;
        setU16(frame, last, word);
        setU16(frame, at, want);
        const { right } = direction(inspect([{ at: 0, frame }]), 0).checksums;
        expect(right).to.equal(1);
      }),
    );
  });

  it('reads TSO frames whose IP length is 0, and frames beyond 65,535 bytes', () => {
    const frame = segment(true, { seq: 1, payload: text(5000), corrupt: { ipLength: 0 } });
    const report = inspect([{ at: 0, frame }]);
    expect(direction(report, 0)).to.deep.include({ payloadBytes: 5000, zeroIpLength: 1 });
    expect(direction(report, 0).superFrames).to.deep.include({ kind: 'unsegmented-send', segments: 4 });
    const six = { src: 'fd00::1', dst: 'fd00::2', sport: 1, dport: 2, seq: 1 };
    const v6 = buildFrame({ ...six, payload: text(5000), corrupt: { ipLength: 0 } });
    expect(direction(inspect([{ at: 0, frame: v6 }]), 0).payloadBytes).to.equal(5000);
    const big = new Uint8Array(200_000);
    big.set(segment(true, { seq: 1, payload: text(100), corrupt: { ipLength: 0 } }));
    const { superFrames } = direction(inspect([{ at: 0, frame: big }]), 0);
    expect(superFrames).to.deep.include({ kind: 'unknown', largest: 200_000 - 54 });
  });

  it('marks frames that the snaplen cut, and still recognises their checksums', () => {
    const shots = [
      { at: 0, frame: unfilled(data(5000, 2920)).slice(0, 96), originalLength: 2974 },
      { at: 1, frame: data(7920, 1460).slice(0, 96), originalLength: 1514 },
      { at: 2, frame: data(9380, 1460).slice(0, 40), originalLength: 1514 },
    ];
    const report = inspect(shots);
    expect(report).to.deep.include({ tcp: 2, cut: 2, headersCut: 1 });
    expect(direction(report, 0)).to.deep.include({ cutFrames: 2, payloadBytes: 4380 });
    expect(direction(report, 0).superFrames?.checksums['pseudo-header']).to.equal(1);
    expect(direction(report, 0).checksums).to.deep.include({ unknown: 1, wrong: 0 });
    expect(reportText(report)).to.include('2 cut by the snaplen after the headers');
  });

  it('takes the segments of a jumbo link for what they are', () => {
    const jumbo = inspect(download([0, 1, 2, 3, 4].map((i) => data(5000 + 8960 * i, 8960))));
    expect(jumbo.connections[0]?.mss).to.deep.equal({ value: 8960, assumed: true });
    expect(direction(jumbo, 0)).not.to.have.property('superFrames');
    expect(direction(jumbo, 0).checksums.right).to.equal(5);
    const pairs = inspect(download([0, 1, 2, 3, 4].map((i) => data(5000 + 2920 * i, 2920))));
    expect(direction(pairs, 0).superFrames?.frames, 'whole segments, two by two').to.equal(5);
    const few = inspect(download([data(5000, 8960), data(13_960, 8960)]));
    expect(direction(few, 0).superFrames?.frames, 'too few to tell').to.equal(2);
    const mixed = inspect(download([data(5000, 2920), data(7920, 4380), data(12_300, 7300)]));
    expect(direction(mixed, 0).superFrames?.frames).to.equal(3);
  });

  it('counts what is no TCP, fragments, and broken headers, and takes IPv6 with tags and extensions', () => {
    const six = { src: 'fd00::1', dst: 'fd00::2', sport: 1, dport: 2, seq: 1 };
    const tagged = buildFrame({
      ...six,
      tags: [{ vid: 5 }],
      extensions: [{ kind: 'hop-by-hop' }],
      payload: text(1441),
    });
    const frames = [
      segment(true, { transport: 'udp', payload: text(9) }),
      segment(true, { fragmentOffset: 3, payload: text(9) }),
      buildFrame({ ...six, extensions: [{ kind: 'fragment', more: true }], payload: text(8) }),
      segment(true, { corrupt: { dataOffset: 15 } }),
      segment(true, { corrupt: { ihl: 3 } }),
      segment(true, { corrupt: { etherType: 0x0806 } }),
      tagged,
    ];
    const report = inspect(frames.map((frame, at) => ({ at, frame })));
    expect(report).to.deep.include({ frames: 7, tcp: 1, notTcp: 2, fragments: 2, broken: 2 });
    expect(report.connections[0]).to.deep.include({ a: '[fd00::1]:1', mss: { value: 1440, assumed: true } });
    expect(direction(report, 0).superFrames?.frames).to.equal(1);
    expect(inspect([]).verdict).to.equal('There is no TCP segment in this capture.');
    const unreadable = inspect([{ at: 0, frame: segment(true, { corrupt: { dataOffset: 15 } }) }]);
    expect(unreadable.verdict).to.equal('There is no TCP segment in this capture that can be read.');
  });

  it('keeps a bounded number of connections apart, and says so', () => {
    const shots = Array.from({ length: 50 }, (_, i) => ({ at: i, frame: segment(true, { sport: 1000 + i, seq: 1 }) }));
    const report = inspect(shots, 20);
    expect(report.connections).to.have.length(20);
    expect(report).to.deep.include({ beyondLimit: 30, tcp: 50 });
    expect(report.verdict).to.match(/30 frames belong to more connections than are kept apart/);
    expect(reportText(inspect(shots))).to.match(/and 30 more connections/);
  });

  it('stays small however many connections and frames come', () => {
    const inspector = new Inspector(500);
    const frame = unfilled(segment(true, { seq: 1, payload: text(3000) }));
    const before = process.memoryUsage();
    for (let i = 0; i < 200_000; i++) {
      setU16(frame, 34, i & 0xffff);
      setU16(frame, 38, i >>> 16);
      setU16(frame, 50, i & 0xffff);
      inspector.add(packet({ at: i, frame }));
    }
    const grown = process.memoryUsage().heapUsed - before.heapUsed;
    expect(grown).to.be.lessThan(60e6);
    expect(inspector.report('x', 'IF').beyondLimit).to.be.greaterThan(100_000);
  });

  it('finds no fault in traffic that no offload touched, whatever it is', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1460 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        let seq = 5000;
        const frames = lengths.map((length) => {
          const frame = data(seq, length);
          seq += length;
          return frame;
        });
        const report = inspect([...handshake(300, 'client', same), ...download(frames)]);
        expect(report.commands).to.deep.equal([]);
        expect(report.verdict).to.match(/^Offloads left no trace/);
      }),
      { numRuns: 50 },
    );
  });

  it('takes any bytes', () => {
    const whole = [data(5000, 40), unfilled(data(1, 2000)), buildFrame({ src: '::1', dst: '::2', sport: 1, dport: 2 })];
    const damaged = fc
      .record({
        base: fc.constantFrom(...whole),
        at: fc.array(fc.tuple(fc.integer({ min: 12, max: 80 }), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        length: fc.integer({ min: 0, max: 120 }),
      })
      .map(({ base, at, length }) => {
        const frame = base.slice();
        for (const [offset, value] of at) if (offset < frame.length) frame[offset] = value;
        return length > 100 ? frame : frame.slice(0, length);
      });
    const frame = fc.oneof(fc.uint8Array({ maxLength: 120 }), damaged);
    const extra = fc.oneof(fc.constant(0), fc.integer({ min: -60, max: 300_000 }));
    const shots = fc.array(fc.tuple(frame, extra, fc.integer({ min: 0, max: 4e9 })), { maxLength: 12 });
    fc.assert(
      fc.property(shots, (list) => {
        const report = inspect(
          list.map(([bytes, more, at]) => ({ frame: bytes, at, originalLength: Math.max(0, bytes.length + more) })),
        );
        const { tcp, notTcp, fragments, headersCut, broken } = report;
        expect(tcp + notTcp + fragments + headersCut + broken).to.equal(list.length);
        expect(reportText(report)).to.be.a('string');
        expect(JSON.parse(JSON.stringify(report))).to.deep.equal(report);
      }),
      { numRuns: 3000 },
    );
  });
});

function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
