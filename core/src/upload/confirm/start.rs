//! `Uploads::confirm`: who asks, and for what. Nothing is sent before that is clear.

use std::time::SystemTime;

use crate::error::Result;
use crate::presign::timestamp::Timestamp;
use crate::upload::issue::Uploads;
use crate::upload::request::check_filename;

use super::arrival::Arrival;
use super::confirmation::Confirmation;
use super::find::Find;
use super::look::Look;
use super::request::ConfirmRequest;
use super::step::Step;

impl Uploads {
    /// Begins to confirm an upload as of `now`, the moment that `record_origin` notes. Nothing has happened when it is
    /// refused.
    ///
    /// Errors: `upload_owner_invalid`, `upload_owner_mismatch`, `upload_prefix_mismatch`, `upload_key_unknown`,
    /// `upload_key_invalid`, `option_invalid` (the file's name), `signing_failed`.
    pub fn confirm(&self, request: &ConfirmRequest, now: SystemTime) -> Result<Confirmation> {
        let format = self.match_key(&request.owner, &request.key)?;
        check_filename(request.filename.as_deref())?;
        let has_quarantine = !self.policy().incoming_prefix.is_empty();
        let incoming_key = has_quarantine.then(|| self.incoming_key(&request.key));
        // Without quarantine the object at the final key is the upload itself.
        let step = match incoming_key {
            Some(_) => Step::Find(Find { unless_found: None, is_explained: false }),
            None => Step::Look(Look),
        };
        let arrival = Arrival {
            presigner: self.presigner().internal(),
            rules: self.policy().rules(),
            uploads: self.clone(),
            request: request.clone(),
            format,
            incoming_key,
            timestamp: Timestamp::from_system_time(now)?.extended(),
            received_bytes: None,
            written: Vec::new(),
            asked_at: None,
        };
        Ok(Confirmation::new(arrival, step))
    }
}
