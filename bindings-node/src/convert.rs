//! Packed arguments as raw values of the core's options, whose tables parse them.

use std::borrow::Cow;

use presize::options::{OptionType, OptionValue, parse_argument};

use crate::error::Result;
use crate::wire::Fields;

/// Options as they were given: names and values that the core's raw values borrow from.
pub(crate) struct Given<'p>(Vec<(Cow<'p, str>, OptionValue<'p>)>);

/// Reads packed options.
pub(crate) fn options(packed: &str) -> Given<'_> {
    let mut fields = Fields::new(packed);
    let mut given = Vec::new();
    while let Some(name) = fields.next() {
        given.push((name, fields.item().unwrap_or(OptionValue::Null)));
    }
    Given(given)
}

impl Given<'_> {
    /// Parses the options with a table of the core's: `parse` is its `from_named`.
    pub(crate) fn parse<'a, T>(
        &'a self,
        parse: impl FnOnce(Vec<(&'a str, OptionValue<'a>)>) -> presize::Result<T>,
    ) -> Result<T> {
        Ok(parse(self.0.iter().map(|(name, value)| (name.as_ref(), value.clone())).collect())?)
    }
}

/// A packed argument that is no option, as the core's table would parse one.
pub(crate) fn argument<T: OptionType>(name: &'static str, packed: &str) -> Result<T> {
    let value = Fields::new(packed).item().unwrap_or(OptionValue::Null);
    Ok(parse_argument(name, &value)?)
}

/// The same for an argument that may be left out: then there is no text at all.
pub(crate) fn optional<T: OptionType>(name: &'static str, packed: &str) -> Result<Option<T>> {
    if packed.is_empty() { Ok(None) } else { argument(name, packed).map(Some) }
}
