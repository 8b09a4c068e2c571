//! Options by name: one table gives a struct, its defaults, its ranges, its setters and its parser.
//!
//! Rust callers use the setters and never meet this module. The bindings hand over raw names and values
//! ([`OptionValue`]) and get the same struct, or the same error, as a Rust caller: a negative number, a fraction, a NaN,
//! a null, a wrong word or an unknown name is `option_invalid`, never coerced and never ignored.
//!
//! A table is written once, with `options!`, in the module that the options belong to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result, push_shown};

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
    fn describe(&self) -> String {
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

/// What kind of value an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionKind {
    /// A whole number within the range.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Free text.
    Text,
    /// One of a fixed set of lower-case words.
    Enum(&'static [&'static str]),
    /// A list of such words.
    EnumList(&'static [&'static str]),
    /// A list of whole numbers, each within the range.
    IntegerList,
    /// A list of free texts.
    TextList,
    /// Names with free text.
    TextMap,
    /// Names with the options of a transform.
    Presets,
    /// A colour: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `white`, `black` or `transparent`.
    Color,
}

/// A row of an options table.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OptionSpec {
    /// The name: the field, the setter, the Python keyword; in camelCase the JavaScript key.
    pub name: &'static str,
    /// The kind of value.
    pub kind: OptionKind,
    /// The smallest and the largest number accepted, if it is a number.
    pub range: Option<(u64, u64)>,
    /// Whether the option may be left unset, so that there is no default value.
    pub optional: bool,
    /// The default; `Null` for an option that is left unset.
    pub default: fn() -> OptionValue<'static>,
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

/// A type that an option can have. Not for use outside: it is public only because setters name it.
#[doc(hidden)]
pub trait OptionType: Sized {
    /// The kind that the table shows.
    const KIND: OptionKind;
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

/// Parses a raw value that is an argument of a call and no row of a table: the same kinds, the same errors.
///
/// Error: `option_invalid`.
pub fn parse_argument<T: OptionType>(name: &'static str, value: &OptionValue<'_>) -> Result<T> {
    let default = || OptionValue::Null;
    OptionSpec { name, kind: T::KIND, range: None, optional: T::OPTIONAL, default }.parse(value)
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

/// Declares an enum whose values are lower-case words, the same in all languages. Further words after `|` are read as the
/// value, and never written.
macro_rules! option_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal $(| $alias:literal)*, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $( $(#[$variant_meta])* #[doc = concat!("\n\nThe word `", $word, "`", $(", also read as `", $alias, "`",)* ".")] $variant, )+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for this value, the same in all languages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value for a word; `None` where there is none. Case matters.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word $(| $alias)* => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::options::OptionType for $name {
            const KIND: $crate::options::OptionKind = $crate::options::OptionKind::Enum(Self::WORDS);
            type Set<'a> = $name;
            fn from_set(value: $name) -> Self {
                value
            }
            fn from_value(value: &$crate::options::OptionValue<'_>) -> Option<Self> {
                match value {
                    $crate::options::OptionValue::Text(word) => Self::parse(word),
                    _ => None,
                }
            }
            fn to_value(&self) -> $crate::options::OptionValue<'static> {
                $crate::options::OptionValue::Text(self.as_str().into())
            }
        }

        impl $crate::options::OptionType for Vec<$name> {
            const KIND: $crate::options::OptionKind = $crate::options::OptionKind::EnumList($name::WORDS);
            type Set<'a> = &'a [$name];
            fn from_set(value: &[$name]) -> Self {
                value.to_vec()
            }
            fn from_value(value: &$crate::options::OptionValue<'_>) -> Option<Self> {
                match value {
                    // Each once: two words may be one, as "jpg" and "jpeg" are.
                    $crate::options::OptionValue::List(words) => words.iter().try_fold(Self::new(), |mut given, word| {
                        let value = <$name as $crate::options::OptionType>::from_value(word)?;
                        if !given.contains(&value) {
                            given.push(value);
                        }
                        Some(given)
                    }),
                    _ => None,
                }
            }
            fn to_value(&self) -> $crate::options::OptionValue<'static> {
                let words = self.iter().map($crate::options::OptionType::to_value);
                $crate::options::OptionValue::List(words.collect())
            }
        }
    };
}
pub(crate) use option_enum;

