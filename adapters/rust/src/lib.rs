//! rsc-line 1 (docs/rsc-line.md) for a coalescer in Rust: implement [`Coalescer`] and call [`serve`].
//! No dependency.

use std::fmt::{Arguments, Write as _};
use std::io::{self, BufRead, Write};

/// The state of an arriving frame's TCP checksum (hello: `csum=on`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Csum {
    /// Nothing is known: verify it.
    #[default]
    None,
    /// The field holds the pseudo-header's sum only.
    Partial,
    /// Validated before.
    Unnecessary,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    pub csum: Csum,
    /// Protected by IPsec (hello: `ipsec=on`).
    pub ipsec: bool,
}

/// What is to be switched; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Settings<'a> {
    pub rsc4: Option<bool>,
    pub rsc6: Option<bool>,
    pub uro: Option<bool>,
    pub rxcsum: Option<bool>,
    /// Names between commas, or `none` (hello: `features=on`).
    pub features: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    pub pkts: u64,
    pub octets: u64,
    pub events: u64,
    pub aborts: u64,
}

/// A coalescer indicates whenever it likes, also while it receives: what it indicates waits for the next answer.
pub trait Coalescer {
    /// Forget all state; RSC on for both IP versions, URO off, receive checksum offload on.
    fn reset(&mut self);
    fn receive(&mut self, frame: &[u8], marks: Marks, out: &mut Answer);
    fn end_of_dpc(&mut self, out: &mut Answer);
    /// Of what the greeting announces. Indicates what is due; or returns false, and changes nothing, where it cannot.
    fn set(&mut self, _settings: &Settings, _out: &mut Answer) -> bool {
        false
    }
    fn statistics(&mut self) -> Option<Counters> {
        None
    }
    /// Time passes, in microseconds (hello: `boundary=timer interval=US`). Returns false where there is no timer.
    fn tick(&mut self, _us: u64, _out: &mut Answer) -> bool {
        false
    }
}

/// What was indicated since the last answer, and the error that replaces it.
#[derive(Default)]
pub struct Answer {
    text: String,
    error: Option<String>,
}

impl Answer {
    /// A frame, with the out-of-band keys that the coalescer reports: `format_args!("seg={} ipcsum=ok", 2)`.
    pub fn indicate(&mut self, frame: &[u8], keys: Arguments) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.text.push_str("IND ");
        for byte in frame {
            self.text.push(DIGITS[usize::from(byte >> 4)] as char);
            self.text.push(DIGITS[usize::from(byte & 15)] as char);
        }
        // A String takes whatever is written to it.
        let _ = writeln!(self.text, " {keys}");
    }

    /// Something went wrong: the next answer is ERR with this text, and the vector an error. The first one is kept.
    pub fn error(&mut self, text: &str) {
        self.error.get_or_insert_with(|| text.replace(['\r', '\n'], " "));
    }

    fn take(&mut self) -> String {
        let mut text = std::mem::take(&mut self.text);
        match self.error.take() {
            Some(error) => format!("ERR {error}"),
            None => {
                text.push('.');
                text
            }
        }
    }
}

/// Returns when the runner has said BYE, or its end of the pipe is closed.
/// `hello`: `name=mine version=1`, then what the coalescer can and cannot do: `timestamps=off vlan=off`.
pub fn serve(hello: &str, coalescer: &mut dyn Coalescer) -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let (mut line, mut frame, mut out) = (String::new(), Vec::new(), Answer::default());
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let (command, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let answer = match command {
            "BYE" => return Ok(()),
            "RX" => {
                match read_frame(rest, &mut frame) {
                    Some(marks) => coalescer.receive(&frame, marks, &mut out),
                    None => out.error("RX takes an even number of hex digits"),
                }
                continue;
            }
            "HELLO" => format!("HELLO rsc-line 1 {hello}"),
            "RESET" => {
                coalescer.reset();
                out = Answer::default();
                ".".into()
            }
            "DPC" => {
                coalescer.end_of_dpc(&mut out);
                out.take()
            }
            _ => other(coalescer, command, rest, hello, &mut out).unwrap_or_else(|| "UNSUPPORTED".into()),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
}

/// None: not known here, or not to the coalescer.
fn other(coalescer: &mut dyn Coalescer, command: &str, rest: &str, hello: &str, out: &mut Answer) -> Option<String> {
    match command {
        "SET" => coalescer.set(&read_settings(rest, hello)?, out).then(|| out.take()),
        "TICK" => coalescer.tick(rest.parse().ok()?, out).then(|| out.take()),
        "STATS" => coalescer.statistics().map(|Counters { pkts, octets, events, aborts }| {
            format!("STATS pkts={pkts} octets={octets} events={events} aborts={aborts}")
        }),
        _ => None,
    }
}

fn read_frame(words: &str, frame: &mut Vec<u8>) -> Option<Marks> {
    let mut words = words.split(' ');
    let hex = words.next().filter(|hex| !hex.is_empty() && hex.len() % 2 == 0)?.as_bytes();
    frame.clear();
    for pair in hex.chunks(2) {
        let (high, low) = ((pair[0] as char).to_digit(16)?, (pair[1] as char).to_digit(16)?);
        frame.push((high << 4 | low) as u8);
    }
    let mut marks = Marks::default();
    for word in words {
        match word {
            "csum=partial" => marks.csum = Csum::Partial,
            "csum=unnecessary" => marks.csum = Csum::Unnecessary,
            "ipsec=1" => marks.ipsec = true,
            _ => {}
        }
    }
    Some(marks)
}

/// None where a key or a value is not known, or was not announced.
fn read_settings<'a>(words: &'a str, hello: &str) -> Option<Settings<'a>> {
    let mut settings = Settings::default();
    for word in words.split_whitespace() {
        let (key, value) = word.split_once('=')?;
        let says = |announced: &str| hello.split(' ').any(|word| word == announced);
        let announced = if matches!(key, "rsc4" | "rsc6") { !says("set=off") } else { says(&format!("{key}=on")) };
        if !announced {
            return None;
        }
        let switch = match key {
            "rsc4" => &mut settings.rsc4,
            "rsc6" => &mut settings.rsc6,
            "uro" => &mut settings.uro,
            "rxcsum" => &mut settings.rxcsum,
            "features" => {
                settings.features = Some(value);
                continue;
            }
            _ => return None,
        };
        *switch = match value {
            "on" => Some(true),
            "off" => Some(false),
            _ => return None,
        };
    }
    Some(settings)
}
