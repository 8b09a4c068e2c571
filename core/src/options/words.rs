//! The words of an enum with their documentation, as `option_enum!` lists them.

/// An enum of words with its documentation.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EnumSpec {
    /// The name of the enum.
    pub name: &'static str,
    /// Its documentation, as it is written above it.
    pub doc: &'static str,
    /// Its words, in order.
    pub words: &'static [WordSpec],
}

/// A word of an enum with its documentation.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct WordSpec {
    /// The word, the same in all languages.
    pub word: &'static str,
    /// Further words that are read as the same value, and never written.
    pub aliases: &'static [&'static str],
    /// Its documentation, as it is written above the variant.
    pub doc: &'static str,
}
