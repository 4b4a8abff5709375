// gVisor's generic receive offload as an rsc-line 1 target. A DPC is what an endpoint reads at once: link/fdbased enqueues it,
// then flushes.
package main

import (
	"flag"

	rscline "github.com/rsc-conformance/rsc-conformance/adapters/go"
	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/stack/gro"
)

// version is set by tools/ladder/go-target.sh.
var version = "unknown"

var (
	// ethernet: packets come with an Ethernet header, which link/fdbased consumes.
	ethernet = flag.Bool("ethernet", false, "frames, not IP packets")
	// trusted: the link vouches for all checksums (CapabilityRXChecksumOffload).
	trusted = flag.Bool("trusted", false, "do not verify checksums")
)

// host is gVisor's stack, as GRO sees it.
type host struct{ out *rscline.Answer }

func (h *host) DeliverNetworkPacket(_ tcpip.NetworkProtocolNumber, pkt *stack.PacketBuffer) {
	h.out.Indicate(append(pkt.LinkHeader().Slice(), pkt.Data().AsRange().ToSlice()...), "")
}

// DeliverLinkPacket is the other half of the interface; GRO does not call it.
func (h *host) DeliverLinkPacket(tcpip.NetworkProtocolNumber, *stack.PacketBuffer) {}

func enqueue(g *gro.GRO, frame []byte) {
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(frame)})
	defer pkt.DecRef()
	pkt.RXChecksumValidated = *trusted
	pkt.NetworkProtocolNumber = header.IPv4ProtocolNumber
	if *ethernet {
		// A frame cut short inside its header is no packet, and has no protocol.
		pkt.NetworkProtocolNumber = 0
		if hdr, ok := pkt.LinkHeader().Consume(header.EthernetMinimumSize); ok {
			pkt.NetworkProtocolNumber = header.Ethernet(hdr).Type()
		}
	} else if header.IPVersion(frame) == header.IPv6Version {
		pkt.NetworkProtocolNumber = header.IPv6ProtocolNumber
	}
	g.Enqueue(pkt)
}

func main() {
	flag.Parse()
	var g gro.GRO
	forget := func() { g = gro.GRO{}; g.Init(true) }
	merge := func(frames [][]byte, _ bool, out *rscline.Answer) {
		g.Dispatcher = &host{out}
		for _, frame := range frames {
			enqueue(&g, frame)
		}
		g.Flush()
	}
	// The stack does not read the checksums of what is marked as validated, and GRO marks all that it merges.
	const can = " profile=gro vlan=off set=off statistics=off metadata=off checksums=unknown link="
	link := map[bool]string{true: "on", false: "off"}[*ethernet]
	rscline.Main("name=gvisor version="+version+can+link, &rscline.Burst{Forget: forget, Merge: merge})
}
