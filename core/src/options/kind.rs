//! `OptionKind`: what kind of value an option takes.

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
