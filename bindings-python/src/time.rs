//! Times, which are aware datetimes or seconds since 1970 in Python.

use std::time::{Duration, SystemTime};

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDateTime, PyFloat, PyInt};

use crate::arguments::type_name;
use crate::error::{BindingError, Result, invalid};

/// The current time for `None`, otherwise a time as in [`read`]. A time that `SystemTime` cannot hold (NaN, an infinity, a
/// datetime before 1970) becomes one that the core refuses, as it refuses every time outside of the years that can be signed.
pub(crate) fn now(now: Option<&Bound<'_, PyAny>>) -> Result<SystemTime> {
    let outside = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(1));
    match now {
        None => Ok(SystemTime::now()),
        Some(time) if is_time(time) => parse(time).or(outside).ok_or_else(|| refused("now", time)),
        Some(time) => Err(refused("now", time)),
    }
}

/// An aware datetime, or a number of seconds since 1970, which may have a fraction.
pub(crate) fn read(name: &str, time: &Bound<'_, PyAny>) -> Result<SystemTime> {
    parse(time).ok_or_else(|| refused(name, time))
}

fn parse(time: &Bound<'_, PyAny>) -> Option<SystemTime> {
    if is_number(time) { from_seconds(time) } else { time.extract().ok() }
}

fn is_number(time: &Bound<'_, PyAny>) -> bool {
    (time.is_instance_of::<PyInt>() || time.is_instance_of::<PyFloat>()) && !time.is_instance_of::<PyBool>()
}

/// Whether a value is a number or a datetime with a time zone, even one that `SystemTime` cannot hold.
fn is_time(time: &Bound<'_, PyAny>) -> bool {
    is_number(time) || (time.is_instance_of::<PyDateTime>() && time.getattr("tzinfo").is_ok_and(|zone| !zone.is_none()))
}

fn refused(name: &str, time: &Bound<'_, PyAny>) -> BindingError {
    let received = match time.getattr("tzinfo") {
        _ if is_number(time) => "a number that is no time".to_owned(),
        Ok(zone) if zone.is_none() => "a datetime without a time zone".to_owned(),
        Ok(_) => "a datetime that is not since 1970".to_owned(),
        Err(_) => type_name(time),
    };
    invalid(name, "an aware datetime or seconds since 1970", received)
}

fn from_seconds(seconds: &Bound<'_, PyAny>) -> Option<SystemTime> {
    let seconds: f64 = seconds.extract().ok()?;
    let distance = Duration::try_from_secs_f64(seconds.abs()).ok()?;
    if seconds < 0.0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}
