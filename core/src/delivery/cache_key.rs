//! The canonical spellings of a variant: one for each meaning, whatever the request looked like.
//!
//! ```text
//! ?h=150&utm_source=x&width=200&f=auto, from a client with WebP, where the policy's quality is 80
//!
//!     canonical query   f=webp&fit=cover&h=150&q=80&w=200
//!     cache key         v1/photos/cat.jpg?f=webp&fit=cover&h=150&q=80&w=200
//!     store key         webp.cover.h150.q80.w200/photos/cat.jpg
//! ```
//!
//! The names are in the order of the alphabet, and defaults are filled in. A fit without both sides says nothing, and
//! neither does the quality of a lossless format: both are left out.

use std::fmt::Write as _;

use crate::imaging::Fit;
use crate::presign::encode::push_path;

/// The meaning of a request.
pub(super) struct Canonical<'a> {
    /// `webp`, `baseline`, or `auto` where it is signed before it is known.
    pub format: &'static str,
    pub shape: Shape<'a>,
}

pub(super) enum Shape<'a> {
    Preset(&'a str),
    Box { width: Option<u32>, height: Option<u32>, fit: Fit, quality: Option<u8> },
}

impl Canonical<'_> {
    /// The canonical query.
    pub(super) fn query(&self) -> String {
        let mut query = format!("f={}", self.format);
        self.each(|name, value| {
            let _ = write!(query, "&{name}={value}");
        });
        query
    }

    /// The key of a cache that holds variants of many objects. It starts with a version, which changes with its form.
    pub(super) fn cache_key(key: &str, query: &str) -> String {
        let mut cache_key = String::from("v1/");
        push_path(&mut cache_key, key);
        cache_key.push('?');
        cache_key.push_str(query);
        cache_key
    }

    /// The key of the object that holds the result. Its first segment has only characters that stand for themselves in URLs.
    pub(super) fn store_key(&self, key: &str) -> String {
        let mut store_key = self.format.to_owned();
        self.each(|name, value| {
            let _ = match name {
                "fit" => write!(store_key, ".{value}"),
                "preset" => write!(store_key, ".preset.{value}"),
                name => write!(store_key, ".{name}{value}"),
            };
        });
        store_key.push('/');
        store_key.push_str(key);
        store_key
    }

    /// Calls for every name and value after the format, in order.
    fn each(&self, mut call: impl FnMut(&str, &dyn std::fmt::Display)) {
        match &self.shape {
            Shape::Preset(name) => call("preset", name),
            Shape::Box { width, height, fit, quality } => {
                if width.is_some() && height.is_some() {
                    call("fit", &fit.as_str());
                }
                if let Some(height) = height {
                    call("h", height);
                }
                if let Some(quality) = quality {
                    call("q", quality);
                }
                if let Some(width) = width {
                    call("w", width);
                }
            }
        }
    }
}
