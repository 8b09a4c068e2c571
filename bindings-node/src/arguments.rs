//! Encoded arguments as values of the core's options, whose tables parse and check them.

use std::borrow::Cow;

use presize::options::{OptionType, OptionValue, parse_argument};

use crate::error::Result;
use crate::wire::WireReader;

/// Decoded options: names and values, which may borrow from the encoded text.
pub(crate) struct NamedOptions<'a>(Vec<(Cow<'a, str>, OptionValue<'a>)>);

impl<'a> NamedOptions<'a> {
    pub(crate) fn decode(encoded: &'a str) -> Self {
        let mut reader = WireReader::new(encoded);
        let mut options = Vec::new();
        while let Some(name) = reader.field() {
            options.push((name, reader.value().unwrap_or(OptionValue::Null)));
        }
        Self(options)
    }

    /// Parses the options with a table of the core: `parse` is its `from_named`.
    pub(crate) fn parse<'s, T>(
        &'s self,
        parse: impl FnOnce(Vec<(&'s str, OptionValue<'s>)>) -> presize::Result<T>,
    ) -> Result<T> {
        Ok(parse(self.0.iter().map(|(name, value)| (name.as_ref(), value.clone())).collect())?)
    }
}

/// Parses an encoded positional argument as a table of the core would parse an option.
pub(crate) fn argument<T: OptionType>(name: &'static str, encoded: &str) -> Result<T> {
    let value = WireReader::new(encoded).value().unwrap_or(OptionValue::Null);
    Ok(parse_argument(name, &value)?)
}

/// Like [`argument`], for an argument that may be left out, in which case the text is empty.
pub(crate) fn optional<T: OptionType>(name: &'static str, encoded: &str) -> Result<Option<T>> {
    if encoded.is_empty() { Ok(None) } else { argument(name, encoded).map(Some) }
}
