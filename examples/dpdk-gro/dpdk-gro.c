/*
 * DPDK's librte_gro as an rsc-line 1 target. No NIC, no huge pages, no privilege: what RX hands over is put into mbufs as
 * a driver would leave them (mbufs.c), and DPC is one call of rte_gro_reassemble_burst.
 * librte_gro does not update the checksums of merged packets: its users send them on with checksum offload, or fill them
 * in. Hence checksums=unknown.
 */
#include "rsc_line.h"

#include <rte_eal.h>
#include <rte_gro.h>
#include <rte_version.h>

#include "mbufs.h"

enum { MAX_BURST = RTE_GRO_MAX_BURST_ITEM_NUM };

/* IPv6 where this DPDK has it. The types for UDP put fragments together, which is no coalescing of datagrams. */
#ifdef RTE_GRO_TCP_IPV6
#define TYPES (RTE_GRO_TCP_IPV4 | RTE_GRO_IPV4_VXLAN_TCP_IPV4 | RTE_GRO_TCP_IPV6)
#else
#define TYPES (RTE_GRO_TCP_IPV4 | RTE_GRO_IPV4_VXLAN_TCP_IPV4)
#endif

static struct rte_mbuf *burst[MAX_BURST];
static uint16_t burst_length;

static void forget(void *nic)
{
	(void)nic;
	rte_pktmbuf_free_bulk(burst, burst_length);
	burst_length = 0;
}

static void receive(void *nic, const uint8_t *frame, size_t length, const struct rsc_line_marks *marks)
{
	(void)nic, (void)marks;
	if (burst_length == MAX_BURST)
		rsc_line_error("more frames than a burst of librte_gro holds");
	else if ((burst[burst_length] = mbufs_of(frame, (uint32_t)length)))
		burst_length++;
	else
		rsc_line_error("out of mbufs");
}

static void end_of_dpc(void *nic)
{
	const struct rte_gro_param parameters = {
		.gro_types = TYPES, .max_flow_num = MAX_BURST, .max_item_per_flow = MAX_BURST,
	};

	if (burst_length > 0)
		burst_length = rte_gro_reassemble_burst(burst, burst_length, &parameters);
	for (uint16_t i = 0; i < burst_length; i++) {
		rsc_line_begin();
		for (struct rte_mbuf *part = burst[i]; part; part = part->next)
			rsc_line_piece(rte_pktmbuf_mtod(part, const uint8_t *), part->data_len);
		rsc_line_end("");
	}
	forget(nic);
}

int main(int count, char **words)
{
	static char hello[192];
	const struct rsc_line line = {.hello = hello, .reset = forget, .receive = receive, .end_of_dpc = end_of_dpc};

	(void)count;
	start_dpdk(words[0]);
	snprintf(hello, sizeof hello,
		 "name=librte_gro version=%u.%02u.%u statistics=off set=off metadata=off checksums=unknown tunnels=vxlan burst=%d",
		 RTE_VER_YEAR, RTE_VER_MONTH, RTE_VER_MINOR, MAX_BURST);
	rsc_line_serve(&line);
	forget(NULL);
	return rte_eal_cleanup();
}
