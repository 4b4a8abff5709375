#define _GNU_SOURCE
#include "veth_bench.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fatal.h"

enum { MTU = 65535, MOST_FEATURES = 256 };
static const char UDP_FORWARDING[] = "rx-udp-gro-forwarding";

static int control = -1;

static int write_setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int written = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (fd >= 0)
		close(fd);
	return written;
}

/* A message to rtnetlink, attribute by attribute. */
struct request {
	struct nlmsghdr header;
	struct ifinfomsg info;
	char attributes[512];
};

static struct rtattr *add(struct request *request, unsigned short type, const void *value, size_t length)
{
	struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));

	attribute->rta_type = type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(length);
	if (length)
		memcpy(RTA_DATA(attribute), value, length);
	request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
	return attribute;
}

static void end_nested(struct request *request, struct rtattr *attribute)
{
	attribute->rta_len = (unsigned short)((char *)request + request->header.nlmsg_len - (char *)attribute);
}

static void add_end(struct request *request, const char *name)
{
	const uint32_t mtu = MTU, one = 1;

	add(request, IFLA_IFNAME, name, strlen(name) + 1);
	add(request, IFLA_MTU, &mtu, sizeof mtu);
	/* One queue an end, or flows are spread over several polls. */
	add(request, IFLA_NUM_TX_QUEUES, &one, sizeof one);
	add(request, IFLA_NUM_RX_QUEUES, &one, sizeof one);
}

static void add_pair(void)
{
	struct request request = {
		.header = {NLMSG_LENGTH(sizeof request.info), RTM_NEWLINK, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, 0, 0},
	};
	const struct ifinfomsg nothing = {0};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[1024];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	add_end(&request, INJECT_END);
	struct rtattr *link = add(&request, IFLA_LINKINFO, NULL, 0);
	add(&request, IFLA_INFO_KIND, "veth", strlen("veth"));
	struct rtattr *data = add(&request, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *peer = add(&request, VETH_INFO_PEER, &nothing, sizeof nothing);
	add_end(&request, OBSERVE_END);
	end_nested(&request, peer);
	end_nested(&request, data);
	end_nested(&request, link);
	if (fd < 0 || send(fd, &request, request.header.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0)
		fatal("rtnetlink cannot be used");
	errno = -answer.error.error;
	if (answer.header.nlmsg_type != NLMSG_ERROR || errno)
		fatal("a veth pair cannot be made");
	close(fd);
}

static int ethtool(const char *interface, void *command)
{
	struct ifreq request = {.ifr_data = command};

	strcpy(request.ifr_name, interface);
	return ioctl(control, SIOCETHTOOL, &request);
}

static void set_feature(const char *interface, uint32_t command, int on)
{
	struct ethtool_value value = {command, (uint32_t)on};

	if (ethtool(interface, &value))
		fatal("ethtool command %#x is refused on %s", command, interface);
}

static void set_flags(const char *interface, int set, int clear)
{
	struct ifreq request = {.ifr_flags = 0};

	strcpy(request.ifr_name, interface);
	if (ioctl(control, SIOCGIFFLAGS, &request))
		fatal("%s has no flags", interface);
	request.ifr_flags = (short)((request.ifr_flags | set) & ~clear);
	if (ioctl(control, SIOCSIFFLAGS, &request))
		fatal("the flags of %s cannot be changed", interface);
}

static void set_up(const char *name, unsigned long value)
{
	char path[128], text[32];

	snprintf(path, sizeof path, "/sys/class/net/" OBSERVE_END "/%s", name);
	snprintf(text, sizeof text, "%lu", value);
	if (!write_setting(path, text))
		fatal("%s cannot be set to %s", path, text);
}

void build_veth_bench(unsigned window_us)
{
	static const uint32_t off[] = {ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO, ETHTOOL_STXCSUM, ETHTOOL_SSG};
	static const char *const ends[] = {INJECT_END, OBSERVE_END};

	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		fatal("a network namespace needs CAP_SYS_ADMIN");
	/* The namespace's own view of /sys, which only this process sees. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL))
		fatal("/sys cannot be mounted");
	/* Before the links come up: IPv6 would send frames of its own. */
	write_setting("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	write_setting("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (control < 0)
		fatal("no socket");
	add_pair();
	for (int i = 0; i < 2; i++)
		set_flags(ends[i], IFF_NOARP, IFF_MULTICAST);
	/* With TSO at the sender, veth hands frames over without a poll, past GRO. */
	for (size_t i = 0; i < sizeof off / sizeof *off; i++)
		set_feature(INJECT_END, off[i], 0);
	set_feature(OBSERVE_END, ETHTOOL_SGRO, 1);
	for (int i = 0; i < 2; i++)
		set_flags(ends[i], IFF_UP, 0);
	set_up("threaded", 0);
	set_up("gro_flush_timeout", window_us * 1000UL);
	set_up("napi_defer_hard_irqs", 1);
}

/* Its place among the kernel's names of features; -1: this kernel has none of that name. */
static int feature_place(const char *name)
{
	struct {
		struct ethtool_sset_info head;
		uint32_t count;
	} sets = {.head = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES}};
	struct {
		struct ethtool_gstrings head;
		char names[MOST_FEATURES][ETH_GSTRING_LEN];
	} strings = {.head = {.cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES}};

	if (ethtool(OBSERVE_END, &sets) || sets.count > MOST_FEATURES)
		fatal("the kernel's features cannot be counted");
	strings.head.len = sets.count;
	if (ethtool(OBSERVE_END, &strings))
		fatal("the kernel's features cannot be listed");
	for (uint32_t i = 0; i < sets.count; i++)
		if (!strncmp(strings.names[i], name, ETH_GSTRING_LEN))
			return (int)i;
	return -1;
}

int switch_udp_gro(int on)
{
	static int place = -2;
	struct {
		struct ethtool_sfeatures head;
		struct ethtool_set_features_block blocks[MOST_FEATURES / 32];
	} wanted = {.head = {ETHTOOL_SFEATURES, MOST_FEATURES / 32}};
	struct {
		struct ethtool_gfeatures head;
		struct ethtool_get_features_block blocks[MOST_FEATURES / 32];
	} are = {.head = {ETHTOOL_GFEATURES, MOST_FEATURES / 32}};

	if (place == -2)
		place = feature_place(UDP_FORWARDING);
	if (place < 0)
		return 0;
	const uint32_t bit = 1U << place % 32;
	/* The kernel wants as many blocks as it has, and says so by that of GFEATURES. */
	if (ethtool(OBSERVE_END, &are))
		return 0;
	wanted.head.size = are.head.size;
	wanted.blocks[place / 32].valid = bit;
	wanted.blocks[place / 32].requested = on ? bit : 0;
	are.head.size = MOST_FEATURES / 32;
	if (ethtool(OBSERVE_END, &wanted) || ethtool(OBSERVE_END, &are))
		return 0;
	return !(are.blocks[place / 32].active & bit) == !on;
}
