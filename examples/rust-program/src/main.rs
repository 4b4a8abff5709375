//! Connects the coalescer of coalescer.rs to the suite: all that an adapter is.

mod coalescer;

use coalescer::{Coalescer, Indication};
use rsc_line::{Answer, Marks, Settings};

impl Indication for Answer {
    fn indicate(&mut self, frame: &[u8], count: usize, v4: bool) {
        let seg = if count > 1 { count } else { 0 };
        let [ip, tcp] = [count > 0 && v4, count > 0].map(|right| if right { "ok" } else { "none" });
        Answer::indicate(self, frame, format_args!("seg={seg} ipcsum={ip} tcpcsum={tcp}"));
    }
}

impl rsc_line::Coalescer for Coalescer {
    fn reset(&mut self) {
        *self = Coalescer::new();
    }
    fn receive(&mut self, frame: &[u8], _marks: Marks, out: &mut Answer) {
        Coalescer::receive(self, frame, out);
    }
    fn end_of_dpc(&mut self, out: &mut Answer) {
        self.flush(|_| true, out);
    }
    fn set(&mut self, settings: &Settings, out: &mut Answer) -> bool {
        self.switch(settings.rsc4, settings.rsc6, out);
        true
    }
}

fn main() -> std::io::Result<()> {
    rsc_line::serve("name=rust-program version=1 timestamps=off vlan=off statistics=off", &mut Coalescer::new())
}
