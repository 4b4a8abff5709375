import { expect } from 'chai';
import type { CaptureSideEvent } from '../../reports/events.ts';
import { dropsText, factLines, packetsText } from './side-text.ts';

describe('the report on two captures besides their connections', () => {
  const side: CaptureSideEvent = { files: ['/x/a.pcap'], packets: 9, interfaces: [] };
  const text = (facts: object): string => factLines({ sent: side, received: side, ...facts }).join('\n');

  it('is nothing where there is nothing to say', () => {
    expect(text({})).to.equal('');
    expect(packetsText(side)).to.equal('9 packets');
  });

  it('names the files of a side in order, and what was left out', () => {
    const several = { ...side, files: ['/x/a.pcap', '/x/b.pcap'], others: 2 };
    expect(packetsText(several)).to.equal(
      '9 packets of 2 files, in order of time (a.pcap, b.pcap), 2 of them at interfaces that were not chosen',
    );
  });

  it('reports which clock is ahead, by bounds, and which bound is missing', () => {
    const clock = (bounds: object): string => text({ clock: bounds });
    expect(clock({ least: 3.0001, most: 3.0002 })).to.equal(
      'Clocks:    the received capture’s is 3.000100 s to 3.000200 s ahead of the sent one’s',
    );
    expect(clock({ least: -3.0002, most: -3.0001 })).to.include('3.000100 s to 3.000200 s behind');
    expect(clock({ least: -1, most: 2 })).to.include('between 1.000000 s behind and 2.000000 s ahead');
    expect(clock({ least: 2, most: 1 })).to.match(/^Clocks: +they drift/);
    expect(clock({ most: -1 })).to.include('at least 1.000000 s earlier');
    expect(clock({ least: -1 })).to.include('at least 1.000000 s later');
  });

  it('reports interfaces only where there is a choice', () => {
    const one = { number: 0, name: 'eth0', packets: 4, taken: true };
    const two = { number: 1, description: 'Bond', packets: 1, taken: true };
    expect(text({ sent: { ...side, interfaces: [one] } })).to.equal('');
    expect(text({ sent: { ...side, interfaces: [one, two] } })).to.equal(
      'Sent at:   interface 0 "eth0": 4 packets; interface 1 (Bond): 1 packet; all are taken, --sent-interface chooses',
    );
    expect(text({ received: { ...side, interfaces: [one, { ...two, taken: false }] } })).to.match(/; taken: 0$/);
  });

  it('reports drops as counted, or as the user says', () => {
    const received = { ...side, dropped: 1 };
    expect(dropsText({ sent: { ...side, dropped: 0 }, received: side })).to.equal('');
    expect(dropsText({ sent: side, received })).to.equal('The received capture dropped 1 packet by its own count');
    expect(dropsText({ sent: side, received, saidDropped: { received: 5, both: 7 } })).to.equal(
      'The received capture dropped 5 packets (--drops), the captures dropped 7 packets (--drops)',
    );
  });
});
