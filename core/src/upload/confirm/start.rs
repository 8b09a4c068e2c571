//! `Uploads::confirm`: checks that the key was issued to this owner, before any request is sent.

use std::time::SystemTime;

use crate::error::Result;
use crate::presign::timestamp::Timestamp;
use crate::upload::issue::Uploads;
use crate::upload::request::{check_filename, parse_checksum};

use super::confirmation::Confirmation;
use super::context::Context;
use super::request::ConfirmRequest;

impl Uploads {
    /// Begins to confirm an upload as of `now`, which `record_origin` stores with the object. An error means that nothing was
    /// sent and nothing has changed.
    ///
    /// Errors: `upload_owner_invalid`, `upload_owner_mismatch`, `upload_prefix_mismatch`, `upload_key_unknown`,
    /// `upload_key_invalid`, `option_invalid` (the file's name, its checksum), `signing_failed`.
    pub fn confirm(&self, request: &ConfirmRequest, now: SystemTime) -> Result<Confirmation> {
        let format = self.match_key(&request.owner, &request.key)?;
        check_filename(request.filename.as_deref())?;
        let promised_sha256 = parse_checksum(request.checksum_sha256.as_deref())?;
        let is_in_place = self.policy().incoming_prefix.is_empty();
        let incoming_key = if is_in_place { None } else { Some(self.incoming_key(&request.key)) };
        Ok(Confirmation::new(Context {
            presigner: self.presigner().internal(),
            rules: self.policy().rules(),
            uploads: self.clone(),
            request: request.clone(),
            format,
            incoming_key,
            timestamp: Timestamp::from_system_time(now)?.extended(),
            promised_sha256,
            received_bytes: None,
            received_etag: None,
            has_policy_headers: false,
            has_rechecked_final: false,
            mismatch: None,
            attempts: 0,
            refuses_conditions: false,
            asked_at: None,
        }))
    }
}
