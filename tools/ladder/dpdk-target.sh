#!/bin/sh
# Compiles examples/dpdk-gro against the DPDK of another suite, to run with that suite's libraries:
#   dpdk-target.sh DIR SUITE
# DIR keeps what is fetched (unpack.sh). Prints the program. Where this machine has the same DPDK installed, that one is
# taken: DPDK always loads the plugins that are installed, and those would be there twice.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 DIR SUITE" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
root=$("$here/unpack.sh" "$1" "$2" libdpdk-dev)
program=$(dirname "$root")/dpdk-gro
compile() { cc -O2 -I"$repository/adapters/c" $(pkg-config --cflags libdpdk) "$repository"/examples/dpdk-gro/*.c "$@"; }

plugins=$(basename "$(echo "$root"/usr/lib/*/dpdk/pmds-*)")
for installed in /usr/lib/*/dpdk/"$plugins"; do
  [ -e "$installed" ] || continue
  rm -f "$program"
  compile -o "$program" $(pkg-config --libs libdpdk)
  echo "$program"
  exit
done

PKG_CONFIG_LIBDIR=$(find "$root/usr/lib" "$root/usr/share" -type d -name pkgconfig | paste -s -d : -)
export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR="$root"
# DPDK's own libraries alone: what they need is found by the root's loader, as its C library is. The one that pools mbufs
# is a plugin, which DPDK looks for where it would be installed: it is linked.
libraries=$(pkg-config --libs libdpdk | tr ' ' '\n' | grep -e '^-L' -e '^-lrte_' | paste -s -d ' ' -)
compile -o "$root/dpdk-gro" -Wl,--no-as-needed -lrte_mempool_ring -Wl,--as-needed $libraries -Wl,--allow-shlib-undefined
"$here/through-loader.sh" "$root" dpdk-gro "$program"
echo "$program"
