//! Exchanges with a store: the state machines of the core, advanced one request at a time. Answers that hold an image are
//! processed on the pool.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue};
use napi::bindgen_prelude::{Buffer, External, Uint8Array};
use napi_derive::napi;
use presize::{Answering, Confirmation, ErrorKind, ImageRules, Resizing, StoreAnswer, StoreRequest};

use crate::error::Result;
use crate::results::CallResult;
use crate::signing::write_headers;
use crate::tasks::{Cancel, Cost, Load, QueuedCall, prepare_cancellable};
use crate::time;
use crate::wire::WireWriter;

/// What every state machine of the core does.
pub(crate) trait Machine: Send {
    fn next_request(&mut self, now: SystemTime) -> presize::Result<Option<StoreRequest>>;
    fn work_pixels(&self) -> u64;
    fn answer(&mut self, answer: StoreAnswer);
    fn fail(&mut self, reason: &str);
}

macro_rules! machine {
    ($($name:ident),+) => {$(
        impl Machine for $name {
            fn next_request(&mut self, now: SystemTime) -> presize::Result<Option<StoreRequest>> {
                $name::next_request(self, now)
            }
            fn work_pixels(&self) -> u64 {
                $name::work_pixels(self)
            }
            fn answer(&mut self, answer: StoreAnswer) {
                $name::answer(self, answer);
            }
            fn fail(&mut self, reason: &str) {
                $name::fail(self, reason);
            }
        }
    )+};
}
machine!(Confirmation, Resizing);

/// Every error is an answer too, and none ends it otherwise.
impl Machine for Answering {
    fn next_request(&mut self, now: SystemTime) -> presize::Result<Option<StoreRequest>> {
        Ok(Self::next_request(self, now))
    }
    fn work_pixels(&self) -> u64 {
        Self::work_pixels(self)
    }
    fn answer(&mut self, answer: StoreAnswer) {
        Self::answer(self, answer);
    }
    fn fail(&mut self, reason: &str) {
        Self::fail(self, reason);
    }
}

/// A state machine that JavaScript and the pool share.
pub(crate) struct SharedMachine<M: ?Sized> {
    machine: Arc<Mutex<M>>,
    is_on_pool: Arc<AtomicBool>,
}

impl<M: ?Sized> SharedMachine<M> {
    /// Locks the machine. JavaScript waits for the pool before it calls again, unless it cancelled the call.
    ///
    /// Error: `cancelled`, while the pool still works on it.
    pub(crate) fn lock(&self) -> Result<MutexGuard<'_, M>> {
        if self.is_on_pool.load(Ordering::Acquire) {
            return Err(ErrorKind::Cancelled {}.into());
        }
        Ok(self.machine.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<M: Machine + 'static> SharedMachine<M> {
    pub(crate) fn new(machine: M) -> Self {
        Self { machine: Arc::new(Mutex::new(machine)), is_on_pool: Arc::default() }
    }

    /// The same machine without its type. `rules` are for weighing the images that it is sent.
    pub(crate) fn exchange(&self, rules: ImageRules) -> Exchange {
        let machine: Arc<Mutex<dyn Machine>> = Arc::<Mutex<M>>::clone(&self.machine);
        Exchange { shared: SharedMachine { machine, is_on_pool: Arc::clone(&self.is_on_pool) }, rules }
    }
}

/// A state machine of any type.
pub struct Exchange {
    shared: SharedMachine<dyn Machine>,
    rules: ImageRules,
}

/// Marks a machine as being on the pool until the work is dropped, whether it has run or not.
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

/// A request for the store.
#[napi(object, object_from_js = false)]
pub struct JsStoreRequest {
    /// Method, URL, the most bytes that are read of the answer's body, then the name and the value of each header.
    pub head: String,
    pub body: Buffer,
}

#[napi]
pub fn exchange_next(exchange: &External<Exchange>, now: f64) -> Result<Option<JsStoreRequest>> {
    let now = time::now(now)?;
    let request = exchange.shared.lock()?.next_request(now)?;
    Ok(request.map(|StoreRequest { method, url, headers, body, max_body_bytes, .. }| {
        let head = WireWriter::default().field(method.as_str()).field(&url).number(max_body_bytes);
        JsStoreRequest { head: write_headers(head, &headers).finish(), body: body.to_vec().into() }
    }))
}

/// What the next answer costs besides the image in its body, in weighted pixels.
#[napi]
pub fn exchange_work_pixels(exchange: &External<Exchange>) -> Result<f64> {
    Ok(exchange.shared.lock()?.work_pixels() as f64)
}

/// Prepares the processing of an answer. `named` has the name and the value of each header; the pieces of the body are copied
/// once.
#[napi]
pub fn exchange_answer(
    exchange: &External<Exchange>,
    status: u32,
    named: Vec<String>,
    pieces: Vec<Uint8Array>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let SharedMachine { machine, is_on_pool } = &exchange.shared;
    drop(exchange.shared.lock()?);
    let mut body = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
    for piece in &pieces {
        body.extend_from_slice(piece);
    }
    let body = Arc::new(body);
    // Without a body there is no image to decode, but images may be left to make.
    let load = match body.len() {
        0 => Load { bytes: 0, work: Cost::Known(exchange.shared.lock()?.work_pixels()) },
        _ => Load::of_file(&body, &exchange.rules),
    };
    let (status, headers) = (u16::try_from(status).unwrap_or(u16::MAX), header_map(&named));
    let (machine, guard) = (Arc::clone(machine), PoolGuard::new(is_on_pool));
    Ok(prepare_cancellable(cancel, load, move || {
        // The weighing, which also held a reference, has ended by now.
        let body = Arc::try_unwrap(body).unwrap_or_else(|shared| shared.to_vec());
        let answer = StoreAnswer { status, headers, body };
        machine.lock().unwrap_or_else(PoisonError::into_inner).answer(answer);
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
pub fn exchange_fail(exchange: &External<Exchange>, reason: String) -> Result<()> {
    exchange.shared.lock()?.fail(&reason);
    Ok(())
}
