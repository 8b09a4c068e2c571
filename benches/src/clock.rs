//! CPU time of this thread where the system tells it, wall time elsewhere. On a shared machine only CPU time compares.

use std::time::{Duration, Instant};
use std::{fs, thread};

/// A started measurement.
pub(crate) struct Clock {
    wall: Instant,
    cpu: Option<Duration>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { wall: Instant::now(), cpu: cpu() }
    }

    /// The time since the start.
    pub(crate) fn read(&self) -> Duration {
        match (self.cpu, cpu()) {
            (Some(start), Some(end)) => end.saturating_sub(start),
            _ => self.wall.elapsed(),
        }
    }

    /// What the figures are.
    pub(crate) fn kind() -> &'static str {
        if cpu().is_some() { "CPU time" } else { "wall time" }
    }
}

/// Linux counts the nanoseconds a thread has run; giving way first makes the count current.
fn cpu() -> Option<Duration> {
    thread::yield_now();
    let counts = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counts.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
