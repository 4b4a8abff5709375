/*
 * What librte_gro takes for the frames of a classic pcap file: librte-gro FILE FRAMES. Frames are copied into mbufs, bursts of 128
 * are reassembled, and what comes out is copied out. Prints CPU nanoseconds a frame twice: as it is, and with the checksums
 * verified that librte_gro itself does not look at.
 */
#define _GNU_SOURCE
#define ALLOW_EXPERIMENTAL_API
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_ether.h>
#include <rte_gro.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_net.h>

enum { BURST = RTE_GRO_MAX_BURST_ITEM_NUM, POOL = 8191, PCAP_HEADER = 24, PCAP_RECORD = 16 };

struct frame {
	const uint8_t *bytes;
	uint32_t length;
};

static struct rte_mempool *pool;
static uint8_t out[1 << 17];
static volatile uint32_t right;

static struct rte_mbuf *mbuf_of(const struct frame *frame, int verifies)
{
	struct rte_net_hdr_lens lengths = {0};
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);

	if (!mbuf)
		return NULL;
	memcpy(rte_pktmbuf_append(mbuf, (uint16_t)frame->length), frame->bytes, frame->length);
	mbuf->packet_type = rte_net_get_ptype(mbuf, &lengths, RTE_PTYPE_ALL_MASK);
	mbuf->l2_len = lengths.l2_len;
	mbuf->l3_len = lengths.l3_len;
	mbuf->l4_len = lengths.l4_len;
	if (verifies) {
		const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(mbuf, const struct rte_ipv4_hdr *, mbuf->l2_len);
		const void *tcp = (const uint8_t *)ip + mbuf->l3_len;
		right += rte_ipv4_udptcp_cksum_verify(ip, tcp) == 0 && rte_raw_cksum(ip, mbuf->l3_len) == 0xffff;
	}
	return mbuf;
}

static void copy_out(struct rte_mbuf *packet)
{
	uint32_t at = 0;

	for (struct rte_mbuf *part = packet; part; part = part->next) {
		memcpy(out + at, rte_pktmbuf_mtod(part, const uint8_t *), part->data_len);
		at += part->data_len;
	}
	rte_pktmbuf_free(packet);
}

static double run(const struct frame *frames, uint32_t count, uint32_t asked, int verifies)
{
	const struct rte_gro_param parameters = {
		.gro_types = RTE_GRO_TCP_IPV4,
		.max_flow_num = BURST,
		.max_item_per_flow = BURST,
	};
	struct rte_mbuf *burst[BURST];
	struct timespec before, after;
	uint16_t length = 0;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	for (uint32_t i = 0; i < asked; i++) {
		if (!(burst[length] = mbuf_of(&frames[i % count], verifies)))
			exit(1);
		if (++length < BURST)
			continue;
		length = rte_gro_reassemble_burst(burst, length, &parameters);
		for (uint16_t k = 0; k < length; k++)
			copy_out(burst[k]);
		length = 0;
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	while (length > 0)
		rte_pktmbuf_free(burst[--length]);
	return ((after.tv_sec - before.tv_sec) * 1e9 + (after.tv_nsec - before.tv_nsec)) / asked;
}

/* The frames of the file, which stays in memory. Returns how many. */
static uint32_t load(const char *path, struct frame **frames)
{
	FILE *file = fopen(path, "rb");
	uint32_t count = 0;

	if (!file)
		exit(1);
	fseek(file, 0, SEEK_END);
	long size = ftell(file);
	rewind(file);
	uint8_t *bytes = malloc((size_t)size);
	if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size)
		exit(1);
	fclose(file);
	*frames = malloc(sizeof **frames * (size_t)(size / PCAP_RECORD));
	for (long at = PCAP_HEADER; at + PCAP_RECORD <= size;) {
		uint32_t length;
		memcpy(&length, bytes + at + 8, sizeof length);
		(*frames)[count++] = (struct frame){bytes + at + PCAP_RECORD, length};
		at += PCAP_RECORD + (long)length;
	}
	return count;
}

int main(int argc, char **argv)
{
	char cores[16];
	struct frame *frames;

	if (argc != 3)
		return 2;
	snprintf(cores, sizeof cores, "%d", sched_getcpu());
	char *eal[] = {argv[0], "-l", cores, "--no-huge", "-m", "128", "--no-pci", "--no-shconf", "--no-telemetry",
		       "--log-level=*:error", NULL};
	if (rte_eal_init((int)(sizeof eal / sizeof *eal) - 1, eal) < 0)
		return 1;
	pool = rte_pktmbuf_pool_create("bench", POOL, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	uint32_t count = load(argv[1], &frames), asked = (uint32_t)strtoul(argv[2], NULL, 10);
	if (!pool || count == 0)
		return 1;
	run(frames, count, asked / 10, 1);
	printf("%.1f", run(frames, count, asked, 0));
	printf(" %.1f\n", run(frames, count, asked, 1));
	return 0;
}
