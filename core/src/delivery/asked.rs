//! What a request asks for, before the policy is asked.

use crate::imaging::Fit;

use super::variant::VariantFormat;

/// What a request asks for: a box or a preset, and how the result is encoded. What it does not name is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Asked {
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub fit: Option<Fit>,
    pub quality: Option<u8>,
    pub format: Option<AskedFormat>,
    pub preset: Option<String>,
    pub signature: Option<AskedSignature>,
}

/// `f`: a format by name, or the best that the client accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedFormat {
    Auto,
    Named(VariantFormat),
}

/// `s` and `e`, as they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AskedSignature {
    pub signature: String,
    /// Unix time, in seconds.
    pub expires_at: Option<u64>,
}
