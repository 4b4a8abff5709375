#!/bin/sh
# Unpacks packages of another Debian suite, and all that they need, without installing anything:
#   unpack.sh [--alone] DIR SUITE PACKAGE..
# --alone: without what they need. DIR/SUITE/root holds the files; apt's own state for that suite is beside them. The mirror is the one this machine
# uses. What is unpacked already is not fetched again. Prints the root.
set -eu
with=all
[ "${1:-}" != --alone ] || { with=nothing; shift; }
[ $# -ge 3 ] || { echo "usage: $0 [--alone] DIR SUITE PACKAGE.." >&2; exit 2; }
mkdir -p "$1/$2"
home=$(cd "$1/$2" && pwd) suite=$2
shift 2

mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' |
  sed -n 's/^Debian Debian //p' | head -n 1)
[ -n "$mirror" ] || { echo "apt knows no Debian mirror on this machine: run apt-get update first" >&2; exit 2; }

mkdir -p "$home/etc/preferences.d" "$home/lists/partial" "$home/cache/archives/partial" "$home/root" "$home/done"
: > "$home/status"
# Backports are no whole suite: what they lack comes from the one they are for.
for each in "${suite%-backports}" "$suite"; do
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $each main"
done | sort -u > "$home/etc/sources.list"

# An empty status: every library is fetched, whatever this machine has. Release files of a frozen mirror expire.
options="-o Dir::Etc=$home/etc -o Dir::Etc::sourcelist=$home/etc/sources.list -o Dir::Etc::sourceparts=-
  -o Dir::Etc::preferencesparts=$home/etc/preferences.d -o Dir::State::lists=$home/lists -o Dir::State::status=$home/status
  -o Dir::Cache=$home/cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Check-Valid-Until=false
  -o APT::Sandbox::User= -o APT::Get::List-Cleanup=false -o Debug::NoLocking=true -o APT::Install-Recommends=false"

name=$(echo "$*" | tr ' /' '__')
if [ ! -e "$home/done/$name" ]; then
  [ -e "$home/done/update" ] || apt-get $options -qq update >&2
  : > "$home/done/update"
  case $with in
    all) apt-get $options -qq -y -t "$suite" --download-only install "$@" >&2 ;;
    nothing) (cd "$home/cache/archives" && apt-get $options -qq -t "$suite" download "$@" >&2) ;;
  esac
  for deb in "$home"/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$home/root"
    dpkg-deb -f "$deb" Package Version | sed 's/^[A-Za-z]*: //' | paste -s -d ' ' >> "$home/versions"
    rm "$deb"
  done
  : > "$home/done/$name"
fi
echo "$home/root"