/// Declares an options struct: fields, defaults, ranges, setters and the parser by name, written once. `beside` the table
/// it may have a field that is no option and has no name.
macro_rules! options {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty = $default:expr $(, in $min:literal..=$max:literal)?; )+
        }
        $( beside { $(#[$beside_meta:meta])* $beside:ident: $beside_type:ty } )?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )+
            $( $(#[$beside_meta])* $beside: $beside_type, )?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ $($beside: <$beside_type>::default())? }
            }
        }

        impl $name {
            /// The table: every option with its kind and range.
            pub const OPTIONS: &'static [$crate::options::OptionSpec] =
                &[$( $crate::options::options!(@spec $field, $type, $default $(, $min, $max)?), )+];

            $(
                $(#[$field_meta])*
                #[must_use]
                pub fn $field(mut self, $field: <$type as $crate::options::OptionType>::Set<'_>) -> Self {
                    self.$field = <$type as $crate::options::OptionType>::from_set($field);
                    self
                }
            )+

            /// The options from raw names and values, as the bindings have them; what is not named keeps its default.
            ///
            /// Error: `option_invalid`.
            pub fn from_named<'a>(
                values: impl IntoIterator<Item = (&'a str, $crate::options::OptionValue<'a>)>,
            ) -> $crate::error::Result<Self> {
                let mut options = Self::default();
                for (name, value) in values {
                    options.set_named(name, &value)?;
                }
                Ok(options)
            }

            /// Sets one option from a raw name and value.
            ///
            /// Error: `option_invalid`; nothing is changed then.
            pub fn set_named(
                &mut self,
                name: &str,
                value: &$crate::options::OptionValue<'_>,
            ) -> $crate::error::Result<()> {
                match name {
                    $(stringify!($field) => {
                        const SPEC: $crate::options::OptionSpec =
                            $crate::options::options!(@spec $field, $type, $default $(, $min, $max)?);
                        self.$field = SPEC.parse(value)?;
                    })+
                    unknown => return Err($crate::options::unknown(Self::OPTIONS, unknown)),
                }
                Ok(())
            }

            /// All options with their values, in the order of the table, as the bindings show them. What is unset is
            /// `Null`, and so is a secret; without those, [`from_named`](Self::from_named) makes the same options of it.
            pub fn to_named(&self) -> Vec<(&'static str, $crate::options::OptionValue<'static>)> {
                vec![$(
                    (stringify!($field), <$type as $crate::options::OptionType>::to_value(&self.$field)),
                )+]
            }

            /// Checks the range of every option. All calls that take the options do this first.
            ///
            /// Error: `option_invalid`.
            pub fn validate(&self) -> $crate::error::Result<()> {
                let mut specs = Self::OPTIONS.iter();
                $( if let Some(spec) = specs.next() { spec.check(&self.$field)?; } )+
                Ok(())
            }
        }
    };
    (@spec $field:ident, $type:ty, $default:expr $(, $min:literal, $max:literal)?) => {
        $crate::options::OptionSpec {
            name: stringify!($field),
            kind: <$type as $crate::options::OptionType>::KIND,
            range: $crate::options::options!(@range $($min, $max)?),
            optional: <$type as $crate::options::OptionType>::OPTIONAL,
            default: || <$type as $crate::options::OptionType>::to_value(&$default),
        }
    };
    (@range) => { None };
    (@range $min:literal, $max:literal) => { Some(($min, $max)) };
}
pub(crate) use options;

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

/// The longest part of a caller's own text that a message repeats, in characters.
const MAX_SHOWN: usize = 60;

/// A caller's text made fit for a message: one line, printable, at most 60 characters.
pub(crate) fn clip(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MAX_SHOWN {
            shown.push('…');
            break;
        }
        push_shown(&mut shown, character);
    }
    shown
}

/// The same in double quotes.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", clip(text))
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macros declare public types")]
mod tests {
    use super::*;

    option_enum! {
        /// A test enum.
        pub enum Shape {
            /// Round.
            Round = "round",
            /// Square.
            Square = "square",
        }
    }

    options! {
        /// A test table.
        pub struct Sample {
            /// Default: unset.
            width: Option<u32> = None, in 1..=100;
            /// Default: 80.
            quality: u8 = 80, in 1..=100;
            /// Default: round.
            shape: Shape = Shape::Round;
            /// Default: false.
            enlarge: bool = false;
            /// Default: empty.
            prefix: String = String::new();
            /// Default: none.
            shapes: Vec<Shape> = Vec::new();
            /// Default: none.
            labels: BTreeMap<String, String> = BTreeMap::new();
            /// Default: none.
            sizes: Vec<u32> = Vec::new(), in 1..=100;
        }
    }

    fn message(name: &str, value: OptionValue<'_>) -> String {
        Sample::from_named([(name, value)]).unwrap_err().to_string()
    }

    #[test]
    fn values_are_taken_by_name() {
        let sample = Sample::from_named([
            ("width", OptionValue::Number(50.0)),
            ("shape", OptionValue::Text("square".into())),
            ("enlarge", OptionValue::Bool(true)),
            ("prefix", OptionValue::Text("a/b".into())),
            ("shapes", OptionValue::List(vec![OptionValue::Text("round".into())])),
            ("labels", OptionValue::Map(vec![("a".into(), OptionValue::Text("b".into()))])),
            ("sizes", OptionValue::List(vec![OptionValue::Number(100.0), OptionValue::Number(1.0)])),
        ])
        .unwrap();
        let set = Sample::default()
            .width(50)
            .quality(80)
            .shape(Shape::Square)
            .enlarge(true)
            .prefix("a/b")
            .shapes(&[Shape::Round])
            .labels(&[("a", "b")])
            .sizes(&[100, 1]);
        assert_eq!(sample, set);
        assert_eq!(sample.quality, 80);
    }

