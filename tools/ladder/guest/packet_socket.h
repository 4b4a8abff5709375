/* Packet sockets (packet(7)): frames of any size whole, and what the kernel says beside each. */
#ifndef PACKET_SOCKET_H
#define PACKET_SOCKET_H

#include <linux/virtio_net.h>
#include <stddef.h>
#include <stdint.h>

enum { ETHERNET_HEADER = 14, VLAN_TAG = 4, MOST_PACKET = 65535, LARGEST_FRAME = MOST_PACKET + ETHERNET_HEADER + 2 * VLAN_TAG };

struct captured {
	struct virtio_net_hdr vnet;
	size_t length;
	uint8_t frame[LARGEST_FRAME + VLAN_TAG];
};

/* Ends the program where it cannot. `receives`: else it only sends. */
int packet_socket(const char *interface, int receives);
/* Returns 0, or the errno of a frame that was not sent. */
int packet_send(int socket, const uint8_t *frame, size_t length);
/*
 * Returns 0 where none is there now, and -1 for a frame that this kernel's virtio header has no words for: before Linux
 * 6.2 that was a unit of datagrams. Never waits.
 */
int packet_take(int socket, struct captured *captured);
/* Frames lost since the last call, because they were not taken in time. */
unsigned packet_drops(int socket);

#endif
