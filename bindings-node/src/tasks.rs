//! Calls on libuv's pool of threads: how they are prepared, begun and cancelled.
//!
//! A call takes two steps, because the queue of `lib/queue.js` decides when it runs. First its arguments are parsed and its
//! bytes are copied, which makes a [`QueuedCall`]. When its turn comes, `begin` hands it to the pool.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use napi::bindgen_prelude::{AsyncTask, External};
use napi::{Env, Task};
use napi_derive::napi;
use presize::{CancelToken, ErrorKind, ImageRules};

use crate::error::BindingError;
use crate::panic_hook;
use crate::results::{CallResult, JsCallResult};

type Work = Box<dyn FnOnce() -> presize::Result<CallResult> + Send>;
/// Holds the work until somebody takes it: the pool, which runs it, or `cancel`, which drops it with its bytes.
type Slot = Arc<Mutex<Option<Work>>>;
/// Reads the headers of an image on the pool and returns its cost in weighted pixels.
type Weigh = Box<dyn FnOnce() -> u64 + Send>;

/// The cost of work that cannot be weighed, which must not pass for light.
pub(crate) const UNWEIGHED: u64 = u64::MAX;

/// The largest file whose headers are read on the event loop. In a hostile file everything can be headers, such as 2.5 million
/// empty segments in a JPEG of 10 MB. Reading them took up to 7 ms per megabyte, so this bounds it to about 2 ms.
const MAX_BYTES_ON_LOOP: usize = 256 * 1024;

/// Cancels one call.
#[derive(Default)]
pub struct Cancel {
    token: CancelToken,
    drop_waiting: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Cancel {
    pub(crate) fn token(&self) -> &CancelToken {
        &self.token
    }
}

#[napi]
pub fn cancel_new() -> External<Cancel> {
    External::new(Cancel::default())
}

/// Drops the call while it waits in the queue or for a thread, and stops it while it runs.
#[napi]
pub fn cancel(cancel: &External<Cancel>) {
    cancel.token.cancel();
    let drop_waiting = cancel.drop_waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(drop_waiting) = drop_waiting {
        drop_waiting();
    }
}

/// A call that waits for its turn.
pub struct QueuedCall {
    slot: Slot,
    bytes: u64,
    /// `None` until the call is weighed.
    work_pixels: Option<u64>,
    weigh: Mutex<Option<Weigh>>,
}

/// What the queue has to know about a call before its turn.
pub(crate) struct Load {
    /// The memory that the call holds while it waits.
    pub bytes: usize,
    pub work: Cost,
}

/// The cost of a call in weighted pixels.
pub(crate) enum Cost {
    Known(u64),
    /// Has to be found out on the pool.
    Unknown(Weigh),
}

impl Load {
    /// The cost of decoding a file, from its headers. Those of a large file are read on the pool, unless the call is dropped
    /// first.
    pub(crate) fn of_file<B>(bytes: &Arc<B>, rules: &ImageRules) -> Self
    where
        B: AsRef<[u8]> + Send + Sync + 'static,
    {
        // A file without headers fails at once, which is little work.
        Self::weighed(bytes, rules, |bytes, rules| presize::work_pixels(bytes, rules).unwrap_or(0))
    }

    /// The cost of removing metadata from a file. Nothing is decoded, except a JPEG whose end only its entropy-coded data tells.
    pub(crate) fn of_stripping<B>(bytes: &Arc<B>, rules: &ImageRules) -> Self
    where
        B: AsRef<[u8]> + Send + Sync + 'static,
    {
        Self::weighed(bytes, rules, presize::strip_work_pixels)
    }

