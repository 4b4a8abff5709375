#!/bin/sh
# GRO of a kernel of another suite, as a program for --target program:PATH, which boots that kernel in QEMU, without KVM:
#   kernel-target.sh DIR SUITE[/VERSION]
# VERSION, such as 6.18.15+deb13, is one of several kernels that a suite has; without it, the suite's own is taken. DIR
# keeps what is fetched (unpack.sh). Prints the program. QEMU is this machine's, or else bookworm's.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 DIR SUITE[/VERSION]" >&2; exit 2; }
suite=${2%%/*} version=${2#"${2%%/*}"}
version=${version#/}
here=$(cd "$(dirname "$0")" && pwd)
qemu=$(command -v qemu-system-x86_64) || qemu=$("$here/qemu-target.sh" "$1" bookworm)
# Two kernels of one suite would share a root. What an older one depends on may have left the mirror: up to 6.18 its own
# package has all that is needed, later its modules are in another.
package=linux-image-${version:+$version-}cloud-amd64
root=$("$here/unpack.sh" "$1/kernels/${version:-own}" "$suite" "$package") ||
  root=$("$here/unpack.sh" --alone "$1/kernels/$version" "$suite" "$package")
home=$(dirname "$root")
kernel=$(find "$root/boot" "$root"/usr/lib/modules/*/ -maxdepth 1 -name 'vmlinuz*' 2>/dev/null | head -n 1)
[ -n "$kernel" ] || { echo "$root has no kernel" >&2; exit 2; }
ln -sf "$kernel" "$home/vmlinuz"
ln -sf "$qemu" "$home/qemu"

# What the guest holds: the player, what starts it, and the modules that this kernel has not built in.
guest=$home/guest
rm -rf "$guest"
mkdir -p "$guest/modules"
cd "$here/guest"
compile() { cc -std=gnu11 -O2 -Wall -Wextra -static -I"$here/../../adapters/c" -o "$guest/$1" "$1.c" $2; }
compile init ''
compile gro_player 'window.c packet_socket.c veth_bench.c'
for name in $(sed -n '/MODULES\[\] = {/,/};/s/[^a-z_ ]//gp' init.c); do
  find "$root/lib/modules" "$root/usr/lib/modules" -name "$name.ko*" -exec cp {} "$guest/modules/$name" \; 2>/dev/null || :
done
[ -e "$guest/modules/veth" ] || { echo "$root has no module veth" >&2; exit 2; }
"$here/initramfs.sh" "$guest" "$home/initramfs"
cp boot.sh "$home/linux-gro"
echo "$home/linux-gro"
