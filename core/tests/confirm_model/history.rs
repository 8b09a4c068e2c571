//! What confirmations do: a confirmation is a function of the answers that it has had, so each sequence of answers is
//! replayed once, and is a number from then on.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use presize::{ConfirmRequest, Confirmation, Uploads};

use super::answer::Answer;
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
    uploads: Uploads,
    request: ConfirmRequest,
    keys: Keys,
    histories: Vec<History>,
    next: HashMap<(HistoryId, Answer), HistoryId>,
    outcomes: Vec<Outcome>,
    /// What ended in the same way is the same.
    ended: HashMap<Outcome, HistoryId>,
}

impl Histories {
    /// The history of a confirmation that has had no answer.
    pub(crate) const BEGINNING: HistoryId = 0;

    pub(crate) fn new(uploads: Uploads, request: ConfirmRequest, keys: Keys, objects: &mut Objects) -> Self {
        let (next, ended) = (HashMap::new(), HashMap::new());
        let mut all = Self { uploads, request, keys, histories: Vec::new(), next, outcomes: Vec::new(), ended };
        let stage = all.replay(&[], objects);
        all.histories.push(History { before: None, stage });
        all
    }

    pub(crate) fn stage(&self, history: HistoryId) -> &Stage {
        &self.histories[history as usize].stage
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
        let (before, answer) = self.histories[history as usize].before?;
        Some((self.request(before)?, answer))
    }

    /// How many answers a confirmation has had.
    pub(crate) fn answers(&self, history: HistoryId) -> usize {
        let before = |history: &HistoryId| Some(self.histories[*history as usize].before?.0);
        std::iter::successors(Some(history), before).count()
    }

    /// Confirmations that differ in the answers they had.
    pub(crate) fn count(&self) -> usize {
        self.histories.len()
    }

    /// The same confirmation with one more answer.
    pub(crate) fn answered(&mut self, history: HistoryId, answer: Answer, objects: &mut Objects) -> HistoryId {
        if let Some(next) = self.next.get(&(history, answer)) {
            return *next;
        }
        let mut answers = vec![(history, answer)];
        while let Some(before) = answers.last().and_then(|(history, _)| self.histories[*history as usize].before) {
            answers.push(before);
        }
        answers.reverse();
        let stage = self.replay(&answers, objects);
        let id = match &stage {
            Stage::Ended(outcome) => self.ended.get(self.outcome(*outcome)).copied(),
            Stage::Asks(_) => None,
        };
        let id = id.unwrap_or_else(|| {
            let id = HistoryId::try_from(self.histories.len()).expect("a few histories");
            if let Stage::Ended(outcome) = stage {
                self.ended.insert(self.outcome(outcome).clone(), id);
            }
            self.histories.push(History { before: Some((history, answer)), stage });
            id
        });
        self.next.insert((history, answer), id);
        id
    }

    /// Begins a confirmation and gives it these answers.
    fn replay(&mut self, answers: &[(HistoryId, Answer)], objects: &mut Objects) -> Stage {
        let mut confirmation = self.uploads.confirm(&self.request, now()).expect("a request that is good");
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
