/** The meanings of the flags of vectors. */

/** The meaning of a vector's flag: a class of bugs, where it was seen, and the source. */
export interface FlagMeaning {
  readonly bugType: string;
  readonly effect: string;
  readonly product: string;
  /** A public text, by its title or place. */
  readonly source: string;
}

const meaning = (bugType: string, effect: string, product: string, source: string): FlagMeaning => ({
  bugType,
  effect,
  product,
  source,
});

const QEMU = 'QEMU virtio-net, software RSC';
const QEMU_SOURCE = 'qemu: hw/net/virtio-net.c, the virtio_net_rsc_* routines (read; found by transcription)';

export const flagMeanings: Readonly<Record<string, FlagMeaning>> = {
  long: meaning(
    'size',
    'More than 63 frames in one DPC: a target with a smaller burst cannot take the vector whole.',
    'any',
    'this suite',
  ),
  'reserved-bits-dropped': meaning(
    'flags',
    'Only eight of the twelve header flags were compared, so reserved bits were lost in a merge.',
    'FreeBSD tcp_lro',
    'FreeBSD review D34127, LRO code to deal with all 12 TCP header flags',
  ),
  'ece-cwr-ignored': meaning(
    'flags',
    'A six-bit mask hid ECE, CWR and AE from the comparison: segments that differ merged, and the last one’s bits won.',
    QEMU,
    QEMU_SOURCE,
  ),
  'padding-in-stream': meaning(
    'padding',
    'Ethernet padding was taken for payload: zero bytes entered the stream and its tail was cut off, unseen by the guest, which skips the checksum.',
    QEMU,
    QEMU_SOURCE,
  ),
  'short-padded-frames': meaning(
    'padding',
    'Small padded frames came out corrupt or with bad checksums, while full frames were fine.',
    'Xen GPL-PV Windows drivers',
    'Virtualization Tip: Always disable checksumming… (a blog post of 2008, in its comments)',
  ),
  'data-merged-onto-ack': meaning(
    'pure ACK',
    'Data was merged onto a pure ACK, which was counted as a segment.',
    QEMU,
    QEMU_SOURCE,
  ),
  'psh-lost': meaning(
    'flags',
    'The flags came from the newest segment, so a PSH on an earlier one was lost.',
    QEMU,
    QEMU_SOURCE,
  ),
  'cwr-corrupted': meaning(
    'flags',
    'Splitting a unit again set CWR on the first segment only: AccECN’s counter was corrupted.',
    'Linux drivers hns3 and mlx5e (SHAMPO)',
    'Linux series: net: hns3/mlx5e: avoid corrupting CWR flag when receiving GRO packet',
  ),
  'ace-corrupted': meaning(
    'flags',
    'CWR was left out of the comparison of flags, so segments with different AccECN counters merged.',
    'Linux GRO',
    'Linux commit 4e4f7cef: gro: prevent ACE field corruption & better AccECN handling',
  ),
  'ipv6-ecn-misread': meaning(
    'ECN',
    'The mask for IPv6 ECN covered bits of DSCP: CE-marked segments merged with others, some DSCPs never merged.',
    QEMU,
    'qemu: include/net/eth.h, IP6_ECN_MASK',
  ),
  'reordering-on-exception': meaning(
    'order',
    'Segments that must not be coalesced went up at once, ahead of the unit in progress on their connection.',
    QEMU,
    QEMU_SOURCE,
  ),
  'hop-limit-as-flow': meaning(
    'order',
    'Another hop limit was taken for another flow: the unit in progress was overtaken.',
    'Linux IPv6 GRO',
    'Linux commit 6fc2f383: ipv6: gro: flush instead of assuming different flows on hop_limit mismatch',
  ),
  'fragments-merged': meaning(
    'fragments',
    'A clear DF was taken for a fragment: real fragments with DF merged, whole datagrams without DF never did.',
    QEMU,
    QEMU_SOURCE,
  ),
  'header-differences-ignored': meaning(
    'headers',
    'DSCP, TTL, DF and flow label were not compared, and the first TTL was kept.',
    QEMU,
    QEMU_SOURCE,
  ),
  'ack-goes-back': meaning(
    'acknowledgment',
    'The newest acknowledgment was copied even if it was older: the acknowledgment of the unit went backwards.',
    QEMU,
    QEMU_SOURCE,
  ),
  'retransmission-swallowed': meaning(
    'sequence',
    'A retransmission with the same numbers and another window passed for a window update: its bytes vanished.',
    QEMU,
    QEMU_SOURCE,
  ),
  'gso-size-zero': meaning(
    'virtio header',
    'A coalesced unit had gso_size 0 and no NEEDS_CSUM, which virtio forbids.',
    QEMU,
    QEMU_SOURCE,
  ),
  'data-offset-unchecked': meaning(
    'malformed',
    'A data offset under 5 was accepted: header bytes became payload.',
    QEMU,
    QEMU_SOURCE,
  ),
  'flow-key-folded': meaning(
    'connections',
    'The flow key left something out, or was a hash without a comparison after it: bytes of two connections in one unit.',
    'any whose flow table is looked up by a hash',
    'this suite',
  ),
  'ring-exhausted': meaning(
    'loss',
    'A unit was freed although the guest had no buffer for it: all of its segments were lost.',
    QEMU,
    QEMU_SOURCE,
  ),
  'segment-count-by-mtu': meaning(
    'segment count',
    'The count was computed from the MTU, so it was wrong for smaller segments.',
    'NetKVM',
    'kvm-guest-drivers-windows commit 958b1c7f',
  ),
  'checksum-flags-on-unit': meaning(
    'checksum',
    'A unit lacked the flags for checksums that succeeded although their fields are not valid.',
    'NetKVM',
    'kvm-guest-drivers-windows commit 838a2b31',
  ),
  'octets-with-headers': meaning(
    'statistics',
    'CoalescedOctets counted IP and TCP headers, too.',
    'NetKVM',
    'kvm-guest-drivers-windows: NetKVM/wlh/ParaNdis6_Impl.cpp',
  ),
  'aborts-never-counted': meaning(
    'statistics',
    'The abort counter stayed zero.',
    'NetKVM',
    'kvm-guest-drivers-windows: NetKVM/wlh/ParaNdis6_Impl.cpp',
  ),
  'off-still-coalesces': meaning(
    'switching',
    'RSC was reported as on after it was switched off, and filters above hung.',
    'NetKVM',
    'kvm-guest-drivers-windows commit 3e74be7d',
  ),
  'header-checksum-stale': meaning(
    'checksum',
    'The IPv4 header checksum of coalesced packets was invalid: the guest dropped them.',
    'Hyper-V host, Linux hv_netvsc',
    'Linux commit bf48648d: hv_netvsc: Fix IP header checksum for coalesced packets',
  ),
  'checksum-from-first-descriptor': meaning(
    'checksum',
    'The checksum state was read from the first instead of the last descriptor: every unit was dropped.',
    'FreeBSD vmx(4), vmxnet3',
    'FreeBSD review D23949',
  ),
  'bad-checksum-merged': meaning(
    'checksum',
    'Segments with wrong checksums were merged, so corrupt data was accepted.',
    'FreeBSD tcp_lro',
    'FreeBSD reviews D13561 and D31155',
  ),
  'software-merges-unvalidated': meaning(
    'checksum',
    'Software coalescing merges segments whose checksum was never validated.',
    'Windows software RSC',
    'microsoft/xdp-for-windows: a comment in recv.c',
  ),
  'length-wraps': meaning(
    'length',
    'A 16-bit length wrapped: 65,536 bytes at a time were lost.',
    'FreeBSD tcp_lro (seen on EC2)',
    'FreeBSD: history of sys/netinet/tcp_lro.c',
  ),
  'segment-size-misreported': meaning(
    'segment size',
    'A wrong segment size from the firmware clamped the receiver’s window; throughput collapsed.',
    'netxen, bnx2x, ixgbe',
    'Red Hat solution 20278',
  ),
  'jumbo-segments': meaning(
    'segment size',
    'A segment size beyond some 9,700 bytes stopped the card.',
    'bnx2x',
    'CVE-2018-1000026; Linux commit 8914a595',
  ),
  'tunnel-coalesced': meaning(
    'tunnels',
    'A coalesced unit inside a tunnel was reported as a plain one.',
    'vmxnet3',
    'Linux commit 40b8c2a1',
  ),
  'overlay-collapse': meaning(
    'tunnels',
    'Overlay networks slowed to a crawl with RSC in the virtual switch.',
    'Hyper-V 2019 with Docker Swarm',
    'moby issue 42714',
  ),
  'coalesced-while-forwarding': meaning(
    'forwarding',
    'Coalesced units were forwarded: loss, low throughput, a panic.',
    'ixgbe, aQuantia, WinNAT',
    'Linux commit 0187bdfb: net: Disable LRO on devices that are forwarding',
  ),
  'small-unit-marked-big': meaning(
    'segment size',
    'Units no larger than the MTU were marked as in need of segmentation and lost later.',
    'Big Switch ivs, Open vSwitch',
    'Big Switch ivs pull request 321',
  ),
  'consumer-buffer-too-small': meaning(
    'length',
    'A receiver with a fixed buffer dropped every coalesced frame: only one segment per timeout got through.',
    'Amiberry',
    'Amiberry pull request 1780',
  ),
  'unequal-segments': meaning(
    're-segmentation',
    'Units whose segments differ in size were cut elsewhere when they were segmented again.',
    'Linux fraglist GRO',
    'Linux commit 17bd3bd8: net: gso: fix tcp fraglist segmentation after pull from frag_list',
  ),
  'short-last-ends-early': meaning(
    'performance',
    'A stale length ended merging too early.',
    'Linux GRO',
    'Linux: net: Fix use after free in tcp_gro_receive',
  ),
  'partial-checksum-trusted': meaning(
    'checksum',
    'A field with only the pseudo-header’s sum was taken for a checksum, or NAT rewrote it as one.',
    'Xen networking, Open vSwitch on Windows',
    'xen-devel, March 2006; openvswitch/ovs-issues 231 and 265',
  ),
  'never-checksummed': meaning(
    'checksum',
    'Frames from another guest on the same host have no checksum, and only out-of-band data shows it: a receiver that verifies them anyway drops good data.',
    'Xen netback; NetKVM',
    'xen-devel, March 2006; kvm-guest-drivers-windows issue 1630',
  ),
  'stale-buffer': meaning(
    'buffers',
    'A packet is a list of places in buffers. While one waited for its host, the next overwrote the list: its bytes and its checksum verdict came from another packet.',
    'NetKVM, mergeable receive buffers',
    'https://github.com/virtio-win/kvm-guest-drivers-windows/pull/1641 (netkvm: fix shared page array corruption in mergeable RX assembly)',
  ),
  'fragment-checksum-verdict': meaning(
    'checksum',
    'A checksum error was reported for fragments, whose checksum cannot be known.',
    'Intel 82599 and X540',
    'Intel specification updates: 82599 erratum 66, X540 erratum 42',
  ),
  'tag-misparsed': meaning(
    'VLAN',
    'A priority tag was parsed wrongly: right checksums were reported as bad.',
    'NetKVM',
    'kvm-guest-drivers-windows commit 8e5c98e5',
  ),
  'toggled-under-traffic': meaning(
    'switching',
    'Removing a filter under traffic, which switches RSC, hung the host’s driver.',
    'several NICs',
    'HLK errata filter 723',
  ),
  'identification-demanded': meaning(
    'identification',
    'Coalescing demanded an Identification that rises by one or stays; Windows merges any (RFC 6864).',
    'Linux GRO',
    'microsoft/xdp-for-windows: recv.c',
  ),
  'duplicates-uncounted': meaning(
    'duplicates',
    'Duplicate ACKs were never counted, or counted although a count makes NDIS switch RSC off.',
    'QEMU, NetKVM',
    'qemu: hw/net/virtio-net.c; kvm-guest-drivers-windows commit 27d4c302',
  ),
};
