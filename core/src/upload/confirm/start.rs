//! `Uploads::confirm`: who asks, and for what. Nothing is sent before that is clear.

use std::time::SystemTime;

use crate::error::Result;
use crate::presign::timestamp::Timestamp;
use crate::upload::issue::Uploads;
use crate::upload::request::{check_filename, parse_checksum};

use super::arrival::Arrival;
use super::confirmation::Confirmation;
use super::find::{Find, Otherwise};
use super::request::ConfirmRequest;
use super::step::Step;

impl Uploads {
    /// Begins to confirm an upload as of `now`, the moment that `record_origin` notes. Nothing has happened when it is
    /// refused.
    ///
    /// Errors: `upload_owner_invalid`, `upload_owner_mismatch`, `upload_prefix_mismatch`, `upload_key_unknown`,
    /// `upload_key_invalid`, `option_invalid` (the file's name, its checksum), `signing_failed`.
    pub fn confirm(&self, request: &ConfirmRequest, now: SystemTime) -> Result<Confirmation> {
        let format = self.match_key(&request.owner, &request.key)?;
        check_filename(request.filename.as_deref())?;
        let promised_hash = parse_checksum(request.checksum_sha256.as_deref())?;
        let has_quarantine = !self.policy().incoming_prefix.is_empty();
        let incoming_key = has_quarantine.then(|| self.incoming_key(&request.key));
        let arrival = Arrival {
            presigner: self.presigner().internal(),
            rules: self.policy().rules(),
            uploads: self.clone(),
            request: request.clone(),
            format,
            incoming_key,
            timestamp: Timestamp::from_system_time(now)?.extended(),
            received_bytes: None,
            is_plain: false,
            received_etag: None,
            promised_hash,
            is_refused_again: false,
            unchecked: None,
            attempts: 0,
            refuses_conditions: false,
            asked_at: None,
        };
        Ok(Confirmation::new(arrival, Step::Find(Find { otherwise: Otherwise::Look })))
    }
}
