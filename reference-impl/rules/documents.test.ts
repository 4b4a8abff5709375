import { expect } from 'chai';
import { disagreements } from './disagreements.ts';
import { addressOf, type Clause, type DocumentKey, documents, placeOf } from './documents.ts';
import { groRules } from './gro-rules.ts';
import { registry } from './index.ts';

/** Headings as they stand on each page. A clause with another one has to be looked up first. */
const HEADINGS: Readonly<Partial<Record<DocumentKey, readonly string[]>>> = {
  'ndis-rsc-exceptions': ['Exception Conditions that Terminate Coalescing'],
  'ndis-rsc-rules': [
    'Rules for Coalescing TCP/IP Segments',
    'Additional notes on Duplicate ACK coalescing',
    'Duplicate ACK Behavior',
    'Handling Duplicate ACK when tracking a SCU consisting of data segments',
    'Handling Duplicate ACK when tracking a SCU consisting of a pure cumulative ACK',
    'When the first segment that is received in a DPC is a duplicate ACK',
    'Duplicate ACK Exemption',
    'Coalescing Segments with the Timestamp Option',
    'Handling TCP/IP IPsec segments',
  ],
  'ndis-rsc-headers': [
    'Updating IPv4 header fields for coalesced segments',
    'Updating IPv6 header fields for coalesced segments',
  ],
  'ndis-rsc-indicating': ['Indicating Coalesced Segments'],
  'ndis-rsc-examples': [
    'Example 1: Data segments',
    'Example 2: Data segments, followed by an exception, followed by data segments',
    'Example 3: Data segments, followed by multiple window updates',
    'Example 4: Piggybacked ACKs mixed with data segments',
  ],
  'ndis-rsc-state': ['Querying RSC State', 'Changing RSC State'],
  'ndis-rsc-capabilities': ['Reporting RSC Capability', 'Querying RSC Capability'],
  'ndis-rsc-programming': ['Responding to Queries for RSC Statistics', 'Forwarded TCP Packets'],
  'ndis-rsc-nbl-info': ['Members', 'Remarks'],
  'ndis-rsc-statistics': ['Remarks'],
  'ndis-checksum': ['Members', 'Remarks'],
  'ndis-uro': [
    'Rules for coalescing UDP packets',
    'URO packet structure',
    'Checksum validation and indication',
    'Packet coalescing and flow separation',
    'Change URO state',
  ],
  'net-offloads-uro': ['nbluro.h'],
  'virtio-1.2': [
    '5.1.6.3.2 Device Requirements: Setting Up Receive Buffers',
    '5.1.6.4 Processing of Incoming Packets',
    '5.1.6.4.1 Device Requirements: Processing of Incoming Packets',
  ],
  'linux-segmentation-offloads': ['TCP Segmentation Offload', 'Generic Receive Offload'],
  rfc8200: ['8.1. Upper-Layer Checksums'],
};

const cited: readonly (readonly [string, Clause])[] = [
  ...[...registry, ...groRules].map(({ name, clause }) => [name, clause] as const),
  ...disagreements.flatMap(({ point, readings }) =>
    readings.flatMap(({ clause }) => (clause === undefined ? [] : [[point, clause] as const])),
  ),
];

describe('clauses', () => {
  it('name headings that stand on their pages', () => {
    for (const [name, { doc, heading }] of cited) {
      if (doc === 'derived') continue;
      expect(HEADINGS[doc], `${name}: ${doc}`).to.include(heading);
    }
  });

  it('are never a must where they are derived, and say what they follow from', () => {
    for (const { name, level, clause } of registry) {
      if (clause.doc !== 'derived') continue;
      expect(level, name).not.to.equal('must');
      expect(clause.heading, name).to.match(/^\S.* \S/);
    }
    // The other way round, nothing that is derived is on a page.
    for (const { name, level, clause } of registry)
      if (level === 'derived') expect(clause.doc, name).to.equal('derived');
  });

  it('have an address each, at the heading where it has an anchor', () => {
    for (const [name, clause] of cited) expect(addressOf(clause), name).to.match(/^https:\/\/[\w.-]+\/\S+$/);
    expect(addressOf({ doc: 'ndis-rsc-rules', heading: 'Handling TCP/IP IPsec segments' })).to.match(
      /#handling-tcpip-ipsec-segments$/,
    );
    expect(addressOf({ doc: 'ndis-rsc-indicating', heading: 'Indicating Coalesced Segments' })).not.to.include('#');
    expect(addressOf({ doc: 'rfc8200', heading: '8.1. Upper-Layer Checksums' })).to.match(/rfc8200#section-8\.1$/);
  });

  it('are words with the page and its version', () => {
    expect(
      placeOf({ doc: 'ndis-rsc-exceptions', heading: documents['ndis-rsc-exceptions'].title, item: '3' }),
    ).to.equal('3 (Exception Conditions that Terminate Coalescing, 2017-04-20)');
    expect(placeOf({ doc: 'ndis-rsc-indicating', heading: documents['ndis-rsc-indicating'].title })).to.equal(
      'Indicating Coalesced Segments, 2017-04-20',
    );
  });

  it('use every document of the table', () => {
    const used = new Set(cited.map(([, { doc }]) => doc));
    expect(Object.keys(documents).filter((key) => !used.has(key as DocumentKey))).to.deep.equal([]);
  });
});
