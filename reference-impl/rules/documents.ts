/** The documents that clauses come from: one table for all. A heading is looked up on its page, never written from memory. */

/** A document, as it is cited. */
export interface SourceDocument {
  readonly title: string;
  readonly publisher: string;
  /** Version, or the date that the page gives, ISO 8601; empty for what is derived. */
  readonly version: string;
  /** Public address. */
  readonly url: string;
  /** The fragment of the address that leads to a heading; undefined: the top. */
  readonly anchor?: (heading: string) => string | undefined;
}

const MICROSOFT = 'Microsoft, Windows drivers';
const NETWORK = 'https://learn.microsoft.com/en-us/windows-hardware/drivers/network';
const DDI = 'https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi';

/** A page of Microsoft's: its title is its first heading, the others have an anchor each. */
function page(title: string, version: string, url: string): SourceDocument {
  return {
    title,
    publisher: MICROSOFT,
    version,
    url,
    anchor: (heading) => (heading === title ? undefined : slug(heading)),
  };
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function rfc(number: number, title: string, version: string): SourceDocument {
  return {
    title: `RFC ${number}: ${title}`,
    publisher: 'IETF',
    version,
    url: `https://www.rfc-editor.org/rfc/rfc${number}`,
    anchor: (heading) => {
      const section = /^[\d.]*\d/.exec(heading)?.[0];
      return section === undefined ? undefined : `section-${section}`;
    },
  };
}

/** The key of a document. */
export type DocumentKey =
  | 'ndis-rsc-exceptions'
  | 'ndis-rsc-rules'
  | 'ndis-rsc-headers'
  | 'ndis-rsc-indicating'
  | 'ndis-rsc-examples'
  | 'ndis-rsc-state'
  | 'ndis-rsc-capabilities'
  | 'ndis-rsc-programming'
  | 'ndis-rsc-nbl-info'
  | 'ndis-rsc-statistics'
  | 'ndis-checksum'
  | 'ndis-uro'
  | 'net-offloads-uro'
  | 'virtio-1.2'
  | 'rfc8200'
  | 'linux-segmentation-offloads'
  | 'derived';

/** By the key that clauses use. */
export const documents: Readonly<Record<DocumentKey, SourceDocument>> = {
  'ndis-rsc-exceptions': page(
    'Exception Conditions that Terminate Coalescing',
    '2017-04-20',
    `${NETWORK}/exception-conditions-that-terminate-coalescing`,
  ),
  'ndis-rsc-rules': page(
    'Rules for Coalescing TCP/IP Segments',
    '2017-04-20',
    `${NETWORK}/rules-for-coalescing-tcp-ip-packets`,
  ),
  'ndis-rsc-headers': page(
    'Updating the IP Headers for Coalesced Segments',
    '2017-04-20',
    `${NETWORK}/updating-the-ip-headers-for-coalesced-segments`,
  ),
  'ndis-rsc-indicating': page(
    'Indicating Coalesced Segments',
    '2017-04-20',
    `${NETWORK}/indicating-coalesced-segments`,
  ),
  'ndis-rsc-examples': page(
    'Examples of Receive Segment Coalescing',
    '2017-04-20',
    `${NETWORK}/examples-of-receive-segment-coalescing`,
  ),
  'ndis-rsc-state': page('Querying and Changing RSC State', '2017-04-20', `${NETWORK}/querying-and-changing-rsc-state`),
  'ndis-rsc-capabilities': page(
    'Determining the RSC Capabilities of a Network Adapter',
    '2017-04-20',
    `${NETWORK}/determining-the-rsc-capabilities-of-a-network-adapter`,
  ),
  'ndis-rsc-programming': page(
    'Programming Considerations for RSC Drivers',
    '2017-04-20',
    `${NETWORK}/programming-considerations-for-rsc-drivers`,
  ),
  'ndis-rsc-nbl-info': page(
    'NDIS_RSC_NBL_INFO union (ndis/nblrsc.h)',
    '2020-11-30',
    `${DDI}/nblrsc/ns-nblrsc-ndis_rsc_nbl_info`,
  ),
  'ndis-rsc-statistics': page('OID_TCP_RSC_STATISTICS', '2017-08-08', `${NETWORK}/oid-tcp-rsc-statistics`),
  'ndis-checksum': page(
    'NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO structure (ndis/nblchecksum.h)',
    '2020-11-30',
    `${DDI}/nblchecksum/ns-nblchecksum-ndis_tcp_ip_checksum_net_buffer_list_info`,
  ),
  'ndis-uro': page('UDP Receive Segment Coalescing Offload (URO)', '2024-12-19', `${NETWORK}/udp-rsc-offload`),
  'net-offloads-uro': {
    title: 'UDP Receive Segment Coalescing Offload (URO), microsoft/net-offloads',
    publisher: 'Microsoft',
    version: 'main',
    url: 'https://github.com/microsoft/net-offloads/blob/main/udp-rsc-offload.md',
    anchor: slug,
  },
  'virtio-1.2': {
    title: 'Virtual I/O Device (VIRTIO) Version 1.2',
    publisher: 'OASIS',
    version: 'Committee Specification 01',
    url: 'https://docs.oasis-open.org/virtio/virtio/v1.2/cs01/virtio-v1.2-cs01.html',
  },
  rfc8200: rfc(8200, 'Internet Protocol, Version 6 (IPv6) Specification', 'July 2017'),
  'linux-segmentation-offloads': {
    title: 'Segmentation Offloads, Linux Networking Documentation',
    publisher: 'The kernel development community',
    version: '2026, commit 0eaed89c18ae',
    url: 'https://docs.kernel.org/networking/segmentation-offloads.html',
    anchor: slug,
  },
  // A derived rule follows from the aim that this page states.
  derived: {
    title: 'Derived',
    publisher: 'this suite',
    version: '',
    url: `${NETWORK}/overview-of-receive-segment-coalescing`,
  },
};

/** One place in a document. */
export interface Clause {
  readonly doc: DocumentKey;
  /** The heading as that page has it. For a derived clause: what it follows from. */
  readonly heading: string;
  /** Numbered item, paragraph, table or figure under the heading. */
  readonly item?: string;
}

/** "Reporting RSC Capability, encapsulations": heading and item of a clause; the item alone where the heading is the title. */
export function sectionOf({ doc, heading, item }: Clause): string {
  if (item === undefined) return heading;
  return heading === documents[doc].title ? item : `${heading}, ${item}`;
}

/** The address of a clause, at its heading where it has an anchor of its own. */
export function addressOf({ doc, heading }: Clause): string {
  const { url, anchor } = documents[doc];
  const fragment = anchor?.(heading);
  return fragment === undefined ? url : `${url}#${fragment}`;
}

/** "Changing RSC State (Querying and Changing RSC State, 2017-04-20)": a place in words. */
export function placeOf(clause: Clause): string {
  const { title, version } = documents[clause.doc];
  const section = sectionOf(clause);
  const source = version === '' ? title : `${title}, ${version}`;
  return section === title ? source : `${section} (${source})`;
}
