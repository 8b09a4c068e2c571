//! What confirmations do: a confirmation is a function of the answers that it has had, so each sequence of answers is
//! replayed once, and is a number from then on.

use std::time::{Duration, SystemTime};

use presize::{ConfirmRequest, Confirmation, Uploads};

use super::answer::Answer;
use super::hashing::Map;
use super::objects::Objects;
use super::request::{Keys, Request};

/// A confirmation that has had certain answers, by its place in [`Histories`].
pub(crate) type HistoryId = u32;
/// How confirmations end, by its place in [`Histories`].
pub(crate) type OutcomeId = u16;

/// How a confirmation ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    Confirmed { etag: String, bytes: u64, width: u32, height: u32, variants: Vec<(String, u32)> },
    Failed { code: &'static str, status: u16 },
}

struct History {
    /// Whose it is: the confirmations of one process have other credentials than those of another.
    process: usize,
    /// The answers so far are those of this history and one more; `None` at the beginning.
    before: Option<(HistoryId, Answer)>,
    stage: Stage,
}

/// What a confirmation does next.
#[derive(Clone)]
pub(crate) enum Stage {
    Asks(Request),
    Ended(OutcomeId),
}

/// All confirmations of one upload.
pub(crate) struct Histories {
    processes: Vec<Uploads>,
    request: ConfirmRequest,
    keys: Keys,
    known: Vec<History>,
    next: Map<(HistoryId, Answer), HistoryId>,
    outcomes: Vec<Outcome>,
    /// What ended in the same way is the same.
    ended: Map<(usize, Outcome), HistoryId>,
}

impl Histories {
    pub(crate) fn new(processes: Vec<Uploads>, request: ConfirmRequest, keys: Keys, objects: &mut Objects) -> Self {
        let (next, ended) = (Map::default(), Map::default());
        let mut all = Self { processes, request, keys, known: Vec::new(), next, outcomes: Vec::new(), ended };
        for process in 0..all.processes.len() {
            let stage = all.replay(process, &[], objects);
            all.known.push(History { process, before: None, stage });
        }
        all
    }

    /// The beginnings of a confirmation, one for each process.
    pub(crate) fn beginnings(&self) -> std::ops::Range<HistoryId> {
        0..self.processes.len() as HistoryId
    }

    /// A new confirmation of the same process.
    pub(crate) fn begun_again(&self, history: HistoryId) -> HistoryId {
        self.known[history as usize].process as HistoryId
    }

    pub(crate) fn stage(&self, history: HistoryId) -> &Stage {
        &self.known[history as usize].stage
    }

    pub(crate) fn outcome(&self, outcome: OutcomeId) -> &Outcome {
        &self.outcomes[usize::from(outcome)]
    }

    pub(crate) fn request(&self, history: HistoryId) -> Option<&Request> {
        match self.stage(history) {
            Stage::Asks(request) => Some(request),
            Stage::Ended(_) => None,
        }
    }

    /// The request before this one, and its answer.
    pub(crate) fn last_exchange(&self, history: HistoryId) -> Option<(&Request, Answer)> {
        let (before, answer) = self.known[history as usize].before?;
        Some((self.request(before)?, answer))
    }

    /// All requests before this one with their answers, the last one first.
    pub(crate) fn exchanges_before(&self, history: HistoryId) -> impl Iterator<Item = (&Request, Answer)> {
        self.all_before(history).filter_map(|history| self.last_exchange(history))
    }

    /// All requests before this one, the last one first.
    pub(crate) fn requests_before(&self, history: HistoryId) -> impl Iterator<Item = &Request> {
        self.all_before(history).skip(1).filter_map(|before| self.request(before))
    }

    /// How many answers a confirmation has had.
    pub(crate) fn answers(&self, history: HistoryId) -> usize {
        self.all_before(history).count()
    }

    /// This history, and all that have led to it.
    fn all_before(&self, history: HistoryId) -> impl Iterator<Item = HistoryId> {
        std::iter::successors(Some(history), |history| Some(self.known[*history as usize].before?.0))
    }

    /// Confirmations that differ in the answers they had.
    pub(crate) fn count(&self) -> usize {
        self.known.len()
    }

    /// The same confirmation with one more answer.
    pub(crate) fn answered(&mut self, history: HistoryId, answer: Answer, objects: &mut Objects) -> HistoryId {
        if let Some(next) = self.next.get(&(history, answer)) {
            return *next;
        }
        let mut answers = vec![(history, answer)];
        while let Some(before) = answers.last().and_then(|(history, _)| self.known[*history as usize].before) {
            answers.push(before);
        }
        answers.reverse();
        let process = self.known[history as usize].process;
        let stage = self.replay(process, &answers, objects);
        let id = match &stage {
            Stage::Ended(outcome) => self.ended.get(&(process, self.outcome(*outcome).clone())).copied(),
            Stage::Asks(_) => None,
        };
        let id = id.unwrap_or_else(|| {
            let id = HistoryId::try_from(self.known.len()).expect("a few histories");
            if let Stage::Ended(outcome) = stage {
                self.ended.insert((process, self.outcome(outcome).clone()), id);
            }
            self.known.push(History { process, before: Some((history, answer)), stage });
            id
        });
        self.next.insert((history, answer), id);
        id
    }

    /// Begins a confirmation and gives it these answers.
    fn replay(&mut self, process: usize, answers: &[(HistoryId, Answer)], objects: &mut Objects) -> Stage {
        let mut confirmation = self.processes[process].confirm(&self.request, now()).expect("a request that is good");
        for (history, answer) in answers {
            let asked = confirmation.next_request(now()).expect("a request that can be signed");
            assert!(asked.is_some(), "an answer after the end");
            let request = self.request(*history).expect("a request that was answered");
            match answer.to_http(request, objects) {
                Some(answer) => confirmation.answer(answer),
                None => confirmation.fail("no connection"),
            }
        }
        match confirmation.next_request(now()).expect("a request that can be signed") {
            Some(request) => Stage::Asks(Request::read(&request, &self.keys, objects)),
            None => Stage::Ended(self.outcome_of(&mut confirmation)),
        }
    }

    fn outcome_of(&mut self, confirmation: &mut Confirmation) -> OutcomeId {
        let outcome = match confirmation.finish() {
            Ok(confirmed) => Outcome::Confirmed {
                etag: confirmed.etag,
                bytes: confirmed.bytes,
                width: confirmed.width,
                height: confirmed.height,
                variants: confirmed.variants.into_iter().map(|variant| (variant.key, variant.width)).collect(),
            },
            Err(error) => Outcome::Failed { code: error.code(), status: error.http_status() },
        };
        let known = self.outcomes.iter().position(|known| *known == outcome);
        let id = known.unwrap_or_else(|| {
            self.outcomes.push(outcome);
            self.outcomes.len() - 1
        });
        OutcomeId::try_from(id).expect("a few outcomes")
    }
}

/// The clock stands still: signatures are not what is tried here.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}
