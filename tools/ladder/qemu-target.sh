#!/bin/sh
# A QEMU of another suite, as a program for --target qemu:PATH:
#   qemu-target.sh DIR SUITE
# DIR keeps what is fetched (unpack.sh). Prints the program.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 DIR SUITE" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$("$here/unpack.sh" "$1" "$2" qemu-system-x86)
home=$(dirname "$root")
"$here/through-loader.sh" "$root" usr/bin/qemu-system-x86_64 "$home/qemu-alone" -L "$root/usr/share/seabios" -L "$root/usr/share/qemu"
# Its translator is a module, which it looks for where it would be installed.
cat > "$home/qemu" <<'END'
#!/bin/sh
home=$(dirname "$(readlink -f "$0")")
QEMU_MODULE_DIR=$(echo "$home"/root/usr/lib/*-linux-*/qemu)
export QEMU_MODULE_DIR
exec "$home/qemu-alone" "$@"
END
chmod +x "$home/qemu"
echo "$home/qemu"
