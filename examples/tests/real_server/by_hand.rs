//! A confirmation that is driven by hand, request by request.

use std::time::{Duration, SystemTime};

use presize::{ConfirmRequest, Confirmation, Confirmed, Result, StoreAnswer, StoreRequest, Uploads};

use crate::ground::Ground;

pub(crate) struct ByHand<'a> {
    ground: &'a Ground,
    confirmation: Confirmation,
    key: String,
    /// The requests so far: their methods and whether they are for the final key.
    pub(crate) asked: Vec<(String, bool)>,
}

impl<'a> ByHand<'a> {
    pub(crate) fn begin(ground: &'a Ground, uploads: &Uploads, key: &str) -> Self {
        let confirmation = uploads.confirm(&ConfirmRequest::new("user-7", key), SystemTime::now()).unwrap();
        Self { ground, confirmation, key: key.to_owned(), asked: Vec::new() }
    }

    /// Sends the next request and takes the answer. `false` at the end.
    pub(crate) fn step(&mut self) -> bool {
        let Some(request) = self.next() else { return false };
        let answer = self.send(&request);
        self.confirmation.answer(answer);
        true
    }

    /// As many steps. `false` if the end comes before.
    pub(crate) fn steps(&mut self, count: usize) -> bool {
        (0..count).all(|_| self.step())
    }

    /// Sends the next request and drops the answer. `false` at the end.
    pub(crate) fn lose_answer(&mut self) -> bool {
        let Some(request) = self.next() else { return false };
        let _ = self.send(&request);
        self.asked.pop();
        true
    }

    pub(crate) fn finish(mut self) -> Result<Confirmed> {
        while self.step() {}
        self.confirmation.finish()
    }

    /// Whether the last request can have changed anything.
    pub(crate) fn has_written(&self) -> bool {
        self.asked.last().is_some_and(|(method, _)| method == "PUT" || method == "DELETE")
    }

    /// Whether the confirmation stands between HEAD of the final key and its write: the window that is left on a store that
    /// does not read the condition of the write.
    pub(crate) fn is_in_window(&mut self) -> bool {
        let is_head = self.asked.last().is_some_and(|(method, is_final)| method == "HEAD" && *is_final);
        let next = self.confirmation.next_request(SystemTime::now()).unwrap();
        is_head && next.is_some_and(|request| request.method == "PUT" && is_for(&request, &self.key))
    }

    fn next(&mut self) -> Option<StoreRequest> {
        let request = self.confirmation.next_request(SystemTime::now()).unwrap()?;
        self.asked.push((request.method.to_string(), is_for(&request, &self.key)));
        Some(request)
    }

    fn send(&self, request: &StoreRequest) -> StoreAnswer {
        self.ground.client.send_to_store(request, Duration::from_mins(1)).unwrap()
    }
}

fn is_for(request: &StoreRequest, key: &str) -> bool {
    let (url, _) = request.url.split_once('?').unwrap();
    url.ends_with(key) && !url.contains("/incoming/")
}
