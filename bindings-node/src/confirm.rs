//! Confirmations: the core's state machine, advanced one request at a time. Answers that hold an image are processed on the pool.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue};
use napi::bindgen_prelude::{Buffer, External, Uint8Array};
use napi_derive::napi;
use presize::{ConfirmRequest, Confirmation, ErrorKind, ImageRules, StoreAnswer, StoreRequest, UploadEvent, Uploads};

use crate::arguments::NamedOptions;
use crate::error::Result;
use crate::results::{CallResult, JsConfirmed};
use crate::signing::write_headers;
use crate::tasks::{Cancel, Cost, Load, QueuedCall, prepare_cancellable};
use crate::time;
use crate::uploads::{OnEvent, emit};
use crate::wire::{WireWriter, encode_options};

/// A confirmation, and what can be said about it while the pool works on it.
pub struct SharedConfirmation {
    request: ConfirmRequest,
    confirmation: Arc<Mutex<Confirmation>>,
    /// The rules of the policy, for weighing the upload.
    rules: ImageRules,
    is_on_pool: Arc<AtomicBool>,
}

impl SharedConfirmation {
    /// Locks the confirmation. JavaScript waits for the pool before it calls again, unless it cancelled the call.
    ///
    /// Error: `cancelled`, while the pool still works on it.
    fn lock(&self) -> Result<MutexGuard<'_, Confirmation>> {
        if self.is_on_pool.load(Ordering::Acquire) {
            return Err(ErrorKind::Cancelled {}.into());
        }
        Ok(self.confirmation.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Marks a confirmation as being on the pool until the work is dropped, whether it has run or not.
struct PoolGuard(Arc<AtomicBool>);

impl PoolGuard {
    fn new(is_on_pool: &Arc<AtomicBool>) -> Self {
        is_on_pool.store(true, Ordering::Release);
        Self(Arc::clone(is_on_pool))
    }
}

impl Drop for PoolGuard {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
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
    let confirmation = Arc::new(Mutex::new(confirmation.cancel_token(cancel.token())));
    let rules = uploads.policy().rules();
    Ok(External::new(SharedConfirmation { request, confirmation, rules, is_on_pool: Arc::default() }))
}

/// A request for the store.
#[napi(object, object_from_js = false)]
pub struct JsStoreRequest {
    /// Method, URL, the most bytes that are read of the answer's body, then the name and the value of each header.
    pub head: String,
    pub body: Buffer,
}

#[napi]
pub fn confirmation_next(shared: &External<SharedConfirmation>, now: f64) -> Result<Option<JsStoreRequest>> {
    let now = time::now(now)?;
    let request = shared.lock()?.next_request(now)?;
    Ok(request.map(|StoreRequest { method, url, headers, body, max_body_bytes, .. }| {
        let head = WireWriter::default().field(method.as_str()).field(&url).number(max_body_bytes);
        JsStoreRequest { head: write_headers(head, &headers).finish(), body: body.to_vec().into() }
    }))
}

/// Whether the next answer leads to variants being made, though its own body may be empty.
#[napi]
pub fn confirmation_makes_variants(shared: &External<SharedConfirmation>) -> Result<bool> {
    Ok(shared.lock()?.work_pixels() > 0)
}

/// Prepares the processing of an answer. `named` has the name and the value of each header; the pieces of the body are copied
/// once.
#[napi]
pub fn confirmation_answer(
    shared: &External<SharedConfirmation>,
    status: u32,
    named: Vec<String>,
    pieces: Vec<Uint8Array>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    drop(shared.lock()?);
    let mut body = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
    for piece in &pieces {
        body.extend_from_slice(piece);
    }
    let body = Arc::new(body);
    // Without a body there is no image to decode, but variants may be left to make.
    let load = match body.len() {
        0 => Load { bytes: 0, work: Cost::Known(shared.lock()?.work_pixels()) },
        _ => Load::of_file(&body, &shared.rules),
    };
    let (status, headers) = (u16::try_from(status).unwrap_or(u16::MAX), header_map(&named));
    let (confirmation, guard) = (Arc::clone(&shared.confirmation), PoolGuard::new(&shared.is_on_pool));
    Ok(prepare_cancellable(cancel, load, move || {
        // The weighing, which also held a reference, has ended by now.
        let body = Arc::try_unwrap(body).unwrap_or_else(|shared| shared.to_vec());
        let answer = StoreAnswer { status, headers, body };
        confirmation.lock().unwrap_or_else(PoisonError::into_inner).answer(answer);
        drop(guard);
        Ok(CallResult::Nothing)
    }))
}

/// Leaves out pairs that are no valid HTTP header.
fn header_map(named: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for pair in named.chunks_exact(2) {
        if let [name, value] = pair
            && let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        {
            let _ = headers.try_append(name, value);
        }
    }
    headers
}

#[napi]
pub fn confirmation_fail(shared: &External<SharedConfirmation>, reason: String) -> Result<()> {
    shared.lock()?.fail(&reason);
    Ok(())
}

#[napi]
pub fn confirmation_finish(shared: &External<SharedConfirmation>) -> Result<JsConfirmed> {
    Ok(shared.lock()?.finish()?.into())
}

#[napi]
pub fn confirmation_event(shared: &External<SharedConfirmation>, now: f64) -> Result<String> {
    let now = time::now(now)?;
    let event = match shared.lock() {
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
