//! `Timestamp`: a moment as Signature Version 4 writes it, `20130524T000000Z`; and the parsers of RFC 3339 and of HTTP's `Date`.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use crate::error::{Error, ErrorKind, Result};

const SECONDS_PER_DAY: u64 = 86_400;
/// The last second of the year 9999: later dates have more than eight digits.
const MAX_SECONDS: u64 = 253_402_300_799;

/// A moment between 1970 and 9999 in UTC, truncated to the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timestamp {
    seconds: u64,
    digits: [u8; 16],
}

impl Timestamp {
    /// Error: `signing_failed` for a time before 1970 or after 9999.
    pub(crate) fn from_system_time(time: SystemTime) -> Result<Self> {
        let seconds = since_epoch(time)?.as_secs();
        if seconds > MAX_SECONDS {
            return Err(out_of_range());
        }
        Ok(Self { seconds, digits: write_digits(seconds) })
    }

    /// The moment this many seconds later: an expiry.
    ///
    /// Error: `signing_failed` for one after 9999, which not every language can represent.
    pub(crate) fn after(&self, seconds: u64) -> Result<SystemTime> {
        let end = self.seconds.saturating_add(seconds);
        if end > MAX_SECONDS { Err(out_of_range()) } else { Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(end)) }
    }

    /// Days since 1970. A signing key belongs to one day.
    pub(crate) fn day(&self) -> u64 {
        self.seconds / SECONDS_PER_DAY
    }

    /// `YYYYMMDD`.
    pub(crate) fn date(&self) -> &str {
        self.date_time().get(..8).unwrap_or_default()
    }

    /// `YYYYMMDDTHHMMSSZ`.
    pub(crate) fn date_time(&self) -> &str {
        // The bytes are ASCII digits and two letters, so the conversion cannot fail.
        std::str::from_utf8(&self.digits).unwrap_or_default()
    }

    /// `YYYY-MM-DDTHH:MM:SSZ`: the extended format of ISO 8601, as RFC 3339 has it.
    pub(crate) fn extended(&self) -> String {
        let digits = |range: Range<usize>| self.date_time().get(range).unwrap_or_default();
        let (year, month, day) = (digits(0..4), digits(4..6), digits(6..8));
        let (hour, minute, second) = (digits(9..11), digits(11..13), digits(13..15));
        format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")
    }

    /// The moment as the standard library represents it.
    pub(crate) fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.seconds)
    }
}

/// The time since 1970.
///
/// Error: `signing_failed` for a time before.
pub(crate) fn since_epoch(time: SystemTime) -> Result<Duration> {
    time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| out_of_range())
}

fn out_of_range() -> Error {
    ErrorKind::SigningFailed { reason: "the time, or the end of what is signed, is not between 1970 and 9999" }.into()
}

/// Parses a moment of RFC 3339: `2026-01-01T00:00:00Z`, also with an offset, or with a fraction, which is truncated. `None` for
/// other texts and for times before 1970.
pub(crate) fn parse_rfc3339(text: &str) -> Option<SystemTime> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| !date_time.as_bytes().get(*at).is_some_and(|b| b.eq_ignore_ascii_case(byte)))
    {
        return None;
    }
    let number = |start: usize, end: usize| digits(date_time.get(start..end)?);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // A leap second is written as the 60th. Unix time has none: it becomes the 59th.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_1970(year, month, day)?;
    let local = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second.min(59);
    let after_fraction = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|character: char| character.is_ascii_digit()),
        None => rest,
    };
    let seconds = local.checked_add_signed(-offset_seconds(after_fraction)?)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Parses a moment in the form of HTTP's `Date`: `Tue, 14 Nov 2023 22:13:20 GMT` (RFC 9110, section 5.6.7). `None` for other texts and
