//! Times: Python has aware datetimes and seconds since 1970.

use std::time::{Duration, SystemTime};

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt};

use crate::convert::type_name;
use crate::error::{Result, invalid};

/// The clock for `None`, else a time as [`read`] takes it.
pub(crate) fn now(now: Option<&Bound<'_, PyAny>>) -> Result<SystemTime> {
    now.map_or_else(|| Ok(SystemTime::now()), |time| read("now", time))
}

/// An aware datetime, or a number of seconds since 1970, which may have a fraction.
pub(crate) fn read(name: &str, time: &Bound<'_, PyAny>) -> Result<SystemTime> {
    let is_number =
        (time.is_instance_of::<PyInt>() || time.is_instance_of::<PyFloat>()) && !time.is_instance_of::<PyBool>();
    let read = if is_number { from_seconds(time) } else { time.extract().ok() };
    read.ok_or_else(|| {
        let received = match time.getattr("tzinfo") {
            _ if is_number => "a number that is no time".to_owned(),
            Ok(zone) if zone.is_none() => "a datetime without a time zone".to_owned(),
            Ok(_) => "a datetime that is not since 1970".to_owned(),
            Err(_) => type_name(time),
        };
        invalid(name, "an aware datetime or seconds since 1970", received)
    })
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
