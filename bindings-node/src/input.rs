//! What comes in is copied, and what the rules refuse for its length is refused before that.
//!
//! The bytes of a picture as the pool has them are a copy, because the caller can write to its own while the pool reads,
//! which no borrow in Rust survives.
//!
//! A copy is made on the main thread, and what takes most of its time is that the system has to give pages for it. So
//! buffers are used again: a few megabytes are copied in a fraction of a millisecond then.

use std::mem::take;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::ImageRules;
use presize::error::ErrorKind;

use crate::error::Result;

/// The most that is kept while nobody uses it.
const MAX_SPARE_BYTES: usize = 64 * 1024 * 1024;

/// What is shorter is not worth keeping: the allocator has such buffers at hand.
const MIN_SPARE_BYTES: usize = 128 * 1024;

static SPARE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// Bytes that are read by one call. Their buffer is kept for another one afterwards.
pub(crate) struct Input(Vec<u8>);

impl Input {
    /// Copies the bytes. What the rules refuse for its length is not copied.
    ///
    /// Error: `image_too_large`.
    pub(crate) fn copy(bytes: &[u8], rules: &ImageRules) -> Result<Self> {
        accept(bytes.len() as u64, rules)?;
        let mut buffer = spare(bytes.len());
        buffer.extend_from_slice(bytes);
        Ok(Self(buffer))
    }

    /// The bytes, whose buffer is then the caller's.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        take(&mut self.0)
    }
}

impl Deref for Input {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Input {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        if self.0.capacity() < MIN_SPARE_BYTES {
            return;
        }
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.iter().map(Vec::capacity).sum::<usize>() + self.0.capacity() <= MAX_SPARE_BYTES {
            self.0.clear();
            spare.push(take(&mut self.0));
        }
    }
}

fn accept(received: u64, rules: &ImageRules) -> Result<()> {
    if received > rules.max_bytes {
        return Err(ErrorKind::ImageTooLarge { what: "bytes", received, max: rules.max_bytes }.into());
    }
    Ok(())
}

/// Refuses bytes for their number alone, before JavaScript copies them out of shared memory.
#[napi]
pub fn accept_bytes(received: f64, rules: &External<ImageRules>) -> Result<()> {
    accept(received as u64, rules)
}

/// Refuses a data URI for its length in bytes alone. It is the first that the core looks at, and the only limit on a text
/// that it has before it reads it.
#[napi]
pub fn accept_text(received: f64, rules: &External<ImageRules>) -> Result<()> {
    let received_bytes = received as u64;
    match rules.max_data_uri_bytes {
        Some(max_bytes) if received_bytes > max_bytes => {
            Err(ErrorKind::DataUriTooLarge { what: "text", received_bytes, max_bytes }.into())
        }
        _ => Ok(()),
    }
}

/// Refuses a list of data URIs for its length alone.
#[napi]
pub fn accept_count(received: f64, rules: &External<ImageRules>) -> Result<()> {
    let (received_count, max_count) = (received as u64, u64::from(rules.max_images));
    if received_count > max_count {
        return Err(ErrorKind::DataUriCountExceeded { received_count, max_count }.into());
    }
    Ok(())
}

/// An empty buffer for so many bytes: the smallest of those kept that is large enough and not far too large.
fn spare(length: usize) -> Vec<u8> {
    let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let fits = |buffer: &Vec<u8>| (length..=length.saturating_mul(2)).contains(&buffer.capacity());
    let fitting = spare.iter().enumerate().filter(|(_, buffer)| fits(buffer));
    if let Some((index, _)) = fitting.min_by_key(|(_, buffer)| buffer.capacity()) {
        return spare.swap_remove(index);
    }
    // Those that fit nobody would otherwise keep others from being kept.
    if length >= MIN_SPARE_BYTES {
        spare.pop();
    }
    drop(spare);
    Vec::with_capacity(length)
}