/// for times before 1970.
pub(crate) fn parse_http_date(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, rest) = text.split_once(", ").filter(|_| text.len() == 29)?.1.split_once(' ')?;
    let (month, rest) = rest.split_once(' ')?;
    let (year, rest) = rest.split_once(' ')?;
    let (hour, rest) = rest.strip_suffix(" GMT")?.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let (hour, minute, second) = (digits(hour)?, digits(minute)?, digits(second)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_1970(digits(year)?, month, digits(day)?)?;
    let seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second.min(59);
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// An offset from UTC in seconds: `Z`, `+09:00`, `-03:30`.
fn offset_seconds(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':').filter(|_| rest.len() == 5)?;
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    let seconds = (hours * 3600 + minutes * 60).cast_signed();
    match sign {
        _ if hours > 23 || minutes > 59 => None,
        "+" => Some(seconds),
        "-" => Some(-seconds),
        _ => None,
    }
}

fn digits(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Days since 1970: the inverse of [`civil_date`], or `None` for a day that does not exist.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) {
        return None;
    }
    // A lower bound by the shortest years and months. The day lies at most all leap days and the surplus of the months
    // after it.
    let lower_bound = (year - 1970) * 365 + (month - 1) * 28 + day.saturating_sub(1);
    let max_error = (year - 1970) / 4 + 32 + 3;
    (lower_bound..=lower_bound + max_error).find(|day_since| civil_date(*day_since) == (year, month, day))
}

fn write_digits(seconds: u64) -> [u8; 16] {
    let (year, month, day) = civil_date(seconds / SECONDS_PER_DAY);
    let second_of_day = seconds % SECONDS_PER_DAY;
    let mut digits = *b"00000000T000000Z";
    for (at, pair) in [
        (0, year / 100),
        (2, year % 100),
        (4, month),
        (6, day),
        (9, second_of_day / 3600),
        (11, second_of_day / 60 % 60),
        (13, second_of_day % 60),
    ] {
        digits[at] = b'0' + (pair / 10) as u8;
        digits[at + 1] = b'0' + (pair % 10) as u8;
    }
    digits
}

/// Year, month and day of the proleptic Gregorian calendar. Years are counted from March, so that a leap day is the last day
/// of its year; the calendar repeats every 400 years, which have 146,097 days.
///
/// Day 19,783 (2024-03-01): 739,251 days since 0000-03-01, so era 5, day 8,766 of the era; year 24 of the era, day 0 of the
/// year, which is March 1 of the year 5 * 400 + 24.
fn civil_date(day_since_1970: u64) -> (u64, u64, u64) {
    let day = day_since_1970 + 719_468; // since 0000-03-01
    let era = day / 146_097;
    let day_of_era = day % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(seconds: u64) -> String {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Timestamp::from_system_time(time).unwrap().date_time().to_owned()
    }

    #[test]
    fn known_moments_are_written() {
        assert_eq!(written(0), "19700101T000000Z");
        assert_eq!(written(951_782_399), "20000228T235959Z");
        assert_eq!(written(951_782_400), "20000229T000000Z");
        assert_eq!(written(1_369_353_600), "20130524T000000Z");
        assert_eq!(written(4_107_542_399), "21000228T235959Z");
        assert_eq!(written(4_107_542_400), "21000301T000000Z");
        assert_eq!(written(MAX_SECONDS), "99991231T235959Z");
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let length = |year: u64, month: u64| match month {
            2 if (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for number in 0..=MAX_SECONDS / SECONDS_PER_DAY {
            assert_eq!(civil_date(number), (year, month, day));
            day += 1;
            if day > length(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }

    #[test]
    fn rfc_3339_is_parsed() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2026-01-01T09:00:00+09:00", 1_767_225_600),
            ("2025-12-31t20:30:00.999-03:30", 1_767_225_600),
            ("2016-12-31T23:59:60Z", 1_483_228_799),
            ("9999-12-31T23:59:59Z", MAX_SECONDS),
        ] {
            assert_eq!(parse_rfc3339(text), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "now",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "2026-01-01T00:00:00+9:00",
            "2026-01-01T00:00:00 Z",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00é",
            "202é-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn times_out_of_range_are_refused() {
        for time in [
            SystemTime::UNIX_EPOCH - Duration::from_nanos(1),
            SystemTime::UNIX_EPOCH + Duration::from_secs(MAX_SECONDS + 1),
        ] {
            assert_eq!(Timestamp::from_system_time(time).unwrap_err().code(), "signing_failed");
        }
    }
}