    #[test]
    fn values_are_shown_as_they_are_taken() {
        for (sample, unset) in [
            (Sample::default(), &["width"][..]),
            (Sample::default().width(50).quality(1).shape(Shape::Square).enlarge(true), &[]),
            (
                Sample::default()
                    .width(100)
                    .prefix("a/b")
                    .shapes(&[Shape::Round])
                    .labels(&[("a", "b"), ("c", "d")])
                    .sizes(&[7]),
                &[],
            ),
        ] {
            let shown = sample.to_named();
            let names: Vec<_> = shown.iter().map(|(name, _)| *name).collect();
            let table: Vec<_> = Sample::OPTIONS.iter().map(|spec| spec.name).collect();
            assert_eq!(names, table);
            let (null, set): (Vec<_>, Vec<_>) = shown.into_iter().partition(|(_, value)| *value == OptionValue::Null);
            assert_eq!(null.iter().map(|(name, _)| *name).collect::<Vec<_>>(), unset);
            assert_eq!(Sample::from_named(set).unwrap(), sample);
        }
    }

    #[test]
    fn nothing_is_coerced() {
        for (value, shown) in [
            (OptionValue::Number(-1.0), "-1"),
            (OptionValue::Number(1.5), "1.5"),
            (OptionValue::Number(0.0), "0"),
            (OptionValue::Number(101.0), "101"),
            (OptionValue::Number(4_294_967_297.0), "4294967297"),
            (OptionValue::Number(1e300), "1e300"),
            (OptionValue::Number(f64::NAN), "NaN"),
            (OptionValue::Number(f64::NEG_INFINITY), "-Infinity"),
            (OptionValue::Null, "null"),
            (OptionValue::Bool(true), "true"),
            (OptionValue::Text("50".into()), "\"50\""),
            (OptionValue::List(vec![]), "a list of 0 values"),
        ] {
            let expected = format!("expected an integer from 1 to 100 for width, received {shown}");
            assert_eq!(message("width", value), expected);
        }
        assert_eq!(
            message("shape", OptionValue::Text("oval".into())),
            "expected one of round, square for shape, received \"oval\""
        );
        assert_eq!(message("enlarge", OptionValue::Number(1.0)), "expected a boolean for enlarge, received 1");
        for (value, shown) in [
            (OptionValue::Map(vec![("a".into(), OptionValue::Number(1.0))]), "a mapping of 1 names"),
            (OptionValue::List(vec![]), "a list of 0 values"),
        ] {
            let expected = format!("expected a mapping of names to strings for labels, received {shown}");
            assert_eq!(message("labels", value), expected);
        }
        for numbers in [vec![1.0, 0.0], vec![101.0, 1.0], vec![1.5, 2.0], vec![-1.0, 1.0]] {
            let list = OptionValue::List(numbers.into_iter().map(OptionValue::Number).collect());
            let expected = "expected a list of integers from 1 to 100 for sizes, received a list of 2 values";
            assert_eq!(message("sizes", list), expected);
        }
        assert!(message("widht", OptionValue::Null).starts_with("expected a known option (width, quality,"));
        assert_eq!(parse_argument::<Shape>("shape", &OptionValue::Text("round".into())).unwrap(), Shape::Round);
        assert_eq!(
            parse_argument::<Shape>("shape", &OptionValue::Null).unwrap_err().to_string(),
            "expected one of round, square for shape, received null"
        );
    }

    #[test]
    fn a_row_is_found_by_its_name() {
        const QUALITY: OptionSpec = row(Sample::OPTIONS, "quality");
        assert_eq!((QUALITY.name, QUALITY.range), ("quality", Some((1, 100))));
        assert_eq!(QUALITY.parse::<u8>(&OptionValue::Number(3.0)).unwrap(), 3);
    }

    #[test]
    fn one_option_is_set_or_nothing_changes() {
        let mut sample = Sample::default().width(7);
        sample.set_named("quality", &OptionValue::Number(9.0)).unwrap();
        assert_eq!(sample, Sample::default().width(7).quality(9));
        for (name, value) in [("width", OptionValue::Number(101.0)), ("hight", OptionValue::Number(1.0))] {
            assert_eq!(sample.set_named(name, &value).unwrap_err().to_string(), message(name, value));
        }
        assert_eq!(sample, Sample::default().width(7).quality(9));
    }

    #[test]
    fn a_rust_caller_meets_the_same_range() {
        assert_eq!(
            Sample::default().width(0).validate().unwrap_err().to_string(),
            "expected an integer from 1 to 100 for width, received 0"
        );
        assert_eq!(
            Sample::default().sizes(&[1, 101]).validate().unwrap_err().to_string(),
            "expected a list of integers from 1 to 100 for sizes, received a list of 2 values"
        );
        assert!(Sample::default().validate().is_ok());
    }

    #[test]
    fn shown_text_is_short_and_on_one_line() {
        assert_eq!(clip("a\r\nb\u{2028}c"), "a\\u{d}\\u{a}b\\u{2028}c");
        assert_eq!(clip(&"x".repeat(1000)).chars().count(), MAX_SHOWN + 1);
    }
}
