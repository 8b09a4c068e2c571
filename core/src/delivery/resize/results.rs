//! `Results`: the results of an original that are stored one after the other.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::imaging::{EncodedImage, check_and_transform};
use crate::presign::key::check_key;

use super::context::Context;
use super::marker::Marker;
use super::resized::{Resized, ResizedObject, SkippedReason};

/// The most PUTs of one result: what other calls change in between.
const MAX_ATTEMPTS: u32 = 5;

/// The results of an original.
pub(super) struct Results {
    /// The original that they were made of.
    pub marker: Marker,
    /// The one whose turn it is.
    pub current: ResultFile,
    /// Those after it.
    pending: VecDeque<ResultFile>,
    /// Those that are stored.
    stored: Vec<ResizedObject>,
    /// How often the current one was written.
    attempts: u32,
}

/// A result that has to be stored.
pub(super) struct ResultFile {
    pub object: ResizedObject,
    pub bytes: Arc<Vec<u8>>,
}

impl Results {
    /// Checks the original, and makes all results from one decoding.
    ///
    /// Errors: those of [`check`](crate::check) and [`transform_many`](crate::transform_many), without an index;
    /// `upload_key_invalid`, for a result whose key would be too long.
    pub(super) fn make(original: &[u8], marker: Marker, context: &Context) -> Result<Self> {
        let outputs = &context.resizer.outputs;
        let transforms: Vec<_> = outputs.iter().map(|output| output.transform.clone()).collect();
        let (_, images) =
            check_and_transform(original, None, &transforms, &context.rules).map_err(Error::without_index)?;
        let named = images.into_iter().zip(outputs.iter());
        let files = named.map(|(image, output)| ResultFile::new(image, &output.name, context));
        let mut pending = files.collect::<Result<VecDeque<_>>>()?;
        // A policy has at least one output.
        let current = pending.pop_front().ok_or(ErrorKind::EncodingFailed { format: "jpeg".to_owned() })?;
        Ok(Self { marker, current, pending, stored: Vec::new(), attempts: 0 })
    }

    /// Counts a PUT of the current result.
    ///
    /// Error: `store_unavailable`, if others write it again and again.
    pub(super) fn count_attempt(&mut self) -> Result<()> {
        self.attempts += 1;
        if self.attempts <= MAX_ATTEMPTS {
            return Ok(());
        }
        Err(ErrorKind::StoreUnavailable { reason: "the result kept changing".to_owned() }.into())
    }

    /// The current result is stored. Returns what is left, or the end.
    pub(super) fn stored(mut self, is_new: bool, context: &Context) -> std::result::Result<Self, Resized> {
        let stored = ResizedObject { is_new, ..self.current.object };
        self.stored.push(stored);
        match self.pending.pop_front() {
            Some(current) => Ok(Self { current, attempts: 0, ..self }),
            None => Err(Resized { key: context.object.key.clone(), outputs: self.stored, skipped: None }),
        }
    }

    /// The end before all results are stored.
    pub(super) fn skipped(self, reason: SkippedReason, context: &Context) -> Resized {
        Resized { key: context.object.key.clone(), outputs: self.stored, skipped: Some(reason) }
    }
}

impl ResultFile {
    fn new(image: EncodedImage, name: &str, context: &Context) -> Result<Self> {
        let EncodedImage { bytes, format, width, height } = image;
        let key = context.resizer.template.key(name, &context.object.key, format);
        check_key(&key)?;
        let object = ResizedObject { key, format, width, height, bytes: bytes.len() as u64, is_new: false };
        Ok(Self { object, bytes: bytes.into() })
    }
}
