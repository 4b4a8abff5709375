// gVisor's generic receive offload as an rsc-line 1 target. A DPC is what an endpoint reads at once: link/fdbased enqueues it,
// then flushes.
package main

import (
	"flag"
	"log"

	rscline "github.com/rsc-conformance/rsc-conformance/adapters/go"
	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/stack/gro"
)

// version is set by build.sh.
var version = "unknown"

var (
	// ethernet: packets come with an Ethernet header, which link/fdbased consumes.
	ethernet = flag.Bool("ethernet", false, "frames, not IP packets")
	// trusted: the link vouches for all checksums (CapabilityRXChecksumOffload).
	trusted = flag.Bool("trusted", false, "do not verify checksums")
)

type target struct {
	gro.GRO
	out *rscline.Answer
}

func (t *target) Reset() {
	*t = target{}
	t.Init(true)
	t.Dispatcher = t
}

func (t *target) Receive(frame []byte, _ rscline.Marks, out *rscline.Answer) {
	t.out = out
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(frame)})
	defer pkt.DecRef()
	if *ethernet {
		hdr, ok := pkt.LinkHeader().Consume(header.EthernetMinimumSize)
		if !ok {
			out.Indicate(frame, "")
			return
		}
		pkt.NetworkProtocolNumber = header.Ethernet(hdr).Type()
	} else if len(frame) > 0 && frame[0]>>4 == 6 {
		pkt.NetworkProtocolNumber = header.IPv6ProtocolNumber
	} else {
		pkt.NetworkProtocolNumber = header.IPv4ProtocolNumber
	}
	pkt.RXChecksumValidated = *trusted
	t.Enqueue(pkt)
}

func (t *target) EndOfDPC(out *rscline.Answer) {
	t.out = out
	t.Flush()
}

// DeliverNetworkPacket is gVisor's stack, as GRO sees it.
func (t *target) DeliverNetworkPacket(_ tcpip.NetworkProtocolNumber, pkt *stack.PacketBuffer) {
	t.out.Indicate(append(pkt.LinkHeader().Slice(), pkt.Data().AsRange().ToSlice()...), "")
}

// DeliverLinkPacket is the other half of the interface; GRO does not call it.
func (t *target) DeliverLinkPacket(tcpip.NetworkProtocolNumber, *stack.PacketBuffer) {}

func main() {
	// The stack does not read the checksums of what is marked as validated, and GRO marks all that it merges.
	flag.Parse()
	link := map[bool]string{true: "on", false: "off"}[*ethernet]
	hello := "name=gvisor version=" + version + " profile=gro link=" + link + " vlan=off set=off statistics=off metadata=off checksums=unknown"
	if err := rscline.Serve(hello, &target{}); err != nil {
		log.Fatal(err)
	}
}
