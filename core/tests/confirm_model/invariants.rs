//! What must hold, whatever happens in which order.

use super::history::{HistoryId, Outcome, OutcomeId, Stage};
use super::objects::ObjectId;
use super::photographs::Upload;
use super::request::{Place, Request, Verb};
use super::scenario::{Ground, Kind, Originals};
use super::store::Contents;
use super::world::{State, World};

/// A rule that was broken, and how.
#[derive(Debug)]
pub(crate) struct Violation {
    pub(crate) rule: &'static str,
    pub(crate) why: String,
    /// Where it is a confirmation that is begun after all this: with these contents, and as this one.
    pub(crate) begun: Option<(Contents, HistoryId)>,
}

fn broken<T>(rule: &'static str, why: impl Into<String>) -> Result<T, Violation> {
    Err(Violation { rule, why: why.into(), begun: None })
}

/// Who has written: the confirmation with this history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) history: HistoryId,
}

const CHECKED_BYTES: &str = "only checked bytes are at the final key";
const STAYS: &str = "what was confirmed never changes";
const NOT_DELETED: &str = "the final key is never deleted";
const IN_PLACE: &str = "when a confirmation says confirmed, the final key has what it says";
const SERVED: &str = "what is confirmed is served as the policy says";
const ONE_ANSWER: &str = "all confirmations of an upload give one answer";
const LOOKED: &str =
    "a confirmation looks at the final key after it has written there, and before it deletes a refused upload";
const OVERWRITES: &str = "in place, a confirmation has looked right before a write that no condition guards, and has seen what it has checked";
const VARIANTS: &str = "variants are those of the object at the final key";
const REPEATED: &str = "an interrupted confirmation can be repeated";

/// What proves a confirmation.
pub(crate) const MARKER: &str = "x-amz-meta-presize-confirmed";

