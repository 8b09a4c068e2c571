//! `WriteCondition`: what a PUT of a result replaces.

/// What is at the key when the result is written.
pub(super) enum WriteCondition {
    /// No object.
    None,
    /// The object with this entity tag.
    Replaces(String),
}
