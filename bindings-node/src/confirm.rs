//! Confirmations: the core's machine, one step at a time. What a store answers is looked at on the pool.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue};
use napi::bindgen_prelude::{Buffer, External, Uint8Array};
use napi_derive::napi;
use presize::{
    ConfirmRequest, Confirmation, Confirmed, ErrorKind, ImageRules, StoreAnswer, StoreRequest, UploadEvent, Uploads,
    Variant,
};

use crate::convert::options;
use crate::error::Result;
use crate::images::Exif;
use crate::signing::headers;
use crate::tasks::{Cancel, Cost, Done, Load, Prepared, prepare_own};
use crate::time;
use crate::uploads::{Tell, tell};
use crate::wire::{Packed, pack};

/// A confirmation, and what is known of it while the pool has it.
pub struct Machine {
    request: ConfirmRequest,
    confirmation: Arc<Mutex<Confirmation>>,
    /// Those that an upload is checked by, to weigh it.
    rules: ImageRules,
    is_away: Arc<AtomicBool>,
}

impl Machine {
    /// The confirmation. Where the pool has it still, the call was cancelled: JavaScript waits for every other one.
    ///
    /// Error: `cancelled`.
    fn open(&self) -> Result<MutexGuard<'_, Confirmation>> {
        if self.is_away.load(Ordering::Acquire) {
            return Err(ErrorKind::Cancelled {}.into());
        }
        Ok(self.confirmation.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Says that the pool has a confirmation, until it is dropped: with the work, done or not.
struct Lent(Arc<AtomicBool>);

impl Lent {
    fn new(is_away: &Arc<AtomicBool>) -> Self {
        is_away.store(true, Ordering::Release);
        Self(Arc::clone(is_away))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[napi]
pub fn confirm(
    uploads: &External<Uploads>,
    packed: String,
    now: f64,
    cancel: &External<Cancel>,
    on_event: Tell<'_>,
) -> Result<External<Machine>> {
    let request = options(&packed).parse(ConfirmRequest::from_named)?;
    let now = time::now(now)?;
    let confirmation = uploads.confirm(&request, now).inspect_err(|error| {
        let refused = Err(error.kind().clone().into());
        tell(&on_event, || UploadEvent::confirm(&request, &refused, now));
    })?;
    let confirmation = Arc::new(Mutex::new(confirmation.cancel_token(cancel.token())));
    let rules = uploads.policy().rules();
    Ok(External::new(Machine { request, confirmation, rules, is_away: Arc::default() }))
}

/// A request for the store.
#[napi(object, object_from_js = false)]
pub struct Asked {
    /// Method, URL, the most bytes of the answer, and then names and values of the headers in turn.
    pub shown: String,
    pub body: Buffer,
}

#[napi]
pub fn confirmation_next(machine: &External<Machine>, now: f64) -> Result<Option<Asked>> {
    let now = time::now(now)?;
    let request = machine.open()?.next_request(now)?;
    Ok(request.map(|StoreRequest { method, url, headers: sent, body, max_body_bytes, .. }| {
        let shown = Packed::default().field(method.as_str()).field(&url).number(max_body_bytes);
        Asked { shown: headers(shown, &sent).text(), body: body.to_vec().into() }
    }))
}

/// Whether pictures may be made when the answer comes, though it has none itself.
#[napi]
pub fn confirmation_draws(machine: &External<Machine>) -> Result<bool> {
    Ok(machine.open()?.work_pixels() > 0)
}

/// Prepares the work on the store's answer: names and values of its headers in turn, and its body in pieces, which are copied
/// once.
#[napi]
pub fn confirmation_answer(
    machine: &External<Machine>,
    status: u32,
    named: Vec<String>,
    pieces: Vec<Uint8Array>,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    drop(machine.open()?);
    let mut body = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
    for piece in &pieces {
        body.extend_from_slice(piece);
    }
    let body = Arc::new(body);
    // An answer without a body has no picture.
    let load = match body.len() {
        0 => Load { bytes: 0, work: Cost::Known(machine.open()?.work_pixels()) },
        _ => Load::of_file(&body, &machine.rules),
    };
    let (status, headers) = (u16::try_from(status).unwrap_or(u16::MAX), read_headers(&named));
    let (confirmation, lent) = (Arc::clone(&machine.confirmation), Lent::new(&machine.is_away));
    Ok(prepare_own(cancel, load, move || {
        // Nobody else has it once it has been weighed.
        let body = Arc::try_unwrap(body).unwrap_or_else(|shared| shared.to_vec());
        let answer = StoreAnswer { status, headers, body };
        confirmation.lock().unwrap_or_else(PoisonError::into_inner).answer(answer);
        drop(lent);
        Ok(Done::Nothing)
    }))
}

/// What HTTP does not have as a header is none.
fn read_headers(named: &[String]) -> HeaderMap {
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
pub fn confirmation_fail(machine: &External<Machine>, reason: String) -> Result<()> {
    machine.open()?.fail(&reason);
    Ok(())
}

#[napi(object, object_from_js = false)]
pub struct ShownVariant {
    pub key: String,
    pub public_url: Option<String>,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
}

impl From<Variant> for ShownVariant {
    fn from(Variant { key, public_url, format, width, height, .. }: Variant) -> Self {
        Self { key, public_url, format: format.as_str(), width, height }
    }
}

#[napi(object, object_from_js = false)]
pub struct ShownConfirmed {
    pub key: String,
    pub public_url: Option<String>,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub exif: Option<Exif>,
    pub bytes: f64,
    pub etag: String,
    pub variants: Vec<ShownVariant>,
}

impl From<Confirmed> for ShownConfirmed {
    fn from(confirmed: Confirmed) -> Self {
        let Confirmed { key, public_url, format, width, height, exif, bytes, etag, variants, .. } = confirmed;
        let exif = exif.map(Exif::from);
        let variants = variants.into_iter().map(ShownVariant::from).collect();
        Self { key, public_url, format: format.as_str(), width, height, exif, bytes: bytes as f64, etag, variants }
    }
}

#[napi]
pub fn confirmation_finish(machine: &External<Machine>) -> Result<ShownConfirmed> {
    Ok(machine.open()?.finish()?.into())
}

#[napi]
pub fn confirmation_event(machine: &External<Machine>, now: f64) -> Result<String> {
    let now = time::now(now)?;
    let event = match machine.open() {
        Ok(confirmation) => confirmation.event(now),
        Err(_) => UploadEvent::confirm(&machine.request, &Err(ErrorKind::Cancelled {}.into()), now),
    };
    Ok(pack(event.to_named()))
}

/// The event of a caller who left, or of one for whom there was no place (`retry_after_seconds`), whatever comes of the
/// upload.
#[napi]
pub fn confirmation_left_event(
    machine: &External<Machine>,
    retry_after_seconds: Option<u32>,
    now: f64,
) -> Result<String> {
    let error = match retry_after_seconds {
        Some(seconds) => ErrorKind::ServerBusy { retry_after_seconds: seconds.into() },
        None => ErrorKind::Cancelled {},
    };
    Ok(pack(UploadEvent::confirm(&machine.request, &Err(error.into()), time::now(now)?).to_named()))
}

#[napi]
pub fn confirmation_key(machine: &External<Machine>) -> String {
    machine.request.key.clone()
}
