/*
 * rsc-line 1 (docs/rsc-line.md) for a coalescer in C: fill in a struct rsc_line and call rsc_line_serve.
 * One header, C99, no dependency. Include it in one file of a program.
 * A coalescer may indicate at any time, also inside receive: the frames wait for the next answer.
 */
#ifndef RSC_LINE_H
#define RSC_LINE_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RSC_LINE_MAX_LINE = 262144, RSC_LINE_MAX_FRAME = RSC_LINE_MAX_LINE / 2 };

/* The state of an arriving frame's TCP checksum (hello: csum=on). Not marked: nothing is known, verify it. */
enum rsc_line_csum { RSC_LINE_CSUM_NONE, RSC_LINE_CSUM_PARTIAL, RSC_LINE_CSUM_UNNECESSARY };

struct rsc_line_marks {
	enum rsc_line_csum csum;
	int ipsec; /* hello: ipsec=on */
};

/* 1: switch on, 0: switch off, -1: leave as it is. */
struct rsc_line_settings {
	int rsc4, rsc6, uro, rxcsum;
	const char *features; /* hello: features=on. Names between commas, or "none"; NULL: leave as they are */
};

struct rsc_line_counters {
	uint64_t pkts, octets, events, aborts;
};

struct rsc_line {
	/* "name=mine version=1", then what the coalescer can and cannot do: "timestamps=off vlan=off". */
	const char *hello;
	/* Forget all state; RSC on for both IP versions, URO off, receive checksum offload on. */
	void (*reset)(void *nic);
	/* The frame is valid until this returns. */
	void (*receive)(void *nic, const uint8_t *frame, size_t length, const struct rsc_line_marks *marks);
	void (*end_of_dpc)(void *nic);
	/* Only what hello announces. Indicates what is due; returns 0 and changes nothing if it is not supported. Or NULL. */
	int (*set)(void *nic, const struct rsc_line_settings *settings);
	void (*statistics)(void *nic, struct rsc_line_counters *counters); /* or NULL */
	/* Time passes (hello: boundary=timer interval=US). Or NULL. */
	void (*tick)(void *nic, unsigned long us);
	/* Passed to each function. */
	void *nic;
};

/* The frames indicated since the last answer, as text; and an error that replaces them. */
static struct {
	char *text;
	size_t length, room;
	char instead[208];
} rsc_line_due;

static inline char *rsc_line_space(size_t bytes)
{
	if (rsc_line_due.room - rsc_line_due.length < bytes) {
		rsc_line_due.room = 2 * rsc_line_due.room + bytes;
		rsc_line_due.text = (char *)realloc(rsc_line_due.text, rsc_line_due.room);
		if (!rsc_line_due.text) {
			fputs("rsc-line: out of memory\n", stderr);
			exit(1);
		}
	}
	return rsc_line_due.text + rsc_line_due.length;
}

/* A frame that lies in pieces: begin, any number of pieces, end. */
static inline void rsc_line_begin(void)
{
	memcpy(rsc_line_space(4), "IND ", 4);
	rsc_line_due.length += 4;
}

