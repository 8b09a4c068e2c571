//! The upload was confirmed, by whomever: are its variants there? Each says which object it was made of. What is missing,
//! because a confirmation was interrupted, is made of the object at the final key.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::error::Result;
use crate::imaging::{ImageInfo, work_pixels};

use super::arrival::Arrival;
use super::confirmed::Confirmed;
use super::exchange::{StoreAnswer, StoreRequest};
use super::marker::{Fingerprint, is_variant_of};
use super::pictures::{draw, variants_of};
use super::refusal::{is_without_bucket, refused};
use super::remove::Remove;
use super::step::Step;
use super::stored::Stored;
use super::write::Write;

/// HEAD of one variant after the other.
pub(super) struct Survey {
    confirmed: Confirmed,
    /// All bytes of the object at the final key, and their hash.
    original: Vec<u8>,
    hash: [u8; 32],
    /// The variant that is asked for, and its width in the policy; then those after it.
    key: String,
    width: u32,
    rest: VecDeque<(String, u32)>,
    missing: Vec<u32>,
    /// What it costs to decode the object, in weighted pixels.
    work_pixels: u64,
}

impl Survey {
    /// The step, or the end where the upload has no variants. With variants, `bytes` are all of the object.
    pub(super) fn step(info: &ImageInfo, stored: Stored, bytes: Vec<u8>, arrival: &Arrival) -> Step {
        let variants = match variants_of(info, arrival) {
            Ok(variants) => variants,
            Err(error) => return Step::Ended(Err(error)),
        };
        let confirmed = Confirmed {
            key: arrival.final_key().to_owned(),
            public_url: arrival.public_url(arrival.final_key()),
            format: info.format,
            width: info.width,
            height: info.height,
            exif: info.exif_summary.clone(),
            bytes: stored.bytes,
            etag: stored.etag,
            variants,
        };
        let keys = confirmed.variants.iter().map(|variant| variant.key.clone());
        let mut rest: VecDeque<_> = keys.zip(arrival.policy().variant_widths.iter().copied()).collect();
        let Some((key, width)) = rest.pop_front() else {
            return Remove::incoming(arrival, confirmed);
        };
        let hash = Fingerprint::whole(&bytes).hash;
        let work_pixels = work_pixels(&bytes, &arrival.rules).unwrap_or(u64::MAX);
        Step::Survey(Self { confirmed, original: bytes, hash, key, width, rest, missing: Vec::new(), work_pixels })
    }

    /// What may follow from the answer, in weighted pixels: the last one has the missing variants drawn.
    pub(super) fn work_pixels(&self) -> u64 {
        if self.rest.is_empty() { self.work_pixels } else { 0 }
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        arrival.head(&self.key, now)
    }

    pub(super) fn answered(mut self, arrival: &Arrival, answer: &StoreAnswer) -> Result<Step> {
        let is_there = match answer.status {
            200 => is_variant_of(&answer.headers, &arrival.presigner, &self.key, &self.hash)?,
            403 => false,
            404 if !is_without_bucket(answer) => false,
            _ => return Err(refused(arrival, "head", answer)),
        };
        if !is_there {
            self.missing.push(self.width);
        }
        if let Some((key, width)) = self.rest.pop_front() {
            return Ok(Step::Survey(Self { key, width, ..self }));
        }
        if self.missing.is_empty() {
            return Ok(Remove::incoming(arrival, self.confirmed));
        }
        // An error is none of the upload's, which was confirmed: nothing is removed for it.
        Ok(match draw(&self.original, &self.missing, arrival) {
            Ok(files) => Write::step(self.confirmed, self.hash, files, arrival),
            Err(error) => Step::Ended(Err(error)),
        })
    }
}
