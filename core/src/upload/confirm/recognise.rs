//! An object is at the final key: is it one that was confirmed? Its marker says so, held against its bytes; an object without
//! a marker of ours is checked as an upload is. Then the result is the same again, whoever has confirmed it.

use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};
use crate::imaging::{ImageInfo, check, check_head, inspect_head};
use crate::upload::policy::Verify as Depth;

use super::arrival::{Arrival, Unchecked};
use super::exchange::{StoreAnswer, StoreRequest};
use super::fetch::{Fetch, Fetched};
use super::find::{Find, Otherwise};
use super::marker::Marker;
use super::step::Step;
use super::stored::{Stored, invalid};
use super::survey::Survey;

/// GET of the final key.
pub(super) struct Recognise {
    fetch: Fetch,
    marker: Option<Marker>,
    otherwise: Otherwise,
}

impl Recognise {
    pub(super) fn step(
        stored: Stored,
        marker: Option<Marker>,
        otherwise: Otherwise,
        arrival: &Arrival,
    ) -> Result<Step> {
        let is_ours = marker.is_some_and(|marker| marker.is_ours);
        if !is_ours {
            arrival.rules.check_bytes(stored.bytes).map_err(|_| another())?;
        }
        let of_policy = !is_ours && arrival.policy().verify != Depth::Head;
        let of_marker = marker.is_some_and(|marker| marker.fingerprint.is_whole);
        let has_variants = !arrival.policy().variant_widths.is_empty();
        let fetch = if of_policy || of_marker || has_variants { Fetch::whole(stored) } else { Fetch::head(stored) };
        Ok(Step::Recognise(Self { fetch, marker, otherwise }))
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        self.fetch.request(arrival, arrival.final_key(), now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Step> {
        let Self { fetch, marker, otherwise } = self;
        let bytes = match fetch.read(arrival, answer)? {
            Fetched::Bytes(bytes) => bytes,
            Fetched::Hidden(error) => return Err(error),
            Fetched::Gone | Fetched::Replaced => return find_again(otherwise, arrival),
        };
        if let Some(marker) = marker.filter(|marker| !marker.fingerprint.is_of(&bytes)) {
            arrival.unchecked = Some(Unchecked { etag: fetch.stored.etag, marker });
            // Nothing is written without a look right before.
            return if matches!(otherwise, Otherwise::Promote(_)) {
                find_again(otherwise, arrival)
            } else {
                otherwise.follow(arrival)
            };
        }
        let info = match marker {
            // The policy may have become stricter since: what was confirmed stays so.
            Some(Marker { is_ours: true, .. }) => inspect_head(&bytes, fetch.stored.bytes),
            _ => check_as_uploaded(&bytes, fetch.stored.bytes, arrival),
        };
        let Some(info) = info.map_err(unless_cancelled)? else {
            return Ok(Step::Recognise(Self { fetch: Fetch::whole(fetch.stored), marker, otherwise }));
        };
        if !arrival.format.admits(info.format) {
            return Err(another());
        }
        arrival.received_bytes = Some(fetch.stored.bytes);
        Ok(Survey::step(&info, fetch.stored, bytes, arrival))
    }
}

/// Error: `store_unavailable`, after too many attempts.
fn find_again(otherwise: Otherwise, arrival: &mut Arrival) -> Result<Step> {
    arrival.count_attempt()?;
    Ok(Step::Find(Find { otherwise }))
}

/// As in the step that verifies an upload; `None` where more of the file is needed.
fn check_as_uploaded(bytes: &[u8], total_bytes: u64, arrival: &Arrival) -> Result<Option<ImageInfo>> {
    let declared = Some(arrival.format.media_type());
    match arrival.policy().verify {
        Depth::Head => check_head(bytes, total_bytes, declared, &arrival.rules),
        _ => check(bytes, declared, &arrival.rules).map(|checked| Some(checked.info)),
    }
}

fn unless_cancelled(error: Error) -> Error {
    if matches!(error.kind(), ErrorKind::Cancelled {}) { error } else { another() }
}

fn another() -> Error {
    invalid("the confirmed image", "something else")
}
