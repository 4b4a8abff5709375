/*
 * GRO of the running kernel as an rsc-line 1 target, as --target linux-gro plays it, but with nothing but a C library:
 *   gro_player WINDOW_US
 * Small enough for a guest without an operating system around it.
 */
#define _GNU_SOURCE
#include <sys/utsname.h>

#include "fatal.h"
#include "rsc_line.h"
#include "veth_bench.h"
#include "window.h"

/* Headers of older kernels do not know it. */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

static struct burst burst;
static int is_udp_merged;

static int is_unit_of_datagrams(const struct captured *captured)
{
	return (captured->vnet.gso_type & ~VIRTIO_NET_HDR_GSO_ECN) == VIRTIO_NET_HDR_GSO_UDP_L4;
}

static void indicate(const struct captured *captured)
{
	const int is_partial = captured->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	const int is_valid = captured->vnet.flags & VIRTIO_NET_HDR_F_DATA_VALID;

	if (is_unit_of_datagrams(captured))
		rsc_line_indicate(captured->frame, captured->length, "tcpcsum=%s urosize=%u",
				  is_partial ? "partial" : is_valid ? "ok" : "none", (unsigned)captured->vnet.gso_size);
	else
		rsc_line_indicate(captured->frame, captured->length, is_partial ? "tcpcsum=partial" : "");
}

static void end_of_dpc(void *nic)
{
	const char *why = burst.count ? play_burst(&burst, indicate) : NULL;

	(void)nic;
	if (why)
		rsc_line_error(why);
	burst.count = 0;
}

static void receive(void *nic, const uint8_t *frame, size_t length, const struct rsc_line_marks *marks)
{
	(void)nic, (void)marks;
	/* An interface counts its MTU after one tag. */
	const int is_tagged = length > ETHERNET_HEADER && ((frame[12] == 0x81 && frame[13] == 0) || (frame[12] == 0x88 && frame[13] == 0xa8));

	if (length < ETHERNET_HEADER || length > MOST_PACKET + ETHERNET_HEADER + (is_tagged ? VLAN_TAG : 0)) {
		rsc_line_unsupported();
	} else if (burst.count == MOST_FRAMES) {
		rsc_line_error("more frames than one poll takes");
	} else {
		memcpy(burst.frames[burst.count], frame, length);
		burst.lengths[burst.count++] = length;
	}
}

static void switch_uro(int on)
{
	if (on == is_udp_merged)
		return;
	if (!switch_udp_gro(on))
		fatal("rx-udp-gro-forwarding cannot be switched");
	is_udp_merged = on;
}

/* Only URO can be switched. A burst ends where it is. */
static int set(void *nic, const struct rsc_line_settings *settings)
{
	end_of_dpc(nic);
	switch_uro(settings->uro);
	return 1;
}

static void reset(void *nic)
{
	(void)nic;
	burst.count = 0;
	switch_uro(0);
}

static int units_of_datagrams;

static void count_unit(const struct captured *captured)
{
	units_of_datagrams += is_unit_of_datagrams(captured);
}

/* Whether datagrams are merged on request, and a packet socket shows it: two equal ones. */
static int can_uro(void)
{
	static const uint8_t datagram[] = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
		0x45, 0, 0, 29, 0, 0, 0x40, 0, 64, 17, 0x26, 0xce, 10, 0, 0, 1, 10, 0, 0, 2,
		0, 9, 0, 9, 0, 9, 0xeb, 0xc7, 0,
	};

	if (!switch_udp_gro(1))
		return 0;
	for (burst.count = 0; burst.count < 2; burst.count++) {
		memcpy(burst.frames[burst.count], datagram, sizeof datagram);
		burst.lengths[burst.count] = sizeof datagram;
	}
	play_burst(&burst, count_unit);
	burst.count = 0;
	return switch_udp_gro(0) && units_of_datagrams == 1;
}

int main(int count, char **words)
{
	static char hello[512];
	const struct rsc_line line = {
		.hello = hello, .reset = reset, .receive = receive, .end_of_dpc = end_of_dpc, .set = set,
	};
	struct utsname kernel;
	const unsigned window_us = count > 1 ? (unsigned)strtoul(words[1], NULL, 10) : 0;

	if (!window_us) {
		fprintf(stderr, "usage: %s WINDOW_US\n", words[0]);
		return 2;
	}
	if (uname(&kernel))
		fatal("the kernel has no name");
	build_veth_bench(window_us);
	open_window(window_us);
	/* The kernel drops a frame that ends inside its VLAN tag before any packet socket sees it. */
	snprintf(hello, sizeof hello, "name=linux-gro version=%s statistics=off set=off drops=malformed burst=%d %s",
		 kernel.release, MOST_FRAMES,
		 can_uro() ? "uro=on metadata=tcpcsum,urosize" : "uro=off metadata=tcpcsum");
	return rsc_line_serve(&line);
}
