/*
 * A small coalescer, connected to the suite by adapters/c/rsc_line.h: the last lines.
 * It is imperfect on purpose, so that you can see what the suite says. Its faults, all seen in real drivers:
 *   1. it keeps the first segment's TTL instead of the smallest;
 *   2. it takes PSH from the last segment only;
 *   3. it does not compare ECE and CWR;
 *   4. it takes the end of the frame for the end of the packet: Ethernet padding gets into the stream.
 * Its argument says which it has: "coalescer 13" has two of them, "coalescer 0" has none.
 */
#include "rsc_line.h"

enum { MAX_UNITS = 256 };

struct unit {
	uint8_t *bytes;
	size_t length; /* of the frame so far */
	size_t ip, tcp, payload;
	int v4, count;
	uint32_t next, ack;
};

static struct unit units[MAX_UNITS];
static int unit_count;
static int rsc4 = 1, rsc6 = 1;
static const char *faults = "1234";

static int has_fault(char number) { return strchr(faults, number) != NULL; }

static unsigned get16(const uint8_t *p) { return (unsigned)p[0] << 8 | p[1]; }
static uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }
static void put16(uint8_t *p, unsigned v) { p[0] = (uint8_t)(v >> 8); p[1] = (uint8_t)v; }

static uint32_t sum(const uint8_t *p, size_t n, uint32_t s)
{
	for (; n > 1; n -= 2, p += 2)
		s += get16(p);
	if (n)
		s += (uint32_t)p[0] << 8;
	while (s > 0xffff)
		s = (s & 0xffff) + (s >> 16);
	return s;
}

static uint32_t tcp_sum(const uint8_t *f, size_t ip, size_t tcp, size_t end, int v4)
{
	uint32_t s = sum(f + ip + (v4 ? 12 : 8), v4 ? 8 : 32, (uint32_t)(6 + (end - tcp)));
	return sum(f + tcp, end - tcp, s);
}

static void indicate(const uint8_t *f, size_t n, int count, const char *ipcsum, const char *tcpcsum)
{
	rsc_line_indicate(f, n, "seg=%d ipcsum=%s tcpcsum=%s", count, ipcsum, tcpcsum);
}

static void finalize(int i)
{
	struct unit *u = &units[i];
	uint8_t *f = u->bytes;
	if (u->count > 1) {
		if (u->v4) {
			put16(f + u->ip + 2, (unsigned)(u->length - u->ip));
			put16(f + u->ip + 10, 0);
			put16(f + u->ip + 10, ~sum(f + u->ip, 20, 0) & 0xffff);
		} else {
			put16(f + u->ip + 4, (unsigned)(u->length - u->tcp));
		}
		put16(f + u->tcp + 16, 0);
		put16(f + u->tcp + 16, ~tcp_sum(f, u->ip, u->tcp, u->length, u->v4) & 0xffff);
	}
	indicate(f, u->length, u->count > 1 ? u->count : 0, u->v4 ? "ok" : "none", "ok");
	free(f);
	memmove(u, u + 1, sizeof *u * (size_t)(unit_count - i - 1));
	unit_count--;
}

static void flush(int v4, int v6)
{
	for (int i = 0; i < unit_count;)
		if (units[i].v4 ? v4 : v6)
			finalize(i);
		else
			i++;
}

static int same_connection(const struct unit *u, const uint8_t *f, size_t ip, size_t tcp, int v4)
{
	size_t at = ip + (v4 ? 12 : 8);
	return u->v4 == v4 && !memcmp(u->bytes + at, f + at, tcp - at) && !memcmp(u->bytes + tcp, f + tcp, 4);
}

static int may_join(const struct unit *u, const uint8_t *f, uint32_t seq, uint32_t ack, size_t length)
{
	const uint8_t *g = u->bytes;
	size_t ip = u->ip;
	if (memcmp(g, f, 14) || seq != u->next || ack - u->ack > 0x7fffffff)
		return 0;
	if (u->v4 ? g[ip + 1] != f[ip + 1] || (g[ip + 6] ^ f[ip + 6]) : memcmp(g + ip, f + ip, 4))
		return 0;
	/* Fault 3: ECE and CWR are not looked at. */
	if (!has_fault('3') && (g[u->tcp + 13] ^ f[u->tcp + 13]) & 0xc0)
		return 0;
	return u->length - ip - (u->v4 ? 0 : 40) + length <= 65535;
}

