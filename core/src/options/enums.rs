//! `option_enum!`: an enum whose values are words.

/// Declares an enum whose values are lower-case words, the same in all languages. Further words after `|` are read as the
/// value, and never written.
macro_rules! option_enum {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $( $(#[doc = $word_doc:literal])+ $variant:ident = $word:literal $(| $alias:literal)*, )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $( $(#[doc = $word_doc])+ #[doc = concat!("\n\nThe word `", $word, "`", $(", also read as `", $alias, "`",)* ".")] $variant, )+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
            /// The words with their documentation.
            pub const SPEC: $crate::options::EnumSpec = $crate::options::EnumSpec {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),+),
                words: &[$(
                    $crate::options::WordSpec {
                        word: $word,
                        aliases: &[$($alias),*],
                        doc: concat!($($word_doc, "\n"),+),
                    },
                )+],
            };

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
            const ENUM: Option<$crate::options::EnumSpec> = Some(Self::SPEC);
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
            const ENUM: Option<$crate::options::EnumSpec> = Some($name::SPEC);
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
