//! The variants are written, after the object that they are made of: each says which one that is.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::Result;
use crate::upload::policy::VARIANT_METADATA;

use super::arrival::{Arrival, sign};
use super::confirmed::Confirmed;
use super::exchange::{StoreAnswer, StoreRequest};
use super::marker::variant_marker;
use super::pictures::VariantFile;
use super::refusal::refused;
use super::remove::Remove;
use super::step::Step;

/// PUT of one variant after the other. Two confirmations may write the same one: it is the same for both.
pub(super) struct Write {
    confirmed: Confirmed,
    /// That of the object at the final key.
    hash: [u8; 32],
    file: VariantFile,
    rest: VecDeque<VariantFile>,
}

impl Write {
    /// The step, or the end where there is nothing more to write.
    pub(super) fn step(
        confirmed: Confirmed,
        hash: [u8; 32],
        mut files: VecDeque<VariantFile>,
        arrival: &Arrival,
    ) -> Step {
        match files.pop_front() {
            Some(file) => Step::Write(Self { confirmed, hash, file, rest: files }),
            None => Remove::incoming(arrival, confirmed),
        }
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        let VariantFile { variant, bytes } = &self.file;
        let marker = variant_marker(&arrival.presigner, &variant.key, &self.hash)?;
        let mut request = arrival.presigner.put(&variant.key).metadata(VARIANT_METADATA, &marker);
        if let Some(cache_control) = &arrival.policy().cache_control {
            request = request.cache_control(cache_control);
        }
        request = request.content_type(variant.format.media_type()).content_length(bytes.len() as u64);
        Ok(StoreRequest { body: Arc::clone(bytes), ..sign(request, now)? })
    }

    pub(super) fn answered(self, arrival: &Arrival, answer: &StoreAnswer) -> Result<Step> {
        if answer.status != 200 {
            return Err(refused(arrival, "put", answer));
        }
        Ok(Self::step(self.confirmed, self.hash, self.rest, arrival))
    }
}