static void receive(const uint8_t *f, size_t n)
{
	int v4 = n >= 54 && get16(f + 12) == 0x0800 && f[14] == 0x45 && f[23] == 6;
	int v6 = n >= 74 && get16(f + 12) == 0x86dd && f[14] >> 4 == 6 && f[20] == 6;
	size_t ip = 14, tcp = v4 ? 34 : 54, end, payload;
	int i, plain;
	if (!v4 && !v6) {
		flush(1, 1);
		indicate(f, n, 0, "none", "none");
		return;
	}
	end = v4 ? ip + get16(f + 16) : tcp + get16(f + 18);
	plain = end <= n && end > tcp + 20 && f[tcp + 12] == 0x50 && (f[tcp + 13] & 0x37) == 0x10;
	plain = plain && (!v4 || (sum(f + ip, 20, 0) == 0xffff && (get16(f + 20) & 0x3fff) == 0));
	plain = plain && tcp_sum(f, ip, tcp, end, v4) == 0xffff;
	if (!plain || !(v4 ? rsc4 : rsc6)) {
		flush(1, 1);
		indicate(f, n, 0, "none", "none");
		return;
	}
	payload = tcp + 20;
	for (i = 0; i < unit_count && !same_connection(&units[i], f, ip, tcp, v4); i++)
		;
	if (i < unit_count && may_join(&units[i], f, get32(f + tcp + 4), get32(f + tcp + 8), end - payload)) {
		struct unit *u = &units[i];
		memcpy(u->bytes + u->length, f + payload, end - payload);
		u->length += end - payload;
		u->next += (uint32_t)(end - payload);
		u->ack = get32(f + tcp + 8);
		memcpy(u->bytes + tcp + 8, f + tcp + 8, 4);
		/* Fault 1: the first segment's TTL stays. */
		if (!has_fault('1') && f[ip + (v4 ? 8 : 7)] < u->bytes[ip + (v4 ? 8 : 7)])
			u->bytes[ip + (v4 ? 8 : 7)] = f[ip + (v4 ? 8 : 7)];
		/* Fault 2: PSH of the last segment. */
		u->bytes[tcp + 13] = f[tcp + 13] | (has_fault('2') ? 0 : u->bytes[tcp + 13] & 8);
		memcpy(u->bytes + tcp + 14, f + tcp + 14, 2);
		u->count++;
		return;
	}
	if (i < unit_count)
		finalize(i);
	if (unit_count == MAX_UNITS)
		finalize(0);
	struct unit *u = &units[unit_count++];
	memset(u, 0, sizeof *u);
	u->bytes = malloc(RSC_LINE_MAX_FRAME);
	if (!u->bytes)
		exit(1);
	memcpy(u->bytes, f, n);
	u->length = has_fault('4') ? n : end; /* Fault 4: with its padding. */
	u->ip = ip;
	u->tcp = tcp;
	u->payload = payload;
	u->v4 = v4;
	u->count = 1;
	u->next = get32(f + tcp + 4) + (uint32_t)(end - payload);
	u->ack = get32(f + tcp + 8);
}

static void forget(void)
{
	while (unit_count)
		free(units[--unit_count].bytes);
	rsc4 = rsc6 = 1;
}

/* What connects it: the functions that the adapter calls, and main. */
static void on_reset(void *nic) { (void)nic, forget(); }
static void on_dpc(void *nic) { (void)nic, flush(1, 1); }
static void on_frame(void *nic, const uint8_t *frame, size_t length, const struct rsc_line_marks *marks)
{
	(void)nic, (void)marks, receive(frame, length);
}

static int on_set(void *nic, const struct rsc_line_settings *settings)
{
	(void)nic;
	rsc4 = settings->rsc4 < 0 ? rsc4 : settings->rsc4;
	rsc6 = settings->rsc6 < 0 ? rsc6 : settings->rsc6;
	flush(!rsc4, !rsc6);
	return 1;
}

int main(int argc, char **argv)
{
	const struct rsc_line line = {
		.hello = "name=c-program version=1 timestamps=off vlan=off statistics=off",
		.reset = on_reset, .receive = on_frame, .end_of_dpc = on_dpc, .set = on_set,
	};
	if (argc > 1)
		faults = argv[1];
	return rsc_line_serve(&line);
}
