//! `Secret`: an option whose value no `Debug` shows.

use std::fmt;

use zeroize::Zeroizing;

use crate::options::{OptionKind, OptionType, OptionValue};

/// A secret given as an option: overwritten when it is dropped, and no `Debug` shows it. The copy among the headers of a
/// presigned request is the caller's to send and to forget.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl OptionType for Secret {
    const KIND: OptionKind = OptionKind::Text;
    type Set<'a> = &'a str;
    fn from_set(value: &str) -> Self {
        value.into()
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        match value {
            OptionValue::Text(value) => Some((&**value).into()),
            _ => None,
        }
    }
    fn to_value(&self) -> OptionValue<'static> {
        OptionValue::Null // a secret never leaves as an option
    }
}
