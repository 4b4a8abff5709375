#!/bin/sh
# Writes a script that starts a program out of an unpacked root, with that root's own libraries and loader:
#   through-loader.sh ROOT PROGRAM SCRIPT [ARGUMENT..]
# PROGRAM is relative to ROOT; the arguments come before those that the script is given.
set -eu
[ $# -ge 3 ] || { echo "usage: $0 ROOT PROGRAM SCRIPT [ARGUMENT..]" >&2; exit 2; }
root=$(cd "$1" && pwd) program=$2 script=$3
shift 3

for loader in "$root"/lib64/ld-linux-*.so.* "$root"/usr/lib64/ld-linux-*.so.* "$root"/lib/ld-linux-*.so.* "$root"/usr/lib/ld-linux-*.so.*; do
  [ -e "$loader" ] && break
done
[ -e "$loader" ] || { echo "$root has no loader: libc6 is not unpacked there" >&2; exit 2; }
libraries=$(find "$root/usr/lib" "$root/lib" -name '*.so*' -path '*-linux-*' 2>/dev/null | sed 's|/[^/]*$||' | sort -u | paste -s -d : -)

quoted() { printf " '%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }
{
  echo '#!/bin/sh'
  printf exec
  for word in "$loader" --library-path "$libraries" "$root/$program" "$@"; do quoted "$word"; done
  echo ' "$@"'
} > "$script"
chmod +x "$script"
