//! Work on the pool of threads that libuv has, and what stops it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{AsyncTask, External, ToNapiValue, TypeName};
use napi::{Env, Task};
use napi_derive::napi;
use presize::{CancelToken, ErrorKind, ImageRules};

use crate::error::Raised;

type Work<T> = Box<dyn FnOnce() -> presize::Result<T> + Send>;
/// Work that is taken out by whoever comes first: the pool to do it, or `cancel` to drop it with all its bytes.
type Slot<T> = Arc<Mutex<Option<Work<T>>>>;

/// What stops one call.
#[derive(Default)]
pub struct Cancel {
    token: CancelToken,
    drop_queued: Mutex<Option<Box<dyn FnOnce() + Send>>>,
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

/// Drops the call where it waits for a thread, and stops it where it runs.
#[napi]
pub fn cancel(cancel: &External<Cancel>) {
    cancel.token.cancel();
    let drop_queued = cancel.drop_queued.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(drop_queued) = drop_queued {
        drop_queued();
    }
}

/// A result, and the JavaScript value that is made of it on the main thread.
pub trait Shown: Send + 'static {
    type Js: ToNapiValue + TypeName;
    fn show(self) -> Self::Js;
}

impl<T: Shown> Shown for Vec<T>
where
    Vec<T::Js>: ToNapiValue + TypeName,
{
    type Js = Vec<T::Js>;
    fn show(self) -> Self::Js {
        self.into_iter().map(T::show).collect()
    }
}

/// Work without a result.
impl Shown for () {
    type Js = ();
    fn show(self) {}
}

pub struct Job<T>(Slot<T>);

/// Puts work into the queue of the pool. It is given the rules with the token that stops it.
pub(crate) fn start<T: Shown>(
    rules: &ImageRules,
    cancel: &Cancel,
    work: impl FnOnce(&ImageRules) -> presize::Result<T> + Send + 'static,
) -> AsyncTask<Job<T>> {
    let rules = rules.clone().cancel_token(&cancel.token);
    queue(cancel, move || work(&rules))
}

/// The same for work that has its token already, if any.
pub(crate) fn queue<T: Shown>(
    cancel: &Cancel,
    work: impl FnOnce() -> presize::Result<T> + Send + 'static,
) -> AsyncTask<Job<T>> {
    let work: Work<T> = Box::new(work);
    let slot = Arc::new(Mutex::new(Some(work)));
    let queued = Arc::clone(&slot);
    let drop_queued = move || drop(take(&queued));
    *cancel.drop_queued.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(drop_queued));
    AsyncTask::new(Job(slot))
}

fn take<T>(slot: &Slot<T>) -> Option<Work<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl<T: Shown> Task for Job<T> {
    type Output = T;
    type JsValue = T::Js;

    fn compute(&mut self) -> napi::Result<T> {
        let Some(work) = take(&self.0) else { return Err(Raised::from(ErrorKind::Cancelled {}).into()) };
        // A panic must not unwind into libuv, which would end the process.
        let done = catch_unwind(AssertUnwindSafe(work));
        let done = done.map_err(|_| napi::Error::from_reason("presize panicked, which is a mistake in presize"))?;
        done.map_err(|error| Raised::from(error).into())
    }

    fn resolve(&mut self, _env: Env, output: T) -> napi::Result<T::Js> {
        Ok(output.show())
    }
}