static inline void rsc_line_piece(const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char *to = rsc_line_space(2 * length);
	for (size_t i = 0; i < length; i++) {
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	rsc_line_due.length += 2 * length;
}

static inline void rsc_line_end_keys(const char *keys, va_list values)
{
	char words[512];
	int length = vsnprintf(words, sizeof words, keys, values);
	if (length < 0 || (size_t)length >= sizeof words)
		length = 0;
	char *to = rsc_line_space((size_t)length + 2);
	*to++ = ' ';
	memcpy(to, words, (size_t)length);
	to[length] = '\n';
	rsc_line_due.length += (size_t)length + 2;
}

/* The out-of-band keys that the coalescer reports, as for printf: "seg=%u ipcsum=ok". "" where it reports none. */
static inline void rsc_line_end(const char *keys, ...)
{
	va_list values;
	va_start(values, keys);
	rsc_line_end_keys(keys, values);
	va_end(values);
}

static inline void rsc_line_indicate(const uint8_t *frame, size_t length, const char *keys, ...)
{
	va_list values;
	va_start(values, keys);
	rsc_line_begin();
	rsc_line_piece(frame, length);
	rsc_line_end_keys(keys, values);
	va_end(values);
}

/* Something went wrong: the next answer is ERR with this text, and the vector an error. The first one is kept. */
static inline void rsc_line_error(const char *text)
{
	if (!rsc_line_due.instead[0])
		snprintf(rsc_line_due.instead, sizeof rsc_line_due.instead, "ERR %s", text);
}

/* What was asked cannot be played here: the next answer is UNSUPPORTED, and so is the vector. */
static inline void rsc_line_unsupported(void)
{
	strcpy(rsc_line_due.instead, "UNSUPPORTED");
}

static inline void rsc_line_answer(void)
{
	if (rsc_line_due.instead[0])
		puts(rsc_line_due.instead);
	else
		printf("%.*s.\n", (int)rsc_line_due.length, rsc_line_due.length ? rsc_line_due.text : "");
	rsc_line_due.length = rsc_line_due.instead[0] = 0;
}

static inline int rsc_line_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline void rsc_line_receive(const struct rsc_line *line, char *words)
{
	static uint8_t frame[RSC_LINE_MAX_FRAME];
	struct rsc_line_marks marks = {RSC_LINE_CSUM_NONE, 0};
	size_t length = 0;
	char *hex = strtok(words, " ");
	for (; hex && hex[0]; hex += 2) {
		int high = rsc_line_digit(hex[0]), low = hex[1] ? rsc_line_digit(hex[1]) : -1;
		if (high < 0 || low < 0) {
			rsc_line_error("RX takes an even number of hex digits");
			return;
		}
		frame[length++] = (uint8_t)(high << 4 | low);
	}
	for (char *word = strtok(NULL, " "); word; word = strtok(NULL, " ")) {
		if (!strcmp(word, "csum=partial"))
			marks.csum = RSC_LINE_CSUM_PARTIAL;
		else if (!strcmp(word, "csum=unnecessary"))
			marks.csum = RSC_LINE_CSUM_UNNECESSARY;
		else if (!strcmp(word, "ipsec=1"))
			marks.ipsec = 1;
	}
	if (length)
		line->receive(line->nic, frame, length, &marks);
	else
		rsc_line_error("RX takes a frame");
}

/* Returns 0 if one of the settings is unknown, or was not announced. */
static inline int rsc_line_set(const struct rsc_line *line, char *words)
{
	static const char *const keys[] = {"rsc4=", "rsc6=", "uro=", "rxcsum="};
	static const char *const announced[] = {" set=off", " set=off", " uro=on", " rxcsum=on"};
	struct rsc_line_settings settings = {-1, -1, -1, -1, NULL};
	int *const values[] = {&settings.rsc4, &settings.rsc6, &settings.uro, &settings.rxcsum};
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		const char *value = strchr(word, '=');
		int known = !strncmp(word, "features=", 9) && strstr(line->hello, " features=on");
		if (known)
			settings.features = word + 9;
		for (int i = 0; i < 4 && value && !known; i++) {
			if (strncmp(word, keys[i], strlen(keys[i])))
				continue;
			/* The first two unless they are announced as off. */
			known = (strstr(line->hello, announced[i]) != NULL) == (i > 1);
			known = known && (!strcmp(value, "=on") || !strcmp(value, "=off"));
			*values[i] = !strcmp(value, "=on");
		}
		if (!known)
			return 0;
	}
	return line->set && line->set(line->nic, &settings);
}

/* Returns when the runner has said BYE, or its end of the pipe is closed. */
static inline int rsc_line_serve(const struct rsc_line *line)
{
	static char text[RSC_LINE_MAX_LINE + 2];
	while (fgets(text, sizeof text, stdin)) {
		size_t length = strcspn(text, "\r\n");
		struct rsc_line_counters counters = {0, 0, 0, 0};
		text[length] = 0;
		if (length == sizeof text - 1) {
			rsc_line_error("a line of more than 262,144 bytes");
			while (fgets(text, sizeof text, stdin) && !strchr(text, '\n'))
				;
		} else if (!strncmp(text, "RX ", 3) || !strcmp(text, "RX")) {
			rsc_line_receive(line, text + 2);
		} else if (!strcmp(text, "BYE")) {
			break;
		} else if (!strncmp(text, "HELLO ", 6)) {
			printf("HELLO rsc-line 1 %s\n", line->hello);
		} else if (!strcmp(text, "RESET")) {
			line->reset(line->nic);
			rsc_line_due.length = rsc_line_due.instead[0] = 0;
			rsc_line_answer();
		} else if (!strcmp(text, "DPC")) {
			line->end_of_dpc(line->nic);
			rsc_line_answer();
		} else if (!strncmp(text, "SET ", 4) && rsc_line_set(line, text + 4)) {
			rsc_line_answer();
		} else if (!strncmp(text, "TICK ", 5) && line->tick) {
			line->tick(line->nic, strtoul(text + 5, NULL, 10));
			rsc_line_answer();
		} else if (!strcmp(text, "STATS") && line->statistics) {
			line->statistics(line->nic, &counters);
			printf("STATS pkts=%" PRIu64 " octets=%" PRIu64 " events=%" PRIu64 " aborts=%" PRIu64 "\n", counters.pkts,
			       counters.octets, counters.events, counters.aborts);
		} else {
			puts("UNSUPPORTED");
		}
		fflush(stdout);
	}
	return 0;
}

#endif
