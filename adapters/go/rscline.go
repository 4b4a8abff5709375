// Package rscline implements rsc-line 1 (docs/rsc-line.md) for a coalescer in Go: implement Coalescer and call Serve.
package rscline

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Marks is the out-of-band data of an arriving frame.
type Marks struct {
	// Csum is the state of the TCP checksum: "" (verify it), "partial" or "unnecessary" (hello: csum=on).
	Csum string
	// IPsec: the segment was protected by IPsec (hello: ipsec=on).
	IPsec bool
}

// Settings is what is to be switched; what is nil stays as it is.
type Settings struct {
	RSC4, RSC6, URO, RxCsum *bool
	// Features holds names between commas, or "none" (hello: features=on).
	Features *string
}

// Counters are those of OID_TCP_RSC_STATISTICS.
type Counters struct{ Pkts, Octets, Events, Aborts uint64 }

// Coalescer indicates whenever it likes, also while it receives: what it indicates waits for the next answer.
type Coalescer interface {
	// Reset forgets all state; RSC on for both IP versions, URO off, receive checksum offload on.
	Reset()
	// Receive must not keep the frame: its bytes are valid until it returns.
	Receive(frame []byte, marks Marks, out *Answer)
	EndOfDPC(out *Answer)
}

// Setter is a Coalescer that can be switched: Set is called for what the greeting announces. It indicates what is due;
// or it returns false, and changes nothing, where it cannot.
type Setter interface {
	Set(settings Settings, out *Answer) bool
}

// Counter is a Coalescer with statistics.
type Counter interface{ Statistics() Counters }

// Ticker is a Coalescer with a timer (hello: boundary=timer interval=US).
type Ticker interface {
	Tick(us uint64, out *Answer)
}

// Answer is what was indicated since the last answer, and the error that replaces it.
type Answer struct {
	text []byte
	err  string
}

// Indicate takes a frame, and the out-of-band keys that the coalescer reports: Indicate(frame, "seg=%d", 2).
func (a *Answer) Indicate(frame []byte, keys string, values ...any) {
	a.text = append(a.text, "IND "...)
	at := len(a.text)
	a.text = append(a.text, make([]byte, hex.EncodedLen(len(frame)))...)
	hex.Encode(a.text[at:], frame)
	a.text = append(a.text, ' ')
	a.text = fmt.Appendf(a.text, keys, values...)
	a.text = append(a.text, '\n')
}

// Error: the next answer is ERR with this text, and the vector an error. The first one is kept.
func (a *Answer) Error(text string) {
	if a.err == "" {
		a.err = "ERR " + strings.Join(strings.Fields(text), " ")
	}
}

// The text is valid until the next indication.
func (a *Answer) take() string {
	text := string(a.text) + "."
	if a.err != "" {
		text = a.err
	}
	a.text, a.err = a.text[:0], ""
	return text
}

// Main serves, and ends the program with status 1 if that fails.
func Main(hello string, coalescer Coalescer) {
	if err := Serve(hello, coalescer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Serve returns when the runner has said BYE, or its end of the pipe is closed.
// hello: "name=mine version=1", then what the coalescer can and cannot do: "timestamps=off vlan=off".
func Serve(hello string, coalescer Coalescer) error {
	return serve(hello, coalescer, os.Stdin, os.Stdout)
}

func serve(hello string, coalescer Coalescer, from io.Reader, to io.Writer) error {
	input, output := bufio.NewReaderSize(from, 1<<18), bufio.NewWriter(to)
	var out Answer
	for {
		line, err := input.ReadString('\n')
		if err == io.EOF && line == "" {
			return nil
		}
		if err != nil && err != io.EOF {
			return err
		}
		words := strings.Fields(line)
		if len(words) == 0 {
			words = []string{""}
		}
		switch words[0] {
		case "BYE":
			return nil
		case "RX":
			receive(coalescer, words[1:], &out)
			continue
		}
		if _, err := output.WriteString(answer(hello, coalescer, words, &out) + "\n"); err != nil {
			return err
		}
		if err := output.Flush(); err != nil {
			return err
		}
	}
}

func answer(hello string, coalescer Coalescer, words []string, out *Answer) string {
	switch words[0] {
	case "HELLO":
		return "HELLO rsc-line 1 " + hello
	case "RESET":
		coalescer.Reset()
		*out = Answer{}
		return "."
	case "DPC":
		coalescer.EndOfDPC(out)
		return out.take()
	case "SET":
		settings, known := readSettings(words[1:], hello)
		if setter, can := coalescer.(Setter); can && known && setter.Set(settings, out) {
			return out.take()
		}
	case "TICK":
		if ticker, can := coalescer.(Ticker); can && len(words) == 2 {
			if us, err := strconv.ParseUint(words[1], 10, 64); err == nil {
				ticker.Tick(us, out)
				return out.take()
			}
		}
	case "STATS":
		if counter, can := coalescer.(Counter); can {
			c := counter.Statistics()
			return fmt.Sprintf("STATS pkts=%d octets=%d events=%d aborts=%d", c.Pkts, c.Octets, c.Events, c.Aborts)
		}
	}
	return "UNSUPPORTED"
}

func receive(coalescer Coalescer, words []string, out *Answer) {
	if len(words) == 0 {
		out.Error("RX takes a frame")
		return
	}
	frame, err := hex.DecodeString(words[0])
	if err != nil {
		out.Error("RX takes an even number of hex digits")
		return
	}
	var marks Marks
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "csum":
			if value != "none" {
				marks.Csum = value
			}
		case "ipsec":
			marks.IPsec = value == "1"
		}
	}
	coalescer.Receive(frame, marks, out)
}

// False where a key or a value is not known, or was not announced.
func readSettings(words []string, hello string) (Settings, bool) {
	var settings Settings
	switches := map[string]**bool{
		"rsc4": &settings.RSC4, "rsc6": &settings.RSC6, "uro": &settings.URO, "rxcsum": &settings.RxCsum,
	}
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		announced := strings.Contains(hello, " "+key+"=on")
		if key == "rsc4" || key == "rsc6" {
			announced = !strings.Contains(hello, " set=off")
		}
		if !announced {
			return settings, false
		}
		if key == "features" {
			settings.Features = &value
			continue
		}
		to, known := switches[key]
		if !known || value != "on" && value != "off" {
			return settings, false
		}
		on := value == "on"
		*to = &on
	}
	return settings, true
}
