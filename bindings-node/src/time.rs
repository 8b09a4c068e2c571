//! Times, which are milliseconds since 1970 in JavaScript.

use std::time::{Duration, SystemTime};

use presize::ErrorKind;

use crate::error::Result;

/// The current time for NaN, otherwise a time as in [`read`].
pub(crate) fn now(milliseconds: f64) -> Result<SystemTime> {
    if milliseconds.is_nan() { Ok(SystemTime::now()) } else { read("now", milliseconds) }
}

/// A time in milliseconds since 1970, as `Date` holds it; negative before 1970.
pub(crate) fn read(name: &str, milliseconds: f64) -> Result<SystemTime> {
    let distance = Duration::from_millis(milliseconds.abs() as u64);
    let time = if milliseconds < 0.0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    let refused = || ErrorKind::OptionInvalid {
        name: name.to_owned(),
        expected: "a Date".to_owned(),
        received: "a time that this machine does not have".to_owned(),
    };
    Ok(time.ok_or_else(refused)?)
}

/// The inverse of [`read`] for a time that is not before 1970.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// Seconds since 1970. Whatever is signed expires after 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
