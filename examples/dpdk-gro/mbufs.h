/* What a NIC's driver does for DPDK: it starts it, and leaves each frame in mbufs, described. */
#ifndef MBUFS_H
#define MBUFS_H

#include <rte_mbuf.h>

/* Ends the program if it fails. */
void start_dpdk(const char *program);

/* One frame as a chain of mbufs, with the packet type and header lengths that a driver gives. NULL: no memory. */
struct rte_mbuf *mbufs_of(const uint8_t *bytes, uint32_t length);

#endif
