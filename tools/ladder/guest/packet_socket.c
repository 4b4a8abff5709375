#define _GNU_SOURCE
#include "packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "fatal.h"

enum { RECEIVE_BUFFER = 64 << 20, SEND_BUFFER = 8 << 20 };

int packet_socket(const char *interface, int receives)
{
	const int one = 1, receive_buffer = RECEIVE_BUFFER, send_buffer = SEND_BUFFER;
	/* Protocol 0 until it is bound: else frames of every interface would be queued. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(receives ? ETH_P_ALL : 0),
		.sll_ifindex = (int)if_nametoindex(interface),
	};

	if (fd < 0)
		fatal("a packet socket cannot be opened");
	if (receives && (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) ||
			 setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof one) ||
			 setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one)))
		fatal("the kernel refuses an option of packet sockets");
	/* Without the right to force them the default sizes do; what is lost then is counted. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof send_buffer);
	if (bind(fd, (struct sockaddr *)&address, sizeof address))
		fatal("a packet socket cannot be bound to %s", interface);
	return fd;
}

int packet_send(int socket, const uint8_t *frame, size_t length)
{
	return send(socket, frame, length, 0) == (ssize_t)length ? 0 : errno;
}

/* The kernel takes the outer tag off before a packet socket sees the frame, and reports it beside the frame. */
static void restore_tag(struct captured *captured, const struct tpacket_auxdata *beside)
{
	const uint16_t tpid = htons(beside->tp_status & TP_STATUS_VLAN_TPID_VALID ? beside->tp_vlan_tpid : ETH_P_8021Q);
	const uint16_t tci = htons(beside->tp_vlan_tci);
	uint8_t *tag = captured->frame + 2 * ETH_ALEN;

	if (!(beside->tp_status & TP_STATUS_VLAN_VALID) || captured->length < 2 * ETH_ALEN)
		return;
	memmove(tag + VLAN_TAG, tag, captured->length - 2 * ETH_ALEN);
	memcpy(tag, &tpid, sizeof tpid);
	memcpy(tag + sizeof tpid, &tci, sizeof tci);
	captured->length += VLAN_TAG;
}

int packet_take(int socket, struct captured *captured)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control = {.room = {0}};
	struct iovec parts[] = {{&captured->vnet, sizeof captured->vnet}, {captured->frame, LARGEST_FRAME}};
	struct msghdr message = {
		.msg_iov = parts, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof control,
	};
	ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_TRUNC);

	if (length < 0 && errno == EAGAIN)
		return 0;
	if (length < 0 && errno == EINVAL)
		return -1;
	if (length < (ssize_t)sizeof captured->vnet)
		fatal("frames cannot be received");
	if (message.msg_flags & MSG_TRUNC)
		fatal("a frame of %zd bytes came out", length);
	captured->length = (size_t)length - sizeof captured->vnet;
	for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each))
		if (each->cmsg_level == SOL_PACKET && each->cmsg_type == PACKET_AUXDATA)
			restore_tag(captured, (const struct tpacket_auxdata *)CMSG_DATA(each));
	return 1;
}

unsigned packet_drops(int socket)
{
	struct tpacket_stats counted;
	socklen_t length = sizeof counted;

	if (getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, &counted, &length))
		fatal("the kernel does not say what it dropped");
	return counted.tp_drops;
}
