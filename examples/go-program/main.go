// A small coalescer, connected to the suite by adapters/go: this file is all that an adapter is.
package main

import (
	"log"

	rscline "github.com/rsc-conformance/rsc-conformance/adapters/go"
)

type target struct{ *coalescer }

func (t *target) Reset() { t.coalescer = newCoalescer() }

func (t *target) Receive(frame []byte, _ rscline.Marks, out *rscline.Answer) {
	t.receive(frame, indicateTo(out))
}

func (t *target) EndOfDPC(out *rscline.Answer) {
	t.flush(func(bool) bool { return true }, indicateTo(out))
}

func (t *target) Set(s rscline.Settings, out *rscline.Answer) bool {
	if s.URO != nil || s.RxCsum != nil || s.Features != nil {
		return false
	}
	t.turn(s.RSC4, s.RSC6, indicateTo(out))
	return true
}

func indicateTo(out *rscline.Answer) indicate {
	return func(frame []byte, count int, v4 bool) {
		verdict := map[bool]string{true: "ok", false: "none"}
		if count == 1 {
			out.Indicate(frame, "seg=0 ipcsum=%s tcpcsum=ok", verdict[v4])
		} else {
			out.Indicate(frame, "seg=%d ipcsum=%s tcpcsum=%s", count, verdict[v4], verdict[count > 0])
		}
	}
}

func main() {
	const hello = "name=go-program version=1 timestamps=off vlan=off statistics=off"
	if err := rscline.Serve(hello, &target{newCoalescer()}); err != nil {
		log.Fatal(err)
	}
}
