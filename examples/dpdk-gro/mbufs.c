#define _GNU_SOURCE
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_net.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "mbufs.h"

enum { POOL = 8191, VXLAN_PORT = 4789, VXLAN_HEADER = 8 };

static struct rte_mempool *pool;

void start_dpdk(const char *program)
{
	char lcore[16];
	int cpu = sched_getcpu();
	snprintf(lcore, sizeof lcore, "%d", cpu < 0 ? 0 : cpu);
	char *arguments[] = {(char *)program, "-l", lcore, "--no-huge", "-m", "64", "--no-pci", "--no-telemetry",
			     "--no-shconf", "--log-level=4"};

	if (rte_eal_init(RTE_DIM(arguments), arguments) < 0) {
		fprintf(stderr, "rte_eal_init: %s\n", rte_strerror(rte_errno));
		exit(1);
	}
	pool = rte_pktmbuf_pool_create("frames", POOL, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	if (!pool) {
		fprintf(stderr, "rte_pktmbuf_pool_create: %s\n", rte_strerror(rte_errno));
		exit(1);
	}
}

/* TCP over IPv4 in VXLAN over IPv4, as a driver marks it. */
static void look_into_vxlan(struct rte_mbuf *head)
{
	const uint32_t outer = RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4 | RTE_PTYPE_L4_UDP;
	const uint32_t start = head->l2_len + head->l3_len + head->l4_len;
	const uint32_t inner_ip = start + VXLAN_HEADER + sizeof(struct rte_ether_hdr);
	const uint32_t inner_tcp = inner_ip + sizeof(struct rte_ipv4_hdr);

	if (head->packet_type != outer || head->data_len < inner_tcp + sizeof(struct rte_tcp_hdr))
		return;
	const struct rte_udp_hdr *udp = rte_pktmbuf_mtod_offset(head, struct rte_udp_hdr *, start - sizeof *udp);
	const uint8_t *vxlan = rte_pktmbuf_mtod_offset(head, uint8_t *, start);
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod_offset(head, struct rte_ether_hdr *, start + VXLAN_HEADER);
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(head, struct rte_ipv4_hdr *, inner_ip);
	const struct rte_tcp_hdr *tcp = rte_pktmbuf_mtod_offset(head, struct rte_tcp_hdr *, inner_tcp);
	if (udp->dst_port != rte_cpu_to_be_16(VXLAN_PORT) || vxlan[0] != 0x08 ||
	    ether->ether_type != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4) || ip->version_ihl != RTE_IPV4_VHL_DEF ||
	    ip->next_proto_id != IPPROTO_TCP)
		return;
	head->packet_type |= RTE_PTYPE_TUNNEL_VXLAN | RTE_PTYPE_INNER_L2_ETHER | RTE_PTYPE_INNER_L3_IPV4 |
			     RTE_PTYPE_INNER_L4_TCP;
	head->outer_l2_len = head->l2_len;
	head->outer_l3_len = head->l3_len;
	/* Up to the inner IP header, UDP and VXLAN included. */
	head->l2_len = sizeof(struct rte_udp_hdr) + VXLAN_HEADER + sizeof(struct rte_ether_hdr);
	head->l3_len = sizeof(struct rte_ipv4_hdr);
	head->l4_len = (tcp->data_off >> 4) * 4;
}

struct rte_mbuf *mbufs_of(const uint8_t *bytes, uint32_t length)
{
	struct rte_mbuf *head = NULL, *tail = NULL;
	struct rte_net_hdr_lens lengths = {0};
	uint32_t at = 0;

	do {
		struct rte_mbuf *next = rte_pktmbuf_alloc(pool);
		if (!next) {
			rte_pktmbuf_free(head);
			return NULL;
		}
		uint32_t part = RTE_MIN(length - at, (uint32_t)rte_pktmbuf_tailroom(next));
		memcpy(rte_pktmbuf_append(next, (uint16_t)part), bytes + at, part);
		at += part;
		if (head) {
			tail->next = next;
			head->nb_segs++;
		} else {
			head = next;
		}
		tail = next;
	} while (at < length);
	head->pkt_len = length;
	/* Newer versions would look into VXLAN, too, and leave lengths that librte_gro does not read. */
	head->packet_type = rte_net_get_ptype(head, &lengths, RTE_PTYPE_L2_MASK | RTE_PTYPE_L3_MASK | RTE_PTYPE_L4_MASK);
	head->l2_len = lengths.l2_len;
	head->l3_len = lengths.l3_len;
	head->l4_len = lengths.l4_len;
	look_into_vxlan(head);
	return head;
}
