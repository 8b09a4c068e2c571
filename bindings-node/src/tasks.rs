//! Work on libuv's pool of threads: how it is prepared, started and stopped.
//!
//! A call has two steps, because the queue of `lib/queue.js` lies between them. First its arguments are read and its bytes
//! are copied, which makes it `Prepared`. When it gets its turn, `begin` hands it to the pool.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use napi::bindgen_prelude::{AsyncTask, Either7, External};
use napi::{Env, Task};
use napi_derive::napi;
use presize::{
    CancelToken, CheckedImage, EncodedImage, ErrorKind, ImageFormat, ImageRules, PixelImage, RemovedMetadata,
};

use crate::error::Raised;
use crate::images::{Checked, Encoded, Pixels, Stripped};
use crate::panic_hook;

type Work = Box<dyn FnOnce() -> presize::Result<Done> + Send>;
/// Work that is taken out once: by the pool, which does it, or by `cancel`, which drops it with all its bytes.
type Slot = Arc<Mutex<Option<Work>>>;
/// Finds out, on the pool, what work costs in weighted pixels.
type Weigh = Box<dyn FnOnce() -> u64 + Send>;

/// What work that cannot be weighed counts as: it must not pass for light.
pub(crate) const UNWEIGHED: u64 = u64::MAX;

/// The largest file whose headers are read on the event loop. A hostile file is headers to its end, such as 2.5 million empty
/// segments in a JPEG of 10 MB, and reading them takes up to 7 ms a megabyte: 2 ms for the largest.
const MAX_BYTES_ON_LOOP: usize = 256 * 1024;

/// What stops one call.
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

/// Drops the call where it waits for its turn or for a thread, and stops it where it runs.
#[napi]
pub fn cancel(cancel: &External<Cancel>) {
    cancel.token.cancel();
    let drop_waiting = cancel.drop_waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(drop_waiting) = drop_waiting {
        drop_waiting();
    }
}

