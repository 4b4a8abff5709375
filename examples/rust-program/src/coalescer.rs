//! A small coalescer: in-sequence data without TCP options, over IPv4 or IPv6. It leaves everything else alone.

/// Takes the frames in order; a frame that was left alone has count 0.
pub trait Indication {
    fn indicate(&mut self, frame: &[u8], count: usize, v4: bool);
}

const MAX_LENGTH: usize = 65_535;

fn get16(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

fn get32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn put16(bytes: &mut [u8], at: usize, value: usize) {
    bytes[at..at + 2].copy_from_slice(&(value as u16).to_be_bytes());
}

/// Ones' complement sum of 16-bit words (RFC 1071).
fn sum(bytes: &[u8], start: usize) -> usize {
    let words = bytes.chunks(2).map(|word| usize::from(word[0]) << 8 | usize::from(*word.get(1).unwrap_or(&0)));
    let mut total = start + words.sum::<usize>();
    while total > 0xffff {
        total = (total & 0xffff) + (total >> 16);
    }
    total
}

/// Where the headers of a plain data segment lie. The IP header is at 14.
#[derive(Clone, Copy)]
struct Segment {
    v4: bool,
    tcp: usize,
    end: usize,
}

impl Segment {
    /// None for anything but plain data with right checksums.
    fn of(frame: &[u8]) -> Option<Segment> {
        let v4 = frame.len() >= 54 && get16(frame, 12) == 0x0800 && frame[14] == 0x45 && frame[23] == 6;
        let v6 = frame.len() >= 74 && get16(frame, 12) == 0x86dd && frame[14] >> 4 == 6 && frame[20] == 6;
        let (tcp, end) = match (v4, v6) {
            (true, _) => (34, 14 + get16(frame, 16)),
            (_, true) => (54, 54 + get16(frame, 18)),
            _ => return None,
        };
        // Data offset 5, no reserved bit, ACK set, nothing but PSH, ECE and CWR besides.
        if end > frame.len() || end <= tcp + 20 || frame[tcp + 12] != 0x50 || frame[tcp + 13] & 0x37 != 0x10 {
            return None;
        }
        if v4 && (get16(frame, 20) & 0x3fff != 0 || sum(&frame[14..34], 0) != 0xffff) {
            return None;
        }
        let segment = Segment { v4, tcp, end };
        (segment.tcp_sum(frame) == 0xffff).then_some(segment)
    }

    fn tcp_sum(&self, frame: &[u8]) -> usize {
        let addresses = &frame[if self.v4 { 26 } else { 22 }..self.tcp];
        sum(&frame[self.tcp..self.end], sum(addresses, 6 + self.end - self.tcp))
    }

    /// Addresses and ports.
    fn key(&self, frame: &[u8]) -> Vec<u8> {
        frame[if self.v4 { 26 } else { 22 }..self.tcp + 4].to_vec()
    }

    /// Where the TTL or hop limit lies.
    fn ttl(&self) -> usize {
        if self.v4 {
            22
        } else {
            21
        }
    }
}

struct Unit {
    key: Vec<u8>,
    first: Segment,
    frame: Vec<u8>,
    count: usize,
    next: u32,
}

impl Unit {
    fn accepts(&self, frame: &[u8], segment: &Segment) -> bool {
        let (unit, tcp) = (&self.frame, segment.tcp);
        let fixed = if segment.v4 {
            unit[15] == frame[15] && unit[20..22] == frame[20..22]
        } else {
            unit[14..18] == frame[14..18]
        };
        let length = self.first_end() + segment.end - tcp - 20 - if segment.v4 { 14 } else { 54 };
        fixed
            && unit[..14] == frame[..14]
            && (unit[tcp + 13] ^ frame[tcp + 13]) & 0xc0 == 0
            && get32(frame, tcp + 4) == self.next
            && get32(frame, tcp + 8).wrapping_sub(get32(unit, tcp + 8)) < 1 << 31
            && length <= MAX_LENGTH
    }

    /// The end of the payload so far; Ethernet padding may follow.
    fn first_end(&self) -> usize {
        if self.count > 1 {
            self.frame.len()
        } else {
            self.first.end
        }
    }

    fn join(&mut self, frame: &[u8], segment: &Segment) {
        let (tcp, ttl) = (segment.tcp, segment.ttl());
        self.frame.truncate(self.first_end());
        self.frame.extend_from_slice(&frame[tcp + 20..segment.end]);
        self.frame[ttl] = self.frame[ttl].min(frame[ttl]);
        self.frame[tcp + 8..tcp + 12].copy_from_slice(&frame[tcp + 8..tcp + 12]);
        self.frame[tcp + 13] |= frame[tcp + 13] & 0x08;
        self.frame[tcp + 14..tcp + 16].copy_from_slice(&frame[tcp + 14..tcp + 16]);
        self.next = self.next.wrapping_add((segment.end - tcp - 20) as u32);
        self.count += 1;
    }

    fn finalize(mut self, out: &mut dyn Indication) {
        let Segment { v4, tcp, .. } = self.first;
        if self.count > 1 {
            let whole = Segment { end: self.frame.len(), ..self.first };
            let frame = &mut self.frame;
            if v4 {
                put16(frame, 16, whole.end - 14);
                put16(frame, 24, 0);
                let header = sum(&frame[14..34], 0);
                put16(frame, 24, !header);
            } else {
                put16(frame, 18, whole.end - 54);
            }
            put16(frame, tcp + 16, 0);
            let total = whole.tcp_sum(frame);
            put16(frame, tcp + 16, !total);
        }
        out.indicate(&self.frame, self.count, v4);
    }
}

pub struct Coalescer {
    units: Vec<Unit>,
    on4: bool,
    on6: bool,
}

impl Coalescer {
    pub fn new() -> Coalescer {
        Coalescer { units: Vec::new(), on4: true, on6: true }
    }

    pub fn receive(&mut self, frame: &[u8], out: &mut dyn Indication) {
        let on = |segment: &Segment| if segment.v4 { self.on4 } else { self.on6 };
        let segment = match Segment::of(frame).filter(on) {
            Some(segment) => segment,
            None => {
                // It may belong to any connection: finalizing all of them keeps the order.
                self.flush(|_| true, out);
                out.indicate(frame, 0, false);
                return;
            }
        };
        let key = segment.key(frame);
        if let Some(at) = self.units.iter().position(|unit| unit.key == key) {
            if self.units[at].accepts(frame, &segment) {
                self.units[at].join(frame, &segment);
                return;
            }
            self.units.remove(at).finalize(out);
        }
        let next = get32(frame, segment.tcp + 4).wrapping_add((segment.end - segment.tcp - 20) as u32);
        self.units.push(Unit { key, first: segment, frame: frame.to_vec(), count: 1, next });
    }

    /// Ends the units of the IP versions (true: IPv4) that `of` names.
    pub fn flush(&mut self, of: impl Fn(bool) -> bool, out: &mut dyn Indication) {
        let (due, stay) = std::mem::take(&mut self.units).into_iter().partition(|unit| of(unit.first.v4));
        self.units = stay;
        let due: Vec<Unit> = due;
        due.into_iter().for_each(|unit| unit.finalize(out));
    }

    pub fn switch(&mut self, on4: Option<bool>, on6: Option<bool>, out: &mut dyn Indication) {
        self.on4 = on4.unwrap_or(self.on4);
        self.on6 = on6.unwrap_or(self.on6);
        let (on4, on6) = (self.on4, self.on6);
        self.flush(|v4| if v4 { !on4 } else { !on6 }, out);
    }
}
