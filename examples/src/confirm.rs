//! Confirms an upload, with an event for the log.

use std::time::SystemTime;

use presize::{ConfirmRequest, Confirmed, Result, UploadEvent, Uploads};

use crate::drive::{Patience, drive};
use crate::http::Client;

/// Confirms an upload: checked, at its final key, the incoming object removed. `log` gets one event, however it ends.
pub fn confirm_upload(
    uploads: &Uploads,
    request: &ConfirmRequest,
    client: &Client,
    patience: Patience,
    mut log: impl FnMut(&UploadEvent),
) -> Result<Confirmed> {
    let mut confirmation = match uploads.confirm(request, SystemTime::now()) {
        Ok(confirmation) => confirmation,
        Err(error) => {
            let refused = Err(error);
            log(&UploadEvent::confirm(request, &refused, SystemTime::now()));
            return refused;
        }
    };
    let result = drive(&mut confirmation, client, patience);
    log(&confirmation.event(SystemTime::now()));
    result
}
