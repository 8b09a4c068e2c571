//! `Presets`: whole transforms by name.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::imaging::Transform;
use crate::options::{OptionKind, OptionType, OptionValue, quote};

/// A request names a preset in its query: the name is part of the cache key as it is.
pub(super) fn is_preset_name(name: &str) -> bool {
    let is_character = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    (1..=32).contains(&name.len()) && name.bytes().all(is_character)
}

/// The options of a transform by the name of its preset, as they were given: they are parsed when the policy is checked, so
/// that an error names the option that is wrong.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Presets(Vec<(String, Named)>);

/// Options by their names.
type Named = Vec<(String, OptionValue<'static>)>;

impl Presets {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The transforms, checked.
    ///
    /// Errors: `option_invalid`, `encoding_unsupported`.
    pub(super) fn parse(&self) -> Result<Vec<(String, Transform)>> {
        self.0.iter().map(|(name, options)| Ok((name.clone(), parse(name, options)?))).collect()
    }
}

fn parse(name: &str, options: &Named) -> Result<Transform> {
    if !is_preset_name(name) {
        let expected = "names of 1 to 32 characters of a-z, 0-9, - and _";
        return Err(Error::option_invalid("presets", expected, &quote(name)));
    }
    let values = options.iter().map(|(name, value)| (name.as_str(), value.clone()));
    let transform = Transform::from_named(values).and_then(|transform| {
        transform.check()?;
        Ok(transform)
    });
    transform.map_err(|error| match error.kind() {
        ErrorKind::OptionInvalid { name: option, expected, received } => {
            Error::option_invalid(&format!("presets.{name}.{option}"), expected, received)
        }
        _ => error,
    })
}

impl OptionType for Presets {
    const KIND: OptionKind = OptionKind::Presets;
    type Set<'a> = &'a [(&'a str, Transform)];

    fn from_set(presets: &[(&str, Transform)]) -> Self {
        let default = Transform::default().to_named();
        let changed = |transform: &Transform| {
            let values = transform.to_named().into_iter().zip(&default).filter(|(value, default)| value != *default);
            values.map(|((name, value), _)| (name.to_owned(), value)).collect()
        };
        Self(presets.iter().map(|(name, transform)| ((*name).to_owned(), changed(transform))).collect())
    }

    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        let OptionValue::Map(presets) = value else { return None };
        let named = |value: &OptionValue<'_>| match value {
            OptionValue::Map(options) => {
                let owned = options.iter().map(|(name, value)| Some((name.clone().into_owned(), owned(value)?)));
                owned.collect::<Option<Named>>()
            }
            _ => None,
        };
        presets
            .iter()
            .map(|(name, value)| Some((name.clone().into_owned(), named(value)?)))
            .collect::<Option<_>>()
            .map(Self)
    }

    fn to_value(&self) -> OptionValue<'static> {
        let named = |options: &Named| {
            let values = options.iter().map(|(name, value)| (Cow::Owned(name.clone()), value.clone()));
            OptionValue::Map(values.collect())
        };
        OptionValue::Map(self.0.iter().map(|(name, options)| (Cow::Owned(name.clone()), named(options))).collect())
    }
}

/// A value of its own; no option of a transform is a list or a mapping.
fn owned(value: &OptionValue<'_>) -> Option<OptionValue<'static>> {
    Some(match value {
        OptionValue::Null => OptionValue::Null,
        OptionValue::Bool(value) => OptionValue::Bool(*value),
        OptionValue::Number(value) => OptionValue::Number(*value),
        OptionValue::Text(text) => OptionValue::Text(text.clone().into_owned().into()),
        OptionValue::Other(name) => OptionValue::Other(name.clone().into_owned().into()),
        OptionValue::List(_) | OptionValue::Map(_) => return None,
    })
}
