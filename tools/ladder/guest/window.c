#define _GNU_SOURCE
#include "window.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fatal.h"
#include "veth_bench.h"

enum { MAX_REPEATS = 50, MOST_CAPTURED = 4096, PRIMER = 54, SENTINEL_PAYLOAD = 64, SENTINEL = PRIMER + SENTINEL_PAYLOAD };

static int injector = -1, observer = -1;
static double window;
/* When the last primer was polled, and until when nothing may be sent. */
static double idle_from;
static struct captured *captured[MOST_CAPTURED];
static size_t captured_count;
/* Since the burst began: what could not be taken. */
static int has_hidden;
static uint8_t primer[PRIMER], sentinel[SENTINEL];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint32_t sum(const uint8_t *bytes, size_t length)
{
	uint32_t total = 0;

	for (size_t i = 0; i < length; i += 2)
		total += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return total;
}

static void put_sum(uint8_t *at, uint32_t total)
{
	uint16_t folded;

	total = (total & 0xffff) + (total >> 16);
	total = (total & 0xffff) + (total >> 16);
	folded = htons((uint16_t)~total);
	memcpy(at, &folded, sizeof folded);
}

/* A TCP segment between addresses that no vector uses, from port 9 to port 9. */
static void write_segment(uint8_t *frame, size_t payload, uint32_t seq)
{
	static const uint8_t headers[PRIMER] = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
		0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 255, 255, 254, 10, 255, 255, 253,
		0, 9, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0x50, 0x10, 0xff, 0xff, 0, 0, 0, 0,
	};
	const uint16_t length = htons((uint16_t)(40 + payload));
	uint8_t *ip = frame + ETHERNET_HEADER, *tcp = ip + 20;

	memcpy(frame, headers, sizeof headers);
	memset(frame + sizeof headers, 0, payload);
	memcpy(ip + 2, &length, sizeof length);
	put_sum(ip + 10, sum(ip, 20));
	seq = htonl(seq);
	memcpy(tcp + 4, &seq, sizeof seq);
	put_sum(tcp + 16, sum(ip + 12, 8) + 6 + (uint32_t)(20 + payload) + sum(tcp, 20 + payload));
}

void open_window(unsigned window_us)
{
	window = window_us / 1e6;
	injector = packet_socket(INJECT_END, 0);
	observer = packet_socket(OBSERVE_END, 1);
	write_segment(primer, 0, 0);
	/* IEEE Std 802 local experimental EtherType: GRO knows no protocol after it. */
	primer[12] = 0x88, primer[13] = 0xb5;
}

static int is(const struct captured *frame, const uint8_t *other, size_t length)
{
	return frame->length >= length && !memcmp(frame->frame, other, length);
}

/* A primer, or the sentinel of a burst given up. */
static int is_ours(const struct captured *frame)
{
	return is(frame, primer, PRIMER) || (frame->length >= SENTINEL && !memcmp(frame->frame + 26, sentinel + 26, 8));
}

static void wait_until(double when)
{
	for (double left = when - now(); left > 0; left = when - now()) {
		struct timespec time = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
		nanosleep(&time, NULL);
	}
}

/* Collects what comes out before the frame looked for. Returns 0 where that did not come in time. */
static int take_until(const uint8_t *last, size_t length, double deadline)
{
	for (captured_count = 0;;) {
		struct captured **next = &captured[captured_count];
		struct pollfd readable = {observer, POLLIN, 0};
		double left = deadline - now();

		if (!*next && !(*next = malloc(sizeof **next)))
			fatal("a captured frame cannot be kept");
		int took = packet_take(observer, *next);
		if (took < 0) {
			has_hidden = 1;
		} else if (took) {
			if (is(*next, last, length))
				return 1;
			if (!is_ours(*next) && ++captured_count == MOST_CAPTURED)
				fatal("more than %d frames came out", MOST_CAPTURED);
		} else if (left <= 0) {
			return 0;
		} else {
			struct timespec time = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
			ppoll(&readable, 1, &time, NULL);
		}
	}
}

static const char *send_all(const struct burst *burst)
{
	static char why[96];
	int error = 0;
	size_t i;

	for (i = 0; i < burst->count && !error; i++)
		error = packet_send(injector, burst->frames[i], burst->lengths[i]);
	if (error) {
		snprintf(why, sizeof why, "a frame of %zu bytes is not sent: %s", burst->lengths[i - 1], strerror(error));
		return why;
	}
	return packet_send(injector, sentinel, SENTINEL) ? "the sentinel is not sent" : NULL;
}

const char *play_burst(const struct burst *burst, void (*seen)(const struct captured *captured))
{
	/* Of the window. */
	const double usable = 0.7, idle_after = 2.2, patience = 3;
	const double patience_seconds = patience * window > 0.3 ? patience * window : 0.3;
	static uint32_t sentinels;

	for (int voids = 0; voids < MAX_REPEATS; voids++) {
		write_segment(sentinel, SENTINEL_PAYLOAD, 1000 * sentinels++);
		has_hidden = 0;
		wait_until(idle_from + idle_after * window);
		double begun = now();
		if (packet_send(injector, primer, PRIMER))
			return "the primer is not sent";
		/* Its poll may be left to another thread: frames sent before that would join it. */
		take_until(primer, PRIMER, begun + window);
		const char *why = send_all(burst);
		double took = now() - begun;
		idle_from = begun;
		if (why)
			return why;
		int is_whole = take_until(sentinel, SENTINEL, begun + patience_seconds);
		if (has_hidden)
			return "packet sockets of this kernel cannot show what came out";
		if (packet_drops(observer))
			return "the capture lost frames";
		if (is_whole && took <= usable * window) {
			for (size_t i = 0; i < captured_count; i++)
				seen(captured[i]);
			return NULL;
		}
		/* Everything of the void burst is out, and the far end idle, before the next. */
		idle_from = now() + window;
	}
	return "no burst fitted its window";
}
