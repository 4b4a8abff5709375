// A small coalescer, connected to the suite by adapters/go: this file is all that an adapter is.
package main

import rscline "github.com/rsc-conformance/rsc-conformance/adapters/go"

type target struct{ *coalescer }

func (t *target) Reset() { t.coalescer = newCoalescer() }

func (t *target) Receive(frame []byte, _ rscline.Marks, out *rscline.Answer) {
	t.receive(frame, indicateTo(out))
}

func (t *target) EndOfDPC(out *rscline.Answer) {
	t.flush(func(bool) bool { return true }, indicateTo(out))
}

func (t *target) Set(s rscline.Settings, out *rscline.Answer) bool {
	t.turn(s.RSC4, s.RSC6, indicateTo(out))
	return true
}

func indicateTo(out *rscline.Answer) indicate {
	return func(frame []byte, segments int, ip, tcp string) {
		out.Indicate(frame, "seg=%d ipcsum=%s tcpcsum=%s", segments, ip, tcp)
	}
}

func main() {
	rscline.Main("name=go-program version=1 timestamps=off vlan=off statistics=off", &target{newCoalescer()})
}
