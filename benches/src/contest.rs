//! One table: peers that do the same work in turns, until the time is up.

use std::fmt;
use std::time::{Duration, Instant};

use crate::clock::Clock;

/// Somebody who can do the work of a table.
pub(crate) trait Peer {
    /// Does the work `times` times and tells how long that took together.
    fn work(&mut self, times: u32) -> Result<Duration, String>;
}

/// A peer in this process is a closure that does the work once.
impl<F: FnMut() -> Result<(), String>> Peer for F {
    fn work(&mut self, times: u32) -> Result<Duration, String> {
        let clock = Clock::start();
        for _ in 0..times {
            self()?;
        }
        Ok(clock.read())
    }
}

struct Entry {
    name: String,
    peer: Box<dyn Peer>,
    /// How often one turn does the work.
    times: u32,
    /// Nanoseconds for doing it once, one value a turn.
    samples: Vec<f64>,
}

/// The peers of a table. The first one is the measure of the others.
pub(crate) struct Contest {
    pub(crate) title: String,
    entries: Vec<Entry>,
    goals: Vec<Goal>,
}

/// A ratio that a table is to show: how many times longer a row takes than another. Rows are named by how they start.
struct Goal {
    row: &'static str,
    to: &'static str,
    /// Taken from `to` first.
    less: Option<&'static str>,
    wanted: Wanted,
}

#[derive(Clone, Copy)]
enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    /// A row of Markdown.
    fn shown(&self, rows: &[Row]) -> String {
        let of = |name: &str| rows.iter().find(|row| row.name.starts_with(name)).map(|row| row.median);
        let to = self.less.map_or_else(|| self.to.to_owned(), |less| format!("{} less {less}", self.to));
        let less = self.less.map_or(Some(0.0), of);
        let Some(reached) = of(self.row).zip(of(self.to)).zip(less).map(|((row, to), less)| row / (to - less)) else {
            return format!("| {} to {to} | | not measured | |", self.row);
        };
        let (sign, wanted, is_met) = match self.wanted {
            Wanted::AtLeast(ratio) => ("at least", ratio, reached >= ratio),
            Wanted::AtMost(ratio) => ("at most", ratio, reached <= ratio),
        };
        let met = if is_met { "yes" } else { "no" };
        format!("| {} to {to} | {sign} {wanted} | {reached:.2} | {met} |", self.row)
    }
}

/// A turn lasts about this long, so that the clock's grain does not matter.
const TURN: Duration = Duration::from_millis(60);
/// However little time there is, a median needs a few turns.
const MIN_ROUNDS: usize = 5;

impl Contest {
    pub(crate) fn new(title: &str) -> Self {
        Self { title: title.to_owned(), entries: Vec::new(), goals: Vec::new() }
    }

    #[must_use]
    pub(crate) fn peer(mut self, name: impl Into<String>, peer: impl Peer + 'static) -> Self {
        self.entries.push(Entry { name: name.into(), peer: Box::new(peer), times: 1, samples: Vec::new() });
        self
    }

    /// `row` is to take at least `ratio` times as long as `to`.
    #[must_use]
    pub(crate) fn at_least(mut self, row: &'static str, to: &'static str, ratio: f64) -> Self {
        self.goals.push(Goal { row, to, less: None, wanted: Wanted::AtLeast(ratio) });
        self
    }

    /// `row` is to take at most `ratio` times as long as `to`.
    #[must_use]
    pub(crate) fn at_most(mut self, row: &'static str, to: &'static str, ratio: f64) -> Self {
        self.goals.push(Goal { row, to, less: None, wanted: Wanted::AtMost(ratio) });
        self
    }

    /// `row` is to take at most `ratio` times as long as `to` without `less`.
    #[must_use]
    pub(crate) fn at_most_less(mut self, row: &'static str, to: &'static str, less: &'static str, ratio: f64) -> Self {
        self.goals.push(Goal { row, to, less: Some(less), wanted: Wanted::AtMost(ratio) });
        self
    }

    /// Warms up, finds how often a turn does the work, then lets all take turns for about `time`.
    pub(crate) fn run(mut self, time: Duration) -> Result<Table, String> {
        for entry in &mut self.entries {
            entry.peer.work(1).map_err(|reason| format!("{}: {reason}", entry.name))?;
            let mut took = entry.peer.work(1)?;
            while took < TURN / 4 && entry.times < 1 << 24 {
                entry.times *= 4;
                took = entry.peer.work(entry.times)?;
            }
        }
        let start = Instant::now();
        let mut rounds = 0;
        while rounds < MIN_ROUNDS || start.elapsed() < time {
            for entry in &mut self.entries {
                let took = entry.peer.work(entry.times)?;
                entry.samples.push(took.as_nanos() as f64 / f64::from(entry.times));
            }
            rounds += 1;
        }
        Ok(Table::new(self, rounds))
    }
}

/// The figures of a table.
pub(crate) struct Table {
    title: String,
    pub(crate) rounds: usize,
    rows: Vec<Row>,
    goals: Vec<Goal>,
}

struct Row {
    name: String,
    median: f64,
    min: f64,
}

impl Table {
    fn new(contest: Contest, rounds: usize) -> Self {
        let row = |mut entry: Entry| {
            entry.samples.sort_by(f64::total_cmp);
            let at = |index: usize| entry.samples.get(index).copied().unwrap_or(f64::NAN);
            Row { median: at(entry.samples.len() / 2), min: at(0), name: entry.name }
        };
        let rows = contest.entries.into_iter().map(row).collect();
        Self { title: contest.title, rounds, rows, goals: contest.goals }
    }
}

impl Table {
    /// Of the row whose name starts so, in nanoseconds.
    pub(crate) fn median(&self, name: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.name.starts_with(name)).map(|row| row.median)
    }
}

/// As Markdown.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.rows.first().map_or(f64::NAN, |row| row.median);
        writeln!(f, "### {}\n", self.title)?;
        writeln!(f, "| | median | min | times the first |\n| --- | ---: | ---: | ---: |")?;
        for row in &self.rows {
            let ratio = row.median / first;
            writeln!(f, "| {} | {} | {} | {ratio:.2} |", row.name, shown(row.median), shown(row.min))?;
        }
        writeln!(f, "\n{} rounds of {}.", self.rounds, Clock::kind())?;
        if self.goals.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n| goal: times as long | wanted | reached | met |\n| --- | ---: | ---: | --- |")?;
        self.goals.iter().try_for_each(|goal| writeln!(f, "{}", goal.shown(&self.rows)))
    }
}

pub(crate) fn shown(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.2} us", n / 1e3),
        n if n < 1e9 => format!("{:.2} ms", n / 1e6),
        n => format!("{:.2} s", n / 1e9),
    }
}
