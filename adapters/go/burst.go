package rscline

import "bytes"

// Burst is a Coalescer that takes the frames of a DPC at once.
type Burst struct {
	// Forget is called by Reset, if it is not nil.
	Forget func()
	// Merge indicates what it makes of the frames. URO is on only if the greeting has uro=on.
	Merge func(frames [][]byte, uro bool, out *Answer)
	// Headroom is how many bytes of each frame come before those that arrived. They are not zero: a used buffer.
	Headroom int
	// Size of the buffers, if they are to hold more than what arrived.
	Size int

	frames [][]byte
	uro    bool
}

func (b *Burst) Reset() {
	b.frames, b.uro = nil, false
	if b.Forget != nil {
		b.Forget()
	}
}

func (b *Burst) Receive(frame []byte, _ Marks, _ *Answer) {
	buffer := append(make([]byte, 0, b.Size), bytes.Repeat([]byte{0xa5}, b.Headroom)...)
	b.frames = append(b.frames, append(buffer, frame...))
}

func (b *Burst) EndOfDPC(out *Answer) {
	frames := b.frames
	b.frames = nil
	b.Merge(frames, b.uro, out)
}

// Set switches URO, which ends no DPC.
func (b *Burst) Set(settings Settings, _ *Answer) bool {
	only := settings.RSC4 == nil && settings.RSC6 == nil && settings.RxCsum == nil && settings.Features == nil
	if only && settings.URO != nil {
		b.uro = *settings.URO
	}
	return only
}
