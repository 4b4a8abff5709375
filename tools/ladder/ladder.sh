#!/bin/sh
# Runs the suite on several versions of coalescers that Debian packages, side by side, without installing any:
#   ladder.sh DIR [RUNG.. [-- OPTION..]]
# A rung is KIND:SUITE, such as qemu:trixie, or kernel:SUITE/VERSION; without any, all below are run. Options go to `run`:
# -- --filter 'uro/*'. DIR keeps what is fetched, and the events of each rung in DIR/results/KIND-SUITE-PROFILE. What has
# ended is not run again.
set -eu
RUNGS='qemu:bookworm qemu:bookworm-backports qemu:trixie qemu:sid dpdk:bookworm dpdk:trixie dpdk:sid
  wireguard-go:trixie wireguard-go:sid gvisor:sid linux-gro:running
  kernel:bookworm kernel:trixie kernel:trixie-backports/6.18.15+deb13 kernel:sid kernel:trixie-backports'
[ $# -ge 1 ] || { echo "usage: $0 DIR [KIND:SUITE.. [-- OPTION..]]" >&2; exit 2; }
mkdir -p "$1/results"
dir=$(cd "$1" && pwd)
shift
rungs=
while [ $# -gt 0 ] && [ "$1" != -- ]; do rungs="$rungs $1"; shift; done
[ $# -eq 0 ] || shift
here=$(cd "$(dirname "$0")" && pwd)
runner=$here/../../dist/runner/cli/main.js
[ -e "$runner" ] || { echo "build first: npm run build" >&2; exit 2; }

status=0
for rung in ${rungs:-$RUNGS}; do
  kind=${rung%%:*} suite=${rung#*:}
  case $kind in
    qemu) profiles=ndis ;;
    dpdk) profiles='ndis gro' ;;
    linux-gro | kernel | wireguard-go | gvisor) profiles='gro ndis' ;;
    *) echo "no rung $rung: KIND is qemu, dpdk, wireguard-go, gvisor, linux-gro or kernel" >&2; exit 2 ;;
  esac
  for profile in $profiles; do
    out=$dir/results/$kind-$(echo "$suite" | tr / -)-$profile
    if tail -n 1 "$out/events.jsonl" 2>/dev/null | grep -q '"type":"end"'; then
      echo "$rung $profile: done before"
      continue
    fi
    case $kind in
      qemu) target="qemu:$("$here/qemu-target.sh" "$dir" "$suite")" ;;
      dpdk) target="program:$("$here/dpdk-target.sh" "$dir" "$suite")" ;;
      kernel) target="program:$("$here/kernel-target.sh" "$dir" "$suite")" ;;
      linux-gro) target=linux-gro ;;
      *) target="program:$("$here/go-target.sh" "$kind" "$dir" "$suite")" ;;
    esac || { echo "$rung cannot be built" >&2; status=1; continue; }
    # Seconds that an answer may take; the first one of a kernel is its boot.
    case $kind in kernel) patience=600 ;; *) patience=60 ;; esac
    # 1: what it found; anything else means that it did not run.
    code=0
    node "$runner" run --target "$target" --profile "$profile" --timeout "$patience" --quiet --out "$out" "$@" || code=$?
    [ "$code" -le 1 ] || { echo "$rung $profile did not run (exit status $code)" >&2; status=1; }
  done
done
exit $status
