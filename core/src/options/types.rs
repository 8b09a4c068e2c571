//! `OptionType`: the types that an option can have, each parsed from a raw value and shown as one.

use std::collections::BTreeMap;

use super::kind::OptionKind;
use super::value::OptionValue;
use super::words::EnumSpec;

/// A type that an option can have. Not for use outside: it is public only because setters name it.
#[doc(hidden)]
pub trait OptionType: Sized {
    /// The kind that the table shows.
    const KIND: OptionKind;
    /// The enum that the words are of, if there are words.
    const ENUM: Option<EnumSpec> = None;
    /// Whether the option may be left unset.
    const OPTIONAL: bool = false;
    /// What the setter takes: the bare type for an optional one, a borrow for strings and lists.
    type Set<'a>;
    /// The stored value from the setter's argument.
    fn from_set(value: Self::Set<'_>) -> Self;
    /// The stored value from a raw one; `None` where the type or the word is wrong.
    fn from_value(value: &OptionValue<'_>) -> Option<Self>;
    /// The raw value for a stored one.
    fn to_value(&self) -> OptionValue<'static>;
    /// The value as a number, for the range check.
    fn number(&self) -> Option<u64> {
        None
    }
    /// Whether every number of the value lies in the range, both ends included.
    fn is_within(&self, min: u64, max: u64) -> bool {
        self.number().is_none_or(|number| (min..=max).contains(&number))
    }
}

/// Numbers above this are not exact as `f64`, and none of the ranges goes so far.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

macro_rules! integer_option {
    ($($type:ty),+) => {$(
        impl OptionType for $type {
            const KIND: OptionKind = OptionKind::Integer;
            type Set<'a> = $type;
            fn from_set(value: $type) -> Self {
                value
            }
            fn from_value(value: &OptionValue<'_>) -> Option<Self> {
                match value {
                    OptionValue::Number(n) if n.fract() == 0.0 && (0.0..=MAX_EXACT).contains(n) => {
                        (*n as u64).try_into().ok()
                    }
                    _ => None,
                }
            }
            fn to_value(&self) -> OptionValue<'static> {
                OptionValue::Number(u64::from(*self) as f64)
            }
            fn number(&self) -> Option<u64> {
                Some(u64::from(*self))
            }
        }
    )+};
}
integer_option!(u8, u32, u64);

impl OptionType for bool {
    const KIND: OptionKind = OptionKind::Boolean;
    type Set<'a> = bool;
    fn from_set(value: bool) -> Self {
        value
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        match value {
            OptionValue::Bool(value) => Some(*value),
            _ => None,
        }
    }
    fn to_value(&self) -> OptionValue<'static> {
        OptionValue::Bool(*self)
    }
}

impl OptionType for String {
    const KIND: OptionKind = OptionKind::Text;
    type Set<'a> = &'a str;
    fn from_set(value: &str) -> Self {
        value.to_owned()
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        match value {
            OptionValue::Text(value) => Some(value.clone().into_owned()),
            _ => None,
        }
    }
    fn to_value(&self) -> OptionValue<'static> {
        OptionValue::Text(self.clone().into())
    }
}

impl OptionType for Vec<u32> {
    const KIND: OptionKind = OptionKind::IntegerList;
    type Set<'a> = &'a [u32];
    fn from_set(value: &[u32]) -> Self {
        value.to_vec()
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        match value {
            OptionValue::List(numbers) => numbers.iter().map(u32::from_value).collect(),
            _ => None,
        }
    }
    fn to_value(&self) -> OptionValue<'static> {
        OptionValue::List(self.iter().map(u32::to_value).collect())
    }
    fn is_within(&self, min: u64, max: u64) -> bool {
        self.iter().all(|number| number.is_within(min, max))
    }
}

impl OptionType for Vec<String> {
    const KIND: OptionKind = OptionKind::TextList;
    type Set<'a> = &'a [&'a str];
    fn from_set(value: &[&str]) -> Self {
        value.iter().map(|text| (*text).to_owned()).collect()
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        match value {
            OptionValue::List(texts) => texts.iter().map(String::from_value).collect(),
            _ => None,
        }
    }
    fn to_value(&self) -> OptionValue<'static> {
        OptionValue::List(self.iter().map(String::to_value).collect())
    }
}

impl OptionType for BTreeMap<String, String> {
    const KIND: OptionKind = OptionKind::TextMap;
    type Set<'a> = &'a [(&'a str, &'a str)];
    fn from_set(value: &[(&str, &str)]) -> Self {
        value.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        let OptionValue::Map(entries) = value else { return None };
        let text = |value: &OptionValue<'_>| match value {
            OptionValue::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        };
        entries.iter().map(|(name, value)| Some((name.clone().into_owned(), text(value)?))).collect()
    }
    fn to_value(&self) -> OptionValue<'static> {
        let entry = |(name, text): (&String, &String)| (name.clone().into(), OptionValue::Text(text.clone().into()));
        OptionValue::Map(self.iter().map(entry).collect())
    }
}

impl<T: OptionType> OptionType for Option<T> {
    const KIND: OptionKind = T::KIND;
    const ENUM: Option<EnumSpec> = T::ENUM;
    const OPTIONAL: bool = true;
    type Set<'a> = T::Set<'a>;
    fn from_set(value: Self::Set<'_>) -> Self {
        Some(T::from_set(value))
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        T::from_value(value).map(Some)
    }
    fn to_value(&self) -> OptionValue<'static> {
        self.as_ref().map_or(OptionValue::Null, T::to_value)
    }
    fn number(&self) -> Option<u64> {
        self.as_ref().and_then(T::number)
    }
}
