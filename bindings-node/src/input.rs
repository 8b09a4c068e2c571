//! Copies the bytes of an image for the pool. Bytes that are longer than the rules allow are refused before they are copied.
//!
//! The copy is needed because JavaScript can write to its buffer while the pool reads it, which Rust does not permit of borrowed
//! bytes. It is made on the main thread, and most of its time goes into page faults of the new buffer. Buffers are therefore
//! reused, after which a few megabytes are copied in a fraction of a millisecond.

use std::mem::take;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::ImageRules;
use presize::error::ErrorKind;

use crate::error::Result;

/// The most memory that is kept in unused buffers.
const MAX_SPARE_BYTES: usize = 64 * 1024 * 1024;

/// Shorter buffers are not kept: the allocator returns them without page faults.
const MIN_SPARE_BYTES: usize = 128 * 1024;

static SPARE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// The bytes that one call reads. Their buffer is reused by later calls.
pub(crate) struct Input(Vec<u8>);

impl Input {
    /// Copies the bytes, unless they are longer than the rules allow.
    ///
    /// Error: `image_too_large`.
    pub(crate) fn copy(bytes: &[u8], rules: &ImageRules) -> Result<Self> {
        accept(bytes.len() as u64, rules)?;
        let mut buffer = take_buffer(bytes.len());
        buffer.extend_from_slice(bytes);
        Ok(Self(buffer))
    }

    /// Takes the bytes out; their buffer is not reused.
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

/// Refuses bytes that are longer than the rules allow, before JavaScript copies them out of shared memory.
#[napi]
pub fn accept_bytes(received: f64, rules: &External<ImageRules>) -> Result<()> {
    accept(received as u64, rules)
}

/// Refuses a data URI that is longer in bytes than the rules allow. The core checks this first, before it reads the text.
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

/// Refuses a list of more data URIs than the rules allow.
#[napi]
pub fn accept_count(received: f64, rules: &External<ImageRules>) -> Result<()> {
    let (received_count, max_count) = (received as u64, u64::from(rules.max_images));
    if received_count > max_count {
        return Err(ErrorKind::DataUriCountExceeded { received_count, max_count }.into());
    }
    Ok(())
}

/// An empty buffer for `length` bytes: the smallest spare one that is large enough and at most twice as large as needed.
fn take_buffer(length: usize) -> Vec<u8> {
    let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let fits = |buffer: &Vec<u8>| (length..=length.saturating_mul(2)).contains(&buffer.capacity());
    let fitting = spare.iter().enumerate().filter(|(_, buffer)| fits(buffer));
    if let Some((index, _)) = fitting.min_by_key(|(_, buffer)| buffer.capacity()) {
        return spare.swap_remove(index);
    }
    // Buffers of sizes that no longer occur would otherwise fill the limit for good.
    if length >= MIN_SPARE_BYTES {
        spare.pop();
    }
    drop(spare);
    Vec::with_capacity(length)
}
