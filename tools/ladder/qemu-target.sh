#!/bin/sh
# A QEMU of another suite, as a program for --target qemu:PATH:
#   qemu-target.sh DIR SUITE
# DIR keeps what is fetched (unpack.sh). Prints the program.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 DIR SUITE" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$("$here/unpack.sh" "$1" "$2" qemu-system-x86)
program=$(dirname "$root")/qemu
"$here/through-loader.sh" "$root" usr/bin/qemu-system-x86_64 "$program" -L "$root/usr/share/seabios" -L "$root/usr/share/qemu"
echo "$program"
