/*
 * The first process of a guest that does one thing: it loads the modules packed beside it, connects the virtio port to
 * standard input and output of /gro_player, and ends the guest with it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/module.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fatal.h"

#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4
#endif

static const char PORT[] = "/dev/vport0p1";

/* In the order in which they need each other. What a kernel has built in is not packed. */
static const char *const MODULES[] = {
	"virtio", "virtio_ring", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_console", "veth",
};

static void load(const char *name)
{
	char path[64];
	unsigned char first = 0;

	snprintf(path, sizeof path, "/modules/%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, &first, 1) != 1)
		fatal("%s cannot be read", path);
	/* As an ELF file begins; the kernel itself unpacks what its distribution has compressed. */
	if (syscall(SYS_finit_module, fd, "", first == 0x7f ? 0 : MODULE_INIT_COMPRESSED_FILE))
		fatal("%s cannot be loaded", path);
	close(fd);
}

/* The port appears once its driver has initialised the device, which takes a moment. */
static int open_port(void)
{
	const struct timespec moment = {0, 1000000};
	int fd;

	while ((fd = open(PORT, O_RDWR)) < 0 && errno == ENOENT)
		nanosleep(&moment, NULL);
	if (fd < 0)
		fatal("%s cannot be opened", PORT);
	return fd;
}

/* A write to the port waits while the runner's end is closed, so the player may never see that: it ends with the port. */
static void play(char **words)
{
	int port = open_port();
	pid_t child = fork();

	if (child == 0) {
		dup2(port, STDIN_FILENO);
		dup2(port, STDOUT_FILENO);
		execv("/gro_player", words);
		fatal("/gro_player cannot be started");
	}
	struct pollfd ends[] = {{(int)syscall(SYS_pidfd_open, child, 0), POLLIN, 0}, {port, 0, 0}};
	if (child < 0 || ends[0].fd < 0 || poll(ends, 2, -1) < 0)
		fatal("no second process");
}

/* What the kernel's command line has after --. */
int main(int count, char **words)
{
	(void)count;
	mkdir("/proc", 0755), mkdir("/sys", 0755), mkdir("/dev", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL))
		fatal("the guest has no /proc, /sys or /dev");
	for (size_t i = 0; i < sizeof MODULES / sizeof *MODULES; i++)
		load(MODULES[i]);
	play(words);
	/* With QEMU's -no-reboot, this ends it. */
	reboot(RB_AUTOBOOT);
	return 1;
}
