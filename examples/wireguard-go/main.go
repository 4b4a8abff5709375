// WireGuard-go's TUN offload as an rsc-line 1 target: what its Write would hand to the kernel for each batch of packets.
package main

import (
	"unsafe"

	rscline "github.com/rsc-conformance/rsc-conformance/adapters/go"
	_ "golang.zx2c4.com/wireguard/tun"
)

//go:linkname handleGRO golang.zx2c4.com/wireguard/tun.handleGRO
func handleGRO(bufs [][]byte, offset int, tcp, udp unsafe.Pointer, canUDPGRO bool, toWrite *[]int) error

//go:linkname newTCPGROTable golang.zx2c4.com/wireguard/tun.newTCPGROTable
func newTCPGROTable() unsafe.Pointer

//go:linkname newUDPGROTable golang.zx2c4.com/wireguard/tun.newUDPGROTable
func newUDPGROTable() unsafe.Pointer

const (
	vnetHeader = 10
	headroom   = 16        // MessageTransportOffsetContent of the package device
	bufferSize = 1<<16 - 1 // its MaxMessageSize
)

// version is set by tools/ladder/go-target.sh.
var version = "unknown"

func merge(bufs [][]byte, uro bool, out *rscline.Answer) {
	var toWrite []int
	if err := handleGRO(bufs, headroom, newTCPGROTable(), newUDPGROTable(), uro, &toWrite); err != nil {
		out.Error(err.Error())
	}
	for _, i := range toWrite {
		out.Indicate(bufs[i][headroom:], "vnet=%x", bufs[i][headroom-vnetHeader:headroom])
	}
}

func main() {
	const can = " profile=gro link=off vnet=on set=off statistics=off burst=128 uro=on"
	burst := &rscline.Burst{Merge: merge, Headroom: headroom, Size: bufferSize}
	rscline.Main("name=wireguard-go version="+version+can, burst)
}
