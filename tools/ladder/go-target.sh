#!/bin/sh
# Builds an example out of a Go library that Debian packages as source, with Debian's Go; installs nothing:
#   go-target.sh wireguard-go|gvisor DIR [SUITE]
# DIR keeps what is fetched (unpack.sh); SUITE, where it comes from, is sid if left out. Prints the program.
set -eu
case "${1:-}" in
  wireguard-go) library=golang-golang.zx2c4-wireguard-dev ;;
  gvisor) library=golang-gvisor-gvisor-dev ;;
  *) echo "usage: $0 wireguard-go|gvisor DIR [SUITE]" >&2; exit 2 ;;
esac
[ $# -ge 2 ] || { echo "usage: $0 wireguard-go|gvisor DIR [SUITE]" >&2; exit 2; }
name=$1 suite=${3:-sid}
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
root=$("$here/unpack.sh" "$2" "$suite" golang-go "$library")
home=$(dirname "$root")
version=$(sed -n "s/^$library //p" "$home/versions" | tail -n 1)

# Debian's libraries have no go.mod files that could be resolved without a network: GOPATH it is.
mkdir -p "$home/gopath/src/github.com/rsc-conformance"
ln -sfn "$repository" "$home/gopath/src/github.com/rsc-conformance/rsc-conformance"
GOROOT=$(echo "$root"/usr/lib/go-1.*)
export GOROOT GOPATH="$home/gopath:$root/usr/share/gocode" GOCACHE="$home/gocache"
export GO111MODULE=off GOTOOLCHAIN=local GOFLAGS= CGO_ENABLED=0
program=$home/$name
cd "$repository/examples/$name"
"$GOROOT/bin/go" build -ldflags "-X main.version=$version" -o "$program" .
echo "$program"