/// The result of a call.
pub enum Done {
    Checked(CheckedImage<'static>),
    AllChecked(Vec<CheckedImage<'static>>),
    Encoded(EncodedImage),
    AllEncoded(Vec<EncodedImage>),
    Pixels(PixelImage<'static>),
    Stripped(Vec<u8>, ImageFormat, Vec<RemovedMetadata>),
    Nothing,
}

/// A call that waits for its turn.
pub struct Prepared {
    slot: Slot,
    bytes: u64,
    /// `None` until it is weighed.
    work_pixels: Option<u64>,
    weigh: Mutex<Option<Weigh>>,
}

/// What is known of a call before it has its turn.
pub(crate) struct Load {
    /// The bytes that wait with it.
    pub bytes: usize,
    /// What it costs, in weighted pixels, or what finds that out on the pool.
    pub work: Cost,
}

pub(crate) enum Cost {
    Known(u64),
    Unknown(Weigh),
}

impl Load {
    /// The cost of a file, by its headers. Those of a large file are read on the pool, unless the call is dropped before.
    pub(crate) fn of_file<B>(bytes: &Arc<B>, rules: &ImageRules) -> Self
    where
        B: AsRef<[u8]> + Send + Sync + 'static,
    {
        let file: &[u8] = (**bytes).as_ref();
        let work = if file.len() <= MAX_BYTES_ON_LOOP {
            Cost::Known(weigh_file(file, rules))
        } else {
            let (waiting, rules): (Weak<B>, _) = (Arc::downgrade(bytes), rules.clone());
            Cost::Unknown(Box::new(move || waiting.upgrade().map_or(0, |bytes| weigh_file((*bytes).as_ref(), &rules))))
        };
        Self { bytes: file.len(), work }
    }
}

/// A file without headers fails at once, which is little work.
fn weigh_file(bytes: &[u8], rules: &ImageRules) -> u64 {
    let work = catch_unwind(AssertUnwindSafe(|| presize::work_pixels(bytes, rules).unwrap_or(0)));
    work.unwrap_or(UNWEIGHED)
}

/// Prepares work. It is given the rules with the token that stops it.
pub(crate) fn prepare(
    rules: &ImageRules,
    cancel: &Cancel,
    load: Load,
    work: impl FnOnce(&ImageRules) -> presize::Result<Done> + Send + 'static,
) -> External<Prepared> {
    let rules = rules.clone().cancel_token(&cancel.token);
    prepare_own(cancel, load, move || work(&rules))
}

/// The same for work that has its token already, if any.
pub(crate) fn prepare_own(
    cancel: &Cancel,
    load: Load,
    work: impl FnOnce() -> presize::Result<Done> + Send + 'static,
) -> External<Prepared> {
    let work: Work = Box::new(work);
    let slot = Arc::new(Mutex::new(Some(work)));
    let waiting = Arc::clone(&slot);
    let drop_waiting = move || drop(take(&waiting));
    *cancel.drop_waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(drop_waiting));
    let (work_pixels, weigh) = match load.work {
        Cost::Known(work_pixels) => (Some(work_pixels), None),
        Cost::Unknown(weigh) => (None, Some(weigh)),
    };
    External::new(Prepared { slot, bytes: load.bytes as u64, work_pixels, weigh: Mutex::new(weigh) })
}

/// The bytes that wait with a call.
#[napi]
pub fn prepared_bytes(prepared: &External<Prepared>) -> f64 {
    prepared.bytes as f64
}

/// What a call costs, in weighted pixels; `null` where only `weigh` knows.
#[napi]
pub fn prepared_work(prepared: &External<Prepared>) -> Option<f64> {
    prepared.work_pixels.map(|work_pixels| work_pixels as f64)
}

/// Hands a call to the pool.
#[napi]
pub fn begin(prepared: &External<Prepared>) -> AsyncTask<Job> {
    AsyncTask::new(Job(Arc::clone(&prepared.slot)))
}

/// Drops a call that is never begun, with its bytes.
#[napi]
pub fn discard(prepared: &External<Prepared>) {
    drop(take(&prepared.slot));
}

/// Finds out on the pool what a call costs, in weighted pixels.
#[napi]
pub fn weigh(prepared: &External<Prepared>) -> AsyncTask<Weighing> {
    AsyncTask::new(Weighing(prepared.weigh.lock().unwrap_or_else(PoisonError::into_inner).take()))
}

fn take(slot: &Slot) -> Option<Work> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

pub struct Job(Slot);

impl Task for Job {
    type Output = Done;
    type JsValue = Either7<Checked, Vec<Checked>, Encoded, Vec<Encoded>, Pixels, Stripped, ()>;

    fn compute(&mut self) -> napi::Result<Done> {
        let Some(work) = take(&self.0) else { return Err(Raised::from(ErrorKind::Cancelled {}).into()) };
        panic_hook::install();
        // A panic must not unwind into libuv, which would end the process.
        let done = catch_unwind(AssertUnwindSafe(work));
        let done = done.map_err(|_| napi::Error::from_reason("presize panicked, which is a mistake in presize"))?;
        done.map_err(|error| Raised::from(error).into())
    }

    fn resolve(&mut self, _env: Env, done: Done) -> napi::Result<Self::JsValue> {
        Ok(match done {
            Done::Checked(image) => Either7::A(image.into()),
            Done::AllChecked(images) => Either7::B(images.into_iter().map(Checked::from).collect()),
            Done::Encoded(image) => Either7::C(image.into()),
            Done::AllEncoded(images) => Either7::D(images.into_iter().map(Encoded::from).collect()),
            Done::Pixels(pixels) => Either7::E(pixels.into()),
            Done::Stripped(bytes, format, removed) => Either7::F(Stripped::new(bytes, format, removed)),
            Done::Nothing => Either7::G(()),
        })
    }
}

pub struct Weighing(Option<Weigh>);

impl Task for Weighing {
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
