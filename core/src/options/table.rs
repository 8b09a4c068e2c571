//! `options!`: a table of options.

/// Declares an options struct: fields, defaults, ranges, documentation, setters and the parser by name, written once. After
/// `not_an_option` it may have one more field, which the parser does not know.
macro_rules! options {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])+ $field:ident: $type:ty = $default:expr $(, in $min:literal..=$max:literal)?; )+
        }
        $( not_an_option { $(#[$extra_meta:meta])* $extra:ident: $extra_type:ty } )?
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $field_doc])+ $(#[doc = concat!("\n\nRange: ", $min, " to ", $max, ".")])? pub $field: $type, )+
            $( $(#[$extra_meta])* $extra: $extra_type, )?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ $($extra: <$extra_type>::default())? }
            }
        }

        impl $name {
            /// The table: every option with its kind and range.
            pub const OPTIONS: &'static [$crate::options::OptionSpec] =
                &[$( $crate::options::options!(@spec [$($field_doc)+] $field, $type, $default $(, $min, $max)?), )+];
            /// The table with its documentation.
            pub const TABLE: $crate::options::OptionTable = $crate::options::OptionTable {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),+),
                options: Self::OPTIONS,
            };

            $(
                $(#[doc = $field_doc])+
                $(#[doc = concat!("\n\nRange: ", $min, " to ", $max, ".")])?
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
                            $crate::options::options!(@spec [$($field_doc)+] $field, $type, $default $(, $min, $max)?);
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
    (@spec [$($doc:literal)+] $field:ident, $type:ty, $default:expr $(, $min:literal, $max:literal)?) => {
        $crate::options::OptionSpec {
            name: stringify!($field),
            doc: concat!($($doc, "\n"),+),
            kind: <$type as $crate::options::OptionType>::KIND,
            words: <$type as $crate::options::OptionType>::ENUM,
            range: $crate::options::options!(@range $($min, $max)?),
            optional: <$type as $crate::options::OptionType>::OPTIONAL,
            default: || <$type as $crate::options::OptionType>::to_value(&$default),
        }
    };
    (@range) => { None };
    (@range $min:literal, $max:literal) => { Some(($min, $max)) };
}
pub(crate) use options;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macros declare public types")]
mod tests {
    use std::collections::BTreeMap;

    use crate::options::{OptionSpec, OptionValue, option_enum, parse_argument, row};

    option_enum! {
        /// A test enum.
        pub enum Shape {
            /// Round.
            Round = "round" | "circle",
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
    fn a_table_has_what_is_written_above_its_rows() {
        assert_eq!((Sample::TABLE.name, Sample::TABLE.doc), ("Sample", " A test table.\n"));
        let docs: Vec<_> = Sample::TABLE.options.iter().map(|spec| spec.doc).collect();
        assert_eq!(docs[..2], [" Default: unset.\n", " Default: 80.\n"]);
        let words: Vec<_> = Sample::OPTIONS.iter().filter_map(|spec| spec.words).map(|words| words.name).collect();
        assert_eq!(words, ["Shape", "Shape"]);
        let shapes: Vec<_> = Shape::SPEC.words.iter().map(|word| (word.word, word.aliases, word.doc)).collect();
        assert_eq!(shapes, [("round", &["circle"][..], " Round.\n"), ("square", &[], " Square.\n")]);
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
}