impl World<'_> {
    /// The good upload that an object is made of, if a confirmation may have written it.
    fn original(&self, object: ObjectId) -> Option<Upload> {
        let file = self.ground.objects.file_of(object);
        match &self.ground.originals {
            Originals::Files(files) => {
                let id = self.ground.objects.get(object).file;
                files.iter().find(|(file, _)| *file == id).map(|(_, upload)| *upload)
            }
            Originals::Pictures => file.picture.filter(|_| file.is_bare).map(|(upload, _)| upload),
        }
    }

    /// The same where the object proves that a confirmation has checked it. In place an object may be as it was uploaded, and
    /// is checked again each time.
    fn confirmed(&self, object: ObjectId) -> Option<Upload> {
        let marker = self.ground.objects.get(object).headers.get(MARKER);
        let hashes = &self.ground.objects.file_of(object).hashes;
        let is_proven = marker.is_some_and(|marker| hashes.iter().any(|hash| marker.contains(hash)));
        self.original(object).filter(|_| is_proven || self.scenario.is_in_place())
    }

    fn name(&self, object: Option<ObjectId>) -> String {
        object.map_or("nothing".to_owned(), |object| self.ground.objects.file_of(object).name.clone())
    }

    /// No request deletes the final key, unless the upload itself is there.
    pub(crate) fn check_delete(&self, before: &State) -> Result<(), Violation> {
        if !self.scenario.is_in_place() {
            return broken(NOT_DELETED, format!("{} was there", self.name(before.contents.at(Place::Final))));
        }
        Ok(())
    }

    /// Before a write in place on a store that may leave its condition unread: the last answer is that of HEAD, and the object
    /// there the one that was checked, or a copy of it that went wrong.
    pub(crate) fn check_overwrite(&self, history: HistoryId) -> Result<(), Violation> {
        let Ground { objects, histories, .. } = &self.ground;
        let writes = histories
            .request(history)
            .is_some_and(|request| request.place == Place::Final && matches!(request.verb, Verb::Put | Verb::Copy));
        if !writes || !self.scenario.is_in_place() || self.scenario.kind != Kind::Custom {
            return Ok(());
        }
        let answered = |verb| {
            histories
                .exchanges_before(history)
                .map(move |(request, answer)| answer.object().filter(|_| request.verb == verb))
        };
        let Some(seen) = answered(Verb::Head).next().flatten().map(|seen| objects.get(seen)) else {
            return broken(OVERWRITES, "it has not looked");
        };
        let is_checked = answered(Verb::Get).flatten().any(|read| objects.get(read).etag == seen.etag);
        if is_checked || seen.headers.contains_key(MARKER) {
            return Ok(());
        }
        broken(OVERWRITES, format!("it has seen {seen:?}"))
    }

    /// After a request: what it has made of the final key. The client's has no history.
    pub(crate) fn check_final(
        &self,
        state: &mut State,
        before: &State,
        written: Option<Written>,
    ) -> Result<(), Violation> {
        let (old, new) = (before.contents.at(Place::Final), state.contents.at(Place::Final));
        if old == new {
            return Ok(());
        }
        let open = self.scenario.open;
        let is_unchecked = new.is_some_and(|new| self.confirmed(new).is_none());
        if is_unchecked && !open.unchecked_moment && !self.scenario.is_in_place() {
            return broken(CHECKED_BYTES, format!("{} was written", self.name(new)));
        }
        let Some(old) = old.filter(|old| self.confirmed(*old).is_some()) else { return Ok(()) };
        if written.is_some_and(|written| self.is_within_window(old, written)) {
            state.is_window_hit = true;
            state.promised = None;
            // Less can be held against what follows: it is explored without more faults.
            (state.faults, state.restarts) = (0, 0);
        }
        if state.promised.is_some_and(|(promised, _)| promised == old) && !open.replaced {
            return broken(STAYS, format!("{} became {}", self.name(Some(old)), self.name(new)));
        }
        Ok(())
    }

    /// Whether a confirmation has looked at the final key right before it wrote there, on a store that leaves the
    /// condition of the write unread: what came between is left open.
    fn is_within_window(&self, old: ObjectId, written: Written) -> bool {
        let histories = &self.ground.histories;
        let Some(request) = histories.request(written.history) else { return false };
        let has_looked = histories
            .last_exchange(written.history)
            .is_some_and(|(last, answer)| last.is_look() && answer.object() != Some(old));
        self.scenario.open.window && has_looked && self.scenario.habits.is_unguarded(request)
    }

    /// When a confirmation has said `confirmed`, which may be out of date where it was disturbed.
    pub(crate) fn check_confirmed(&self, state: &mut State, id: OutcomeId, is_late: bool) -> Result<(), Violation> {
        if state.is_window_hit {
            return Ok(());
        }
        let outcome = self.ground.histories.outcome(id);
        let Outcome::Confirmed { etag, bytes, .. } = outcome else { return Ok(()) };
        let there = state.contents.at(Place::Final);
        let is_said = |object: ObjectId| {
            let stored = self.ground.objects.get(object);
            stored.etag == *etag && self.ground.objects.file_of(object).bytes.len() as u64 == *bytes
        };
        let Some((object, upload)) =
            there.filter(|object| is_said(*object)).and_then(|object| Some((object, self.confirmed(object)?)))
        else {
            if is_late {
                return Ok(());
            }
            return broken(IN_PLACE, format!("{} is there, and the answer is {outcome:?}", self.name(there)));
        };
        if !self.scenario.open.replaced {
            self.check_served(object)?;
        }
        self.check_variants(state, outcome, upload)?;
        match state.promised {
            Some((_, first)) if first != id && !self.scenario.open.replaced => {
                let first = self.ground.histories.outcome(first);
                broken(ONE_ANSWER, format!("first {first:?}, then {outcome:?}"))
            }
            _ => {
                state.promised = Some((object, id));
                Ok(())
            }
        }
    }

    /// When a confirmation has failed although nothing went wrong with its last request.
    pub(crate) fn check_failed(&self, state: &State, actor: usize, code: &str) -> Result<(), Violation> {
        if state.has_seen[actor] && !self.scenario.open.replaced {
            return broken(
                ONE_ANSWER,
                format!("the upload was confirmed, and then {code} by one that has looked there"),
            );
        }
        Ok(())
    }

    /// When a confirmation has ended: where another one may have written at the same time, it has looked whose object has
    /// stayed; and a refusal has looked whether another one has confirmed the upload in the meantime.
    pub(crate) fn check_looks(&self, before: HistoryId, now: HistoryId) -> Result<(), Violation> {
        let histories = &self.ground.histories;
        let Stage::Ended(outcome) = histories.stage(now) else { return Ok(()) };
        let has_looked = match histories.outcome(*outcome) {
            Outcome::Confirmed { .. } if self.scenario.is_in_place() => true,
            Outcome::Confirmed { .. } => {
                let of_final = |request: &&Request| request.place == Place::Final;
                let last = histories.requests_before(before).find(of_final);
                last.is_none_or(|last| last.is_look() || !self.scenario.habits.is_unguarded(last))
            }
            Outcome::Failed { .. } => {
                let is_delete = histories.request(before).is_some_and(|request| request.verb == Verb::Delete);
                !is_delete || histories.requests_before(before).next().is_some_and(Request::is_look)
            }
        };
        if has_looked { Ok(()) } else { broken(LOOKED, "it has not") }
    }

    /// Nothing that a client has added is among the headers.
    fn check_served(&self, object: ObjectId) -> Result<(), Violation> {
        for (name, value) in &self.ground.objects.get(object).headers {
            let is_ours = match name.as_str() {
                "content-type" => value == "image/jpeg",
                "cache-control" => self.scenario.text("cache_control") == Some(value),
                MARKER => true,
                _ => false,
            };
            if !is_ours {
                return broken(SERVED, format!("it has {name}: {value}"));
            }
        }
        Ok(())
    }

    fn check_variants(&self, state: &State, outcome: &Outcome, upload: Upload) -> Result<(), Violation> {
        let Outcome::Confirmed { variants, .. } = outcome else { return Ok(()) };
        let there = state.contents.at(Place::Variant);
        let picture = there.and_then(|object| self.ground.objects.file_of(object).picture);
        let has_variants = self.scenario.has_variants();
        let expected = has_variants.then_some((upload, 4));
        if variants.len() != usize::from(has_variants) || (has_variants && picture != expected) {
            return broken(VARIANTS, format!("{upload:?} is confirmed, and the variant is {}", self.name(there)));
        }
        Ok(())
    }

    /// At any time: a confirmation that is begun now and not disturbed comes to the end that it should.
    pub(crate) fn check_repeated(&mut self, state: &State) -> Result<(), Violation> {
        if !self.repeated.insert((state.contents, state.promised)) {
            return Ok(());
        }
        for begun in self.ground.histories.beginnings() {
            let begun_now = Some((state.contents, begun));
            self.check_begun(state, begun).map_err(|violation| Violation { begun: begun_now, ..violation })?;
        }
        Ok(())
    }

    fn check_begun(&mut self, state: &State, begun: HistoryId) -> Result<(), Violation> {
        let Some((id, contents)) = self.probe(state.contents, begun) else {
            return broken(REPEATED, "begun now, it has no end");
        };
        let (incoming, there) = (state.contents.at(Place::Incoming), state.contents.at(Place::Final));
        let arrived = if self.scenario.is_in_place() { there } else { incoming };
        let is_final = there.is_some_and(|object| self.confirmed(object).is_some());
        let is_good = arrived.is_some_and(|object| self.ground.is_accepted(object));
        let outcome = self.ground.histories.outcome(id).clone();
        let missing = if self.scenario.habits.hides_missing { "store_refused" } else { "upload_not_found" };
        let is_expected = match &outcome {
            Outcome::Confirmed { .. } => is_final || is_good,
            Outcome::Failed { code, .. } if arrived.is_none() => !is_final && *code == missing,
            Outcome::Failed { status, .. } => !is_final && !is_good && (400..500).contains(status),
        };
        if !is_expected {
            let (stored, arrived) = (self.name(there), self.name(arrived));
            let why = format!("begun now, with {stored} at the final key and {arrived} arrived: {outcome:?}");
            return broken(REPEATED, why);
        }
        let mut repeated = State { contents, is_window_hit: false, ..*state };
        if is_final && contents.at(Place::Final) != there && !self.scenario.is_in_place() {
            return broken(STAYS, "a confirmation that was begun again has written over it");
        }
        if let Outcome::Confirmed { .. } = outcome {
            self.check_confirmed(&mut repeated, id, false)?;
            contents.at(Place::Final).map_or(Ok(()), |object| self.check_served(object))?;
        }
        Ok(())
    }
}