    fn weighed<B>(bytes: &Arc<B>, rules: &ImageRules, weigh: fn(&[u8], &ImageRules) -> u64) -> Self
    where
        B: AsRef<[u8]> + Send + Sync + 'static,
    {
        let weigh = move |bytes: &[u8], rules: &ImageRules| {
            catch_unwind(AssertUnwindSafe(|| weigh(bytes, rules))).unwrap_or(UNWEIGHED)
        };
        let file: &[u8] = (**bytes).as_ref();
        let work = if file.len() <= MAX_BYTES_ON_LOOP {
            Cost::Known(weigh(file, rules))
        } else {
            let (waiting, rules): (Weak<B>, _) = (Arc::downgrade(bytes), rules.clone());
            Cost::Unknown(Box::new(move || waiting.upgrade().map_or(0, |bytes| weigh((*bytes).as_ref(), &rules))))
        };
        Self { bytes: file.len(), work }
    }
}

/// Prepares work, which is called with `rules` that have the cancel token of the call.
pub(crate) fn prepare(
    rules: &ImageRules,
    cancel: &Cancel,
    load: Load,
    work: impl FnOnce(&ImageRules) -> presize::Result<CallResult> + Send + 'static,
) -> External<QueuedCall> {
    let rules = rules.clone().cancel_token(&cancel.token);
    prepare_cancellable(cancel, load, move || work(&rules))
}

/// Prepares work that has the cancel token already, if it uses one.
pub(crate) fn prepare_cancellable(
    cancel: &Cancel,
    load: Load,
    work: impl FnOnce() -> presize::Result<CallResult> + Send + 'static,
) -> External<QueuedCall> {
    let work: Work = Box::new(work);
    let slot = Arc::new(Mutex::new(Some(work)));
    let waiting = Arc::clone(&slot);
    let drop_waiting = move || drop(take(&waiting));
    *cancel.drop_waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(drop_waiting));
    let (work_pixels, weigh) = match load.work {
        Cost::Known(work_pixels) => (Some(work_pixels), None),
        Cost::Unknown(weigh) => (None, Some(weigh)),
    };
    External::new(QueuedCall { slot, bytes: load.bytes as u64, work_pixels, weigh: Mutex::new(weigh) })
}

/// The memory that a call holds while it waits.
#[napi]
pub fn queued_bytes(call: &External<QueuedCall>) -> f64 {
    call.bytes as f64
}

/// The cost of a call in weighted pixels; `null` if only `weigh` can tell.
#[napi]
pub fn queued_work(call: &External<QueuedCall>) -> Option<f64> {
    call.work_pixels.map(|work_pixels| work_pixels as f64)
}

/// Hands a call to the pool.
#[napi]
pub fn begin(call: &External<QueuedCall>) -> AsyncTask<RunTask> {
    AsyncTask::new(RunTask(Arc::clone(&call.slot)))
}

/// Drops a call that will not begin, with its bytes.
#[napi]
pub fn discard(call: &External<QueuedCall>) {
    drop(take(&call.slot));
}

/// Finds out on the pool what a call costs, in weighted pixels.
#[napi]
pub fn weigh(call: &External<QueuedCall>) -> AsyncTask<WeighTask> {
    AsyncTask::new(WeighTask(call.weigh.lock().unwrap_or_else(PoisonError::into_inner).take()))
}

fn take(slot: &Slot) -> Option<Work> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

pub struct RunTask(Slot);

impl Task for RunTask {
    type Output = CallResult;
    type JsValue = JsCallResult;

    fn compute(&mut self) -> napi::Result<CallResult> {
        let Some(work) = take(&self.0) else { return Err(BindingError::from(ErrorKind::Cancelled {}).into()) };
        panic_hook::install();
        // A panic that unwound into libuv would end the process.
        let result = catch_unwind(AssertUnwindSafe(work));
        let result = result.map_err(|_| napi::Error::from_reason("presize panicked, which is a mistake in presize"))?;
        result.map_err(|error| BindingError::from(error).into())
    }

    fn resolve(&mut self, _env: Env, result: CallResult) -> napi::Result<Self::JsValue> {
        Ok(result.into_js())
    }
}

pub struct WeighTask(Option<Weigh>);

impl Task for WeighTask {
    type Output = u64;
    type JsValue = f64;

    fn compute(&mut self) -> napi::Result<u64> {
        let Some(weigh) = self.0.take() else { return Ok(UNWEIGHED) };
        Ok(catch_unwind(AssertUnwindSafe(weigh)).unwrap_or(UNWEIGHED))
    }

    fn resolve(&mut self, _env: Env, work_pixels: u64) -> napi::Result<f64> {
        Ok(work_pixels as f64)
    }
}
