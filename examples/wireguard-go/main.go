// WireGuard-go's TUN offload as an rsc-line 1 target: what its Write would hand to the kernel for each batch of packets.
package main

import (
	"log"
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

// version is set by build.sh.
var version = "unknown"

type target struct {
	bufs [][]byte
	udp  bool
}

func (t *target) Reset() { *t = target{} }

func (t *target) Receive(frame []byte, _ rscline.Marks, _ *rscline.Answer) {
	// A used buffer: what is in front of the packet is not zero.
	buf := make([]byte, headroom, bufferSize)
	for i := range buf {
		buf[i] = 0xa5
	}
	t.bufs = append(t.bufs, append(buf, frame...))
}

func (t *target) EndOfDPC(out *rscline.Answer) {
	var toWrite []int
	if err := handleGRO(t.bufs, headroom, newTCPGROTable(), newUDPGROTable(), t.udp, &toWrite); err != nil {
		out.Error(err.Error())
	}
	for _, i := range toWrite {
		b := t.bufs[i]
		out.Indicate(b[headroom:], "vnet=%x", b[headroom-vnetHeader:headroom])
	}
	t.bufs = nil
}

func (t *target) Set(s rscline.Settings, _ *rscline.Answer) bool {
	if s.URO != nil {
		t.udp = *s.URO
	}
	return s.RSC4 == nil && s.RSC6 == nil && s.RxCsum == nil && s.Features == nil
}

func main() {
	hello := "name=wireguard-go version=" + version + " profile=gro link=off vnet=on set=off statistics=off burst=128 uro=on"
	if err := rscline.Serve(hello, &target{}); err != nil {
		log.Fatal(err)
	}
}
