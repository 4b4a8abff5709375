#!/bin/sh
# Packs a folder as the kernel unpacks it at its start (cpio's format "newc", which few machines have a program for):
#   initramfs.sh FOLDER FILE
set -eu
[ $# -eq 2 ] || { echo "usage: $0 FOLDER FILE" >&2; exit 2; }

padding() { head -c $(((4 - $1 % 4) % 4)) /dev/zero; }

# All numbers are in hex: inode, mode, owner, group, links, time, size, devices, length of the name, checksum.
entry() { # NAME MODE [FILE]
  size=0
  [ $# -lt 3 ] || size=$(($(wc -c < "$3")))
  printf '070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\0' \
    0 "$2" 0 0 1 0 "$size" 0 0 0 0 $((${#1} + 1)) 0 "$1"
  padding $((110 + ${#1} + 1))
  [ $# -lt 3 ] || cat "$3"
  padding "$size"
}

{
  (cd "$1" && find . -mindepth 1 | sort) | while read -r path; do
    if [ -d "$1/$path" ]; then entry "${path#./}" 0040755
    else entry "${path#./}" 0100755 "$1/$path"; fi
  done
  entry 'TRAILER!!!' 0
} > "$2"
