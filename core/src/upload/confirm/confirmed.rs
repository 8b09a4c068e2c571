//! `Confirmed`: an upload that was checked, and where it is served from.

use crate::format::ImageFormat;

/// An upload that was checked and is at its final key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Confirmed {
    /// The object's key, that of the ticket.
    pub key: String,
    /// Where it can be read, when the policy has a `public_base_url`.
    pub public_url: Option<String>,
    /// The format, by its bytes.
    pub format: ImageFormat,
    /// Width in pixels, as displayed.
    pub width: u32,
    /// Height in pixels, as displayed.
    pub height: u32,
    /// The size of the object at the final key, in bytes.
    pub bytes: u64,
    /// The entity tag of the object at the final key, as the store gave it, without quotes.
    pub etag: String,
    /// The smaller pictures beside it, in the order of the policy's `variant_widths`.
    pub variants: Vec<Variant>,
}

/// A smaller picture of an upload, written beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variant {
    /// The object's key.
    pub key: String,
    /// Where it can be read, when the policy has a `public_base_url`.
    pub public_url: Option<String>,
    /// The format: the policy's `variant_format`.
    pub format: ImageFormat,
    /// Width in pixels: at most the width in its key.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}
