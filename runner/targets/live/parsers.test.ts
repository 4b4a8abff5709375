import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { UsageError } from '../../base/errors.ts';
import { PACKAGE_ROOT } from '../../base/version.ts';
import { isCutAtSnaplen } from './cap-wire.ts';
import { isShort } from './conservation.ts';
import { parsePlanLine, planLines } from './inject-plan.ts';
import { checkCounters, parseAdapter, parseAdapterCounters, parseAdapterRsc } from './net-adapter-rsc.ts';
import { parseOffloads, receiveCoalescing } from './offloads.ts';
import { loadBackEnd, parseBackEnd } from './open-wire.ts';
import { missingRights } from './privilege.ts';

const hasCap = existsSync(join(PACKAGE_ROOT, 'node_modules', 'cap'));

describe('what live reads', () => {
  it('ethtool -k', () => {
    const text = [
      'Features for eth1:',
      'rx-checksumming: on',
      'tcp-segmentation-offload: off',
      '\ttx-tcp-segmentation: off [requested on]',
      'generic-receive-offload: on',
      'large-receive-offload: off [fixed]',
      'rx-gro-hw: on [fixed]',
    ].join('\n');
    const offloads = parseOffloads(text);
    expect(offloads.get('tcp-segmentation-offload')).to.equal(false);
    expect(receiveCoalescing(offloads)).to.deep.equal(['generic-receive-offload', 'rx-gro-hw']);
    expect(receiveCoalescing(parseOffloads('ethtool: bad command'))).to.deep.equal([]);
  });

  it('Get-NetAdapterRsc', () => {
    const text = (state: object): string =>
      JSON.stringify({
        IPv4Enabled: true,
        IPv6Enabled: true,
        IPv4OperationalState: true,
        IPv6OperationalState: true,
        ...state,
      });
    expect(parseAdapterRsc(text({ IPv4FailureReason: 'NoFailure', IPv6FailureReason: 'NoFailure' }))).to.deep.equal({
      ipv4: { on: true, failure: 'NoFailure' },
      ipv6: { on: true, failure: 'NoFailure' },
    });
    const blocked = text({ IPv6OperationalState: false, IPv6FailureReason: 'WFPCompatibility' });
    expect(parseAdapterRsc(blocked)?.ipv6).to.deep.equal({ on: false, failure: 'WFPCompatibility' });
    expect(parseAdapterRsc(`[${blocked}]`)?.ipv4.on).to.equal(true);
    for (const other of ['', '[]', 'null', '{}', '7', 'Get-NetAdapterRsc : No matching']) {
      expect(parseAdapterRsc(other), other).to.equal(undefined);
    }
  });

  it('Get-NetAdapter', () => {
    const text = '{"InterfaceGuid":"{6C5F-1}","MacAddress":"02-AA-BB-CC-DD-EE","MtuSize":1500}';
    expect(parseAdapter(text)).to.deep.equal({
      device: '\\Device\\NPF_{6C5F-1}',
      mac: '02:aa:bb:cc:dd:ee',
      mtu: 1500,
    });
    for (const other of ['', '{}', '{"InterfaceGuid":7}']) expect(parseAdapter(other), other).to.equal(undefined);
  });

  it('Get-NetAdapterStatistics', () => {
    const text = '{"CoalescedBytes":14480,"CoalescedPackets":10,"CoalescingEvents":2,"CoalescingExceptions":1}';
    const counters = parseAdapterCounters(text);
    if (counters === undefined) throw new Error('not parsed');
    expect(counters).to.deep.equal({
      coalescedBytes: 14480,
      coalescedPackets: 10,
      coalescingEvents: 2,
      coalescingExceptions: 1,
    });
    expect(parseAdapterCounters('{"CoalescedBytes":1}')).to.equal(undefined);
    const later = { ...counters, coalescedPackets: 20, coalescedBytes: 20_000, coalescingEvents: 4 };
    expect(checkCounters(counters, later, { merged: 3 })).to.equal(undefined);
    expect(checkCounters(counters, counters, { merged: 0 })).to.equal(undefined);
    expect(checkCounters(counters, { ...later, coalescingEvents: 2 }, { merged: 3 })).to.match(
      /coalescingEvents did not/,
    );
  });

  it('/proc/self/status', () => {
    expect(missingRights('Name:\tnode\nCapEff:\t000001ffffffffff\n')).to.deep.equal([]);
    expect(missingRights('CapEff:\t0000000000003000\n')).to.deep.equal(['CAP_SYS_ADMIN']);
    expect(missingRights('CapEff:\t0000000000000000\n')).to.have.length(3);
    expect(missingRights('')).to.deep.equal([]);
  });

  it('the plan of inject, any line of it', () => {
    const frame = Uint8Array.of(0, 1, 0xfe);
    expect(planLines([frame]).trim().split('\n').map(parsePlanLine)).to.deep.equal([
      { do: 'frame', frame },
      { do: 'burst' },
    ]);
    expect(parsePlanLine('BYE\r')).to.deep.equal({ do: 'bye' });
    expect(parsePlanLine('')).to.deep.equal({ do: 'nothing' });
    for (const bad of ['FRAME', 'FRAME 0', 'FRAME xy', 'FRAME 00 11', 'BURST 1', 'burst', 'x'.repeat(300_000)]) {
      expect(parsePlanLine(bad), bad.slice(0, 20)).to.have.property('do', 'error');
    }
    fc.assert(fc.property(fc.string(), (line) => void expect(parsePlanLine(line)).to.have.property('do')));
  });

  it('--capture', () => {
    expect(parseBackEnd('cap')).to.equal('cap');
    expect(() => parseBackEnd('pcap')).to.throw(UsageError);
  });

  it('the back end of the optional package cap', function () {
    if (!hasCap && process.env['CI'] !== 'true') return void this.skip();
    expect(loadBackEnd('cap').name).to.equal('cap');
  });

  it('a frame that the snap length cut', () => {
    const packet = (ipLength: number, captured: number): Uint8Array => {
      const frame = buildFrame({
        src: '10.0.0.1',
        dst: '10.0.0.2',
        sport: 1,
        dport: 2,
        payload: new Uint8Array(65_495),
      });
      new DataView(frame.buffer).setUint16(16, ipLength);
      return frame.slice(0, captured);
    };
    expect(isCutAtSnaplen(packet(65_535, 65_535))).to.equal(true);
    expect(isCutAtSnaplen(packet(65_521, 65_535))).to.equal(false);
    // Shorter frames that lie about their length came so.
    expect(isCutAtSnaplen(packet(65_535, 60))).to.equal(false);
  });

  it('that something is missing', () => {
    const data = (seq: number, length: number): Uint8Array =>
      buildFrame({ src: '10.0.0.1', dst: '10.0.0.2', sport: 1, dport: 2, seq, payload: new Uint8Array(length) });
    const ack = data(7, 0);
    const later = buildFrame({
      src: '10.0.0.1',
      dst: '10.0.0.2',
      sport: 1,
      dport: 2,
      fragmentOffset: 9,
      payload: new Uint8Array(80),
    });
    const none = { drops: 'none' } as const;
    expect(isShort([data(0, 10), data(10, 10)], [data(0, 20)], none)).to.equal(false);
    expect(isShort([data(0, 10), data(10, 10)], [data(0, 19)], none)).to.equal(true);
    expect(isShort([ack, ack], [ack], none)).to.equal(false);
    expect(isShort([ack, ack], [], none)).to.equal(true);
    expect(isShort([later], [], none)).to.equal(true);
    expect(isShort([new Uint8Array(20)], [], none)).to.equal(true);
    expect(isShort([new Uint8Array(20)], [], { drops: 'malformed' })).to.equal(false);
    expect(isShort([data(0, 10)], [], { drops: 'checksum' })).to.equal(false);
  });
});
