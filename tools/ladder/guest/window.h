/*
 * The window method: a burst that Linux polls as one (runner/targets/live/window.ts). The far end keeps its poll masked
 * for a while after each poll, so
 * 1. a primer, which nothing ever holds, is polled at once; once it is out, frames only queue up;
 * 2. the burst is sent, then a sentinel, which is held and so leaves last: when it is there, everything is out;
 * 3. if sending took too much of the window, the burst may have been split: it is void, and repeated.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "packet_socket.h"

/* Frames that one poll takes (NAPI_POLL_WEIGHT), less the sentinel. */
enum { MOST_FRAMES = 63 };

struct burst {
	size_t count;
	size_t lengths[MOST_FRAMES];
	uint8_t frames[MOST_FRAMES][LARGEST_FRAME];
};

void open_window(unsigned window_us);
/* Hands each frame that came out to `seen`, in order. Returns why there is no result, or NULL. */
const char *play_burst(const struct burst *burst, void (*seen)(const struct captured *captured));

#endif
