//! Confirmations: the core's state machine for an upload.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::{ConfirmRequest, Confirmation, ErrorKind, ImageRules, UploadEvent, Uploads};

use crate::arguments::NamedOptions;
use crate::error::Result;
use crate::exchange::{Exchange, SharedMachine};
use crate::results::JsConfirmed;
use crate::tasks::Cancel;
use crate::time;
use crate::uploads::{OnEvent, emit};
use crate::wire::encode_options;

/// A confirmation, and what can be said about it while the pool works on it.
pub struct SharedConfirmation {
    request: ConfirmRequest,
    confirmation: SharedMachine<Confirmation>,
    /// The rules of the policy, for weighing the upload.
    rules: ImageRules,
}

#[napi]
pub fn confirm(
    uploads: &External<Uploads>,
    options: String,
    now: f64,
    cancel: &External<Cancel>,
    on_event: OnEvent<'_>,
) -> Result<External<SharedConfirmation>> {
    let request = NamedOptions::decode(&options).parse(ConfirmRequest::from_named)?;
    let now = time::now(now)?;
    let confirmation = uploads.confirm(&request, now).inspect_err(|error| {
        let refused = Err(error.kind().clone().into());
        emit(&on_event, || UploadEvent::confirm(&request, &refused, now));
    })?;
    let confirmation = SharedMachine::new(confirmation.cancel_token(cancel.token()));
    let rules = uploads.policy().rules();
    Ok(External::new(SharedConfirmation { request, confirmation, rules }))
}

#[napi]
pub fn confirmation_exchange(shared: &External<SharedConfirmation>) -> External<Exchange> {
    External::new(shared.confirmation.exchange(shared.rules.clone()))
}

#[napi]
pub fn confirmation_finish(shared: &External<SharedConfirmation>) -> Result<JsConfirmed> {
    Ok(shared.confirmation.lock()?.finish()?.into())
}

#[napi]
pub fn confirmation_event(shared: &External<SharedConfirmation>, now: f64) -> Result<String> {
    let now = time::now(now)?;
    let event = match shared.confirmation.lock() {
        Ok(confirmation) => confirmation.event(now),
        Err(_) => UploadEvent::confirm(&shared.request, &Err(ErrorKind::Cancelled {}.into()), now),
    };
    Ok(encode_options(event.to_named()))
}

/// The event of a caller that did not wait for the outcome: `cancelled`, or `server_busy` with `retry_after_seconds` for one that
/// got no slot in the queue.
#[napi]
pub fn confirmation_abandoned_event(
    shared: &External<SharedConfirmation>,
    retry_after_seconds: Option<u32>,
    now: f64,
) -> Result<String> {
    let error = match retry_after_seconds {
        Some(seconds) => ErrorKind::ServerBusy { retry_after_seconds: seconds.into() },
        None => ErrorKind::Cancelled {},
    };
    let event = UploadEvent::confirm(&shared.request, &Err(error.into()), time::now(now)?);
    Ok(encode_options(event.to_named()))
}

#[napi]
pub fn confirmation_key(shared: &External<SharedConfirmation>) -> String {
    shared.request.key.clone()
}
