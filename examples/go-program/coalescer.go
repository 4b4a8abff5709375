package main

import (
	"bytes"
	"encoding/binary"
)

const maxLength = 65535

var be = binary.BigEndian

// indicate takes the frames, each in its turn, with the segments of a unit (else 0) and what is said of its checksums.
type indicate func(frame []byte, segments int, ip, tcp string)

// sum is the ones' complement sum of 16-bit words (RFC 1071).
func sum(b []byte, start int) int {
	total := start
	for ; len(b) > 1; b = b[2:] {
		total += int(be.Uint16(b))
	}
	if len(b) == 1 {
		total += int(b[0]) << 8
	}
	for total > 0xffff {
		total = total&0xffff + total>>16
	}
	return total
}

// segment says where the headers of a plain data segment lie. The IP header is at 14.
type segment struct {
	v4       bool
	tcp, end int
}

// parse returns false for anything but plain data with right checksums.
func parse(f []byte) (s segment, plain bool) {
	switch {
	case len(f) >= 54 && be.Uint16(f[12:]) == 0x0800 && f[14] == 0x45 && f[23] == 6:
		s = segment{true, 34, 14 + int(be.Uint16(f[16:]))}
	case len(f) >= 74 && be.Uint16(f[12:]) == 0x86dd && f[14]>>4 == 6 && f[20] == 6:
		s = segment{false, 54, 54 + int(be.Uint16(f[18:]))}
	default:
		return s, false
	}
	// Data offset 5, no reserved bit, ACK set, nothing but PSH, ECE and CWR besides.
	if s.end > len(f) || s.end <= s.tcp+20 || f[s.tcp+12] != 0x50 || f[s.tcp+13]&0x37 != 0x10 {
		return s, false
	}
	if s.v4 && (be.Uint16(f[20:])&0x3fff != 0 || sum(f[14:34], 0) != 0xffff) {
		return s, false
	}
	return s, s.tcpSum(f) == 0xffff
}

func (s segment) addresses() int {
	if s.v4 {
		return 26
	}
	return 22
}

func (s segment) ttl() int {
	if s.v4 {
		return 22
	}
	return 21
}

func (s segment) tcpSum(f []byte) int {
	return sum(f[s.tcp:s.end], sum(f[s.addresses():s.tcp], 6+s.end-s.tcp))
}

func (s segment) payload(f []byte) []byte { return f[s.tcp+20 : s.end] }

// unit holds the frame so far, at first with its Ethernet padding.
type unit struct {
	segment
	key   string
	frame []byte
	count int
	next  uint32
}

func (u *unit) accepts(f []byte, s segment) bool {
	g, length := u.frame, u.end+len(s.payload(f))-14
	if s.v4 {
		if g[15] != f[15] || !bytes.Equal(g[20:22], f[20:22]) {
			return false
		}
	} else {
		length -= 40
		if !bytes.Equal(g[14:18], f[14:18]) {
			return false
		}
	}
	return bytes.Equal(g[:14], f[:14]) && (g[s.tcp+13]^f[s.tcp+13])&0xc0 == 0 && be.Uint32(f[s.tcp+4:]) == u.next &&
		be.Uint32(f[s.tcp+8:])-be.Uint32(g[s.tcp+8:]) < 1<<31 && length <= maxLength
}

func (u *unit) join(f []byte, s segment) {
	u.frame = append(u.frame[:u.end], s.payload(f)...)
	u.end = len(u.frame)
	if ttl := s.ttl(); f[ttl] < u.frame[ttl] {
		u.frame[ttl] = f[ttl]
	}
	copy(u.frame[s.tcp+8:s.tcp+12], f[s.tcp+8:])
	u.frame[s.tcp+13] |= f[s.tcp+13] & 0x08
	copy(u.frame[s.tcp+14:s.tcp+16], f[s.tcp+14:])
	u.next += uint32(len(s.payload(f)))
	u.count++
}

func (u *unit) finalize(out indicate) {
	f := u.frame
	segments, ip := 0, "none"
	if u.v4 {
		ip = "ok"
	}
	if u.count > 1 {
		segments = u.count
		if u.v4 {
			be.PutUint16(f[16:], uint16(u.end-14))
			be.PutUint16(f[24:], 0)
			be.PutUint16(f[24:], ^uint16(sum(f[14:34], 0)))
		} else {
			be.PutUint16(f[18:], uint16(u.end-54))
		}
		be.PutUint16(f[u.tcp+16:], 0)
		be.PutUint16(f[u.tcp+16:], ^uint16(u.tcpSum(f)))
	}
	out(f, segments, ip, "ok")
}

// coalescer merges in-sequence data without TCP options, over IPv4 or IPv6. It leaves everything else alone.
type coalescer struct {
	units []*unit
	// By whether it is IPv4.
	on map[bool]bool
}

func newCoalescer() *coalescer { return &coalescer{on: map[bool]bool{true: true, false: true}} }

func (c *coalescer) receive(f []byte, out indicate) {
	s, plain := parse(f)
	if !plain || !c.on[s.v4] {
		// It may belong to any connection: finalizing all of them keeps the order.
		c.flush(func(bool) bool { return true }, out)
		out(f, 0, "none", "none")
		return
	}
	key := string(f[s.addresses() : s.tcp+4])
	for i, u := range c.units {
		if u.key != key {
			continue
		}
		if u.accepts(f, s) {
			u.join(f, s)
			return
		}
		c.units = append(c.units[:i], c.units[i+1:]...)
		u.finalize(out)
		break
	}
	next := be.Uint32(f[s.tcp+4:]) + uint32(len(s.payload(f)))
	c.units = append(c.units, &unit{s, key, append([]byte(nil), f...), 1, next})
}

// flush ends the units of the IP versions (true: IPv4) that of names.
func (c *coalescer) flush(of func(v4 bool) bool, out indicate) {
	due := c.units
	c.units = nil
	for _, u := range due {
		if of(u.v4) {
			u.finalize(out)
		} else {
			c.units = append(c.units, u)
		}
	}
}

func (c *coalescer) turn(on4, on6 *bool, out indicate) {
	for v4, on := range map[bool]*bool{true: on4, false: on6} {
		if on != nil {
			c.on[v4] = *on
		}
	}
	c.flush(func(v4 bool) bool { return !c.on[v4] }, out)
}
