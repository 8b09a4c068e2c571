//! `OptionValue`: a value as a dynamic language has it, before it is parsed.

use std::borrow::Cow;

use super::shown::{clip, quote};

/// A raw value of an option, as a dynamic language has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum OptionValue<'a> {
    /// Python `None`, JavaScript `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// Any number. Integers beyond 2^53 lie outside every range, so `f64` loses nothing that would be accepted.
    Number(f64),
    /// A string.
    Text(Cow<'a, str>),
    /// A list of values.
    List(Vec<OptionValue<'a>>),
    /// Names with values: a Python `dict`, a plain JavaScript object.
    Map(Vec<(Cow<'a, str>, OptionValue<'a>)>),
    /// Anything else, by the name that the language gives to its type.
    Other(Cow<'a, str>),
}

impl OptionValue<'_> {
    /// The value as an error message shows it: short, on one line, strings quoted.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) if value.is_infinite() => {
                if *value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
            }
            Self::Number(value) if value.abs() >= 1e21 => format!("{value:e}"),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => quote(value),
            Self::List(values) => format!("a list of {} values", values.len()),
            Self::Map(entries) => format!("a mapping of {} names", entries.len()),
            Self::Other(name) => clip(name),
        }
    }
}
