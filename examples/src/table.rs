//! The table that the quickstart prints: a row as soon as a step is done, a progress line while it takes.

use std::error::Error as StdError;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::report::{Failure, Refusal, Step};

/// Prints steps and keeps them.
pub struct Table<'a> {
    out: &'a mut dyn Write,
    is_terminal: bool,
    steps: Vec<Step>,
}

/// What a step gives back: a value, and what its row shows.
pub struct Done<T> {
    value: T,
    size: Option<(u32, u32)>,
    bytes: Option<u64>,
    note: String,
}

impl<T> Done<T> {
    /// A result with an empty row.
    pub fn new(value: T) -> Self {
        Self { value, size: None, bytes: None, note: String::new() }
    }

    /// The width and height of a picture, in pixels.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((width, height));
        self
    }

    /// The bytes that were moved or made.
    #[must_use]
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = Some(bytes as u64);
        self
    }

    /// What came of it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

impl<'a> Table<'a> {
    /// A table on `out`. On a terminal, a step that is under way shows as a line that its row replaces.
    pub fn new(out: &'a mut dyn Write, is_terminal: bool) -> Self {
        Self { out, is_terminal, steps: Vec::new() }
    }

    /// Does a step, measures it, prints its row.
    pub fn step<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<Done<T>, Box<dyn StdError>>,
    ) -> Result<T, Failure> {
        self.show_progress(name).map_err(|error| Failure::step(name, error))?;
        let start = Instant::now();
        let done = work().map_err(|reason| Failure::Step { name: name.to_owned(), reason });
        let time = start.elapsed();
        self.clear_progress().map_err(|error| Failure::step(name, error))?;
        let done = done?;
        let step = Step { name: name.to_owned(), size: done.size, bytes: done.bytes, time, note: done.note };
        self.write_step(&step).map_err(|error| Failure::step(name, error))?;
        self.steps.push(step);
        Ok(done.value)
    }

    /// Prints a headline above the rows that follow.
    pub fn headline(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{text:<44} {:>11} {:>12} {:>9}", "pixels", "bytes", "time")
    }

    /// Prints the refusals, each with its status and code.
    pub fn refusals(&mut self, refusals: &[Refusal]) -> io::Result<()> {
        writeln!(self.out, "\n{:<44} {:>11} {:>12}  code", "Refused, as it must be", "by", "status")?;
        for refusal in refusals {
            let Refusal { attempt, by, status, code, .. } = refusal;
            let verdict = if refusal.is_refused() { "" } else { "  <- WRONG" };
            writeln!(self.out, "  {attempt:<42} {by:>11} {status:>12}  {code}{verdict}")?;
        }
        Ok(())
    }

    /// Prints a line of text.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// The steps that were done.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    fn show_progress(&mut self, name: &str) -> io::Result<()> {
        if self.is_terminal {
            write!(self.out, "  {name} ...")?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn clear_progress(&mut self) -> io::Result<()> {
        if self.is_terminal { write!(self.out, "\r\x1b[K") } else { Ok(()) }
    }

    fn write_step(&mut self, step: &Step) -> io::Result<()> {
        let size = step.size.map_or(String::new(), |(width, height)| format!("{width} x {height}"));
        let bytes = step.bytes.map_or(String::new(), thousands);
        let time = milliseconds(step.time);
        let row = format!("  {:<42} {size:>11} {bytes:>12} {time:>9}  {}", step.name, step.note);
        writeln!(self.out, "{}", row.trim_end())
    }
}

/// `1234567` as `1,234,567`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12.3 ms`.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(milliseconds(Duration::from_micros(12_340)), "12.3 ms");
    }

    #[test]
    fn a_row_replaces_its_progress_line_and_a_failure_names_its_step() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, true);
        assert_eq!(table.step("check", || Ok(Done::new(7).size(3, 4).bytes(1000).note("ok"))).unwrap(), 7);
        let failure = table.step::<()>("send", || Err("no answer".into())).unwrap_err();
        assert_eq!((failure.to_string().as_str(), failure.exit_code()), ("send: no answer", 1));
        assert_eq!(table.into_steps().len(), 1);
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("  check ...\r\x1b[K  check "), "{text}");
        assert!(text.contains("3 x 4") && text.contains("1,000"), "{text}");
    }
}
