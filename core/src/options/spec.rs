//! The row of a table: what an option takes, and the error for anything else.

use super::kind::OptionKind;
use super::shown::clip;
use super::types::OptionType;
use super::value::OptionValue;
use super::words::EnumSpec;
use crate::error::{Error, ErrorKind, Result};

/// A row of an options table.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OptionSpec {
    /// The name: the field, the setter, the Python keyword; in camelCase the JavaScript key.
    pub name: &'static str,
    /// The documentation, as it is written above the row; it ends in `Default: ...`.
    pub doc: &'static str,
    /// The kind of value.
    pub kind: OptionKind,
    /// The enum that the words are of, if there are words.
    pub words: Option<EnumSpec>,
    /// The smallest and the largest number accepted, if it is a number.
    pub range: Option<(u64, u64)>,
    /// Whether the option may be left unset, so that there is no default value.
    pub optional: bool,
    /// The default; `Null` for an option that is left unset.
    pub default: fn() -> OptionValue<'static>,
}

/// A table of options with its documentation.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OptionTable {
    /// The name of the struct.
    pub name: &'static str,
    /// Its documentation, as it is written above it.
    pub doc: &'static str,
    /// The rows, in order.
    pub options: &'static [OptionSpec],
}

impl OptionSpec {
    /// What the option takes, as an error message says it.
    fn expected(&self) -> String {
        match (self.kind, self.range) {
            (OptionKind::Integer, Some((min, max))) => format!("an integer from {min} to {max}"),
            (OptionKind::Integer, None) => "a non-negative integer".to_owned(),
            (OptionKind::Boolean, _) => "a boolean".to_owned(),
            (OptionKind::Text, _) => "a string".to_owned(),
            (OptionKind::Enum(words), _) => format!("one of {}", words.join(", ")),
            (OptionKind::EnumList(words), _) => format!("a list of {}", words.join(", ")),
            (OptionKind::IntegerList, Some((min, max))) => format!("a list of integers from {min} to {max}"),
            (OptionKind::IntegerList, None) => "a list of non-negative integers".to_owned(),
            (OptionKind::TextList, _) => "a list of strings".to_owned(),
            (OptionKind::Presets, _) => "a mapping of names to the options of a transform".to_owned(),
            (OptionKind::TextMap, _) => "a mapping of names to strings".to_owned(),
            (OptionKind::Color, _) => "a colour like #rrggbb".to_owned(),
        }
    }

    fn invalid(&self, received: String) -> Error {
        ErrorKind::OptionInvalid { name: self.name.to_owned(), expected: self.expected(), received }.into()
    }

    /// Parses a raw value for this option and checks its range.
    pub(crate) fn parse<T: OptionType>(&self, value: &OptionValue<'_>) -> Result<T> {
        let parsed = T::from_value(value).filter(|parsed| self.in_range(parsed));
        parsed.ok_or_else(|| self.invalid(self.describe(value)))
    }

    /// The value as the error shows it. A single text where a list is expected may be a secret, such as a signing key.
    fn describe(&self, value: &OptionValue<'_>) -> String {
        match (self.kind, value) {
            (OptionKind::TextList, OptionValue::Text(_)) => "a string".to_owned(),
            _ => value.describe(),
        }
    }

    /// Checks the range of a value that a Rust caller has set.
    pub(crate) fn check<T: OptionType>(&self, value: &T) -> Result<()> {
        if self.in_range(value) {
            return Ok(());
        }
        Err(self.invalid(value.number().map_or_else(|| value.to_value().describe(), |number| number.to_string())))
    }

    fn in_range<T: OptionType>(&self, value: &T) -> bool {
        self.range.is_none_or(|(min, max)| value.is_within(min, max))
    }
}

/// Parses a raw value that is an argument of a call and no row of a table: the same kinds, the same errors.
///
/// Error: `option_invalid`.
pub fn parse_argument<T: OptionType>(name: &'static str, value: &OptionValue<'_>) -> Result<T> {
    let default = || OptionValue::Null;
    OptionSpec { name, doc: "", kind: T::KIND, words: T::ENUM, range: None, optional: T::OPTIONAL, default }
        .parse(value)
}

/// The row of an option, for a module that keeps its value elsewhere. It is for constants, where a name that is in no row
/// does not compile.
pub(crate) const fn row(table: &[OptionSpec], name: &str) -> OptionSpec {
    // Neither iterators nor a comparison of texts can be called in a constant.
    let mut index = 0;
    while !is_same(table[index].name.as_bytes(), name.as_bytes()) {
        index += 1;
    }
    table[index]
}

const fn is_same(left: &[u8], right: &[u8]) -> bool {
    match (left, right) {
        ([], []) => true,
        ([first, left @ ..], [other, right @ ..]) => *first == *other && is_same(left, right),
        _ => false,
    }
}

/// The error for a name that is in no row: it says which names there are.
pub(crate) fn unknown(table: &[OptionSpec], name: &str) -> Error {
    let known: Vec<_> = table.iter().map(|spec| spec.name).collect();
    ErrorKind::OptionInvalid {
        name: clip(name),
        expected: format!("a known option ({})", known.join(", ")),
        received: "an unknown one".to_owned(),
    }
    .into()
}
