//! The world of one upload: a store, two confirmations, a client, and requests that are still on their way. A step is one
//! request, or one thing that goes wrong.

use super::answer::Answer;
use super::hashing::{Map, Set};
use super::history::{HistoryId, Outcome, OutcomeId, Stage};
use super::invariants::{MARKER, Violation, Written};
use super::objects::ObjectId;
use super::request::{Place, Request, Verb};
use super::scenario::{Ground, Kind, Scenario};
use super::store::Contents;

/// More requests than a confirmation has when nobody disturbs it.
pub(crate) const MOST_REQUESTS: usize = 40;

/// All that decides on what can happen from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) contents: Contents,
    /// The two confirmations, in order: neither is the first one.
    pub(crate) actors: [HistoryId; 2],
    /// Requests that arrive later, or never, by the confirmations that have sent them.
    pub(crate) late: [Option<HistoryId>; 2],
    /// What the client has still to send, a bit each.
    pub(crate) puts: u8,
    pub(crate) faults: u8,
    pub(crate) restarts: u8,
    /// The object that stood at the final key when a confirmation first said `confirmed`, and its answer.
    pub(crate) promised: Option<(ObjectId, OutcomeId)>,
    /// For each actor, whether somebody else has changed the final key since it last had to do with it; only where what was
    /// confirmed may be replaced.
    pub(crate) is_disturbed: [bool; 2],
    /// For each actor, whether it has asked for the final key since a confirmation first said `confirmed`.
    pub(crate) has_seen: [bool; 2],
    /// Whether one confirmation has written over another one's object, where that is left open.
    pub(crate) is_window_hit: bool,
}

/// What can happen next. An actor and a late request are given by their places in [`State`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// A confirmation sends its request and takes the answer.
    Send(usize),
    /// The answer is lost, and the same request is sent again later.
    LoseAnswer(usize),
    /// The answer is lost, and the program gives up.
    LoseAnswerAndFail(usize),
    /// The request is lost, and the program gives up.
    LoseRequest(usize),
    /// The request arrives after the program has given up.
    Delay(usize),
    /// The request arrives twice, the second time later.
    Double(usize),
    /// The store does nothing and answers 409 to a write with a condition.
    Conflict(usize),
    /// The store does what it was asked and answers 500.
    Break(usize),
    /// A confirmation dies, whatever it was about to send, and another one is begun.
    Restart(usize),
    /// The client sends one of its files.
    Upload(usize),
    /// A late request arrives.
    Arrive(usize),
}

/// What can go wrong with a request that changes something.
const FAULTS_OF_WRITES: [fn(usize) -> Action; 5] =
    [Action::LoseAnswer, Action::LoseAnswerAndFail, Action::Delay, Action::Double, Action::Break];

/// A world in motion.
pub(crate) struct World<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) ground: Ground,
    /// What a confirmation that nobody disturbs makes of a store.
    probes: Map<(Contents, HistoryId), (OutcomeId, Contents)>,
    /// What has passed [`World::check_repeated`].
    pub(crate) repeated: Set<(Contents, Option<(ObjectId, OutcomeId)>)>,
}

impl<'a> World<'a> {
    pub(crate) fn new(scenario: &'a Scenario) -> presize::Result<Self> {
        Ok(Self { scenario, ground: scenario.prepare()?, probes: Map::default(), repeated: Set::default() })
    }

    pub(crate) fn beginning(&self) -> State {
        let beginnings = self.ground.histories.beginnings();
        State {
            contents: Contents::default(),
            actors: [beginnings.start, beginnings.end - 1],
            late: [None; 2],
            puts: (1 << self.ground.puts.len()) - 1,
            faults: self.scenario.faults,
            restarts: self.scenario.restarts,
            promised: None,
            is_disturbed: [false; 2],
            has_seen: [false; 2],
            is_window_hit: false,
        }
    }

    /// All that can happen.
    pub(crate) fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.clear();
        for (actor, history) in state.actors.into_iter().enumerate() {
            if actor == 1 && state.of(0) == state.of(1) {
                break; // what the other one can do is the same
            }
            if let Some(request) = self.ground.histories.request(history) {
                actions.push(Action::Send(actor));
                if state.faults > 0 {
                    actions.push(Action::LoseRequest(actor));
                    if request.is_write() {
                        actions.extend(FAULTS_OF_WRITES.map(|fault| fault(actor)));
                    }
                    if request.is_conditional_write() {
                        actions.push(Action::Conflict(actor));
                    }
                }
            }
            if state.restarts > 0 && self.ground.histories.begun_again(history) != history {
                actions.push(Action::Restart(actor));
            }
        }
        actions.extend((0..self.ground.puts.len()).filter(|put| state.puts & (1 << put) != 0).map(Action::Upload));
        actions.extend((0..2).filter(|late| state.late[*late].is_some()).map(Action::Arrive));
    }

    /// What follows from an action, in order.
    pub(crate) fn step(&mut self, state: &State, action: Action) -> Result<State, Violation> {
        let mut next = *state;
        match action {
            Action::Send(actor) => {
                let answer = self.send(&mut next, actor)?;
                self.answer(&mut next, actor, answer)?;
            }
            Action::LoseAnswer(actor) => {
                next.faults -= 1;
                self.send(&mut next, actor)?;
            }
            Action::LoseAnswerAndFail(actor) => {
                next.faults -= 1;
                self.send(&mut next, actor)?;
                self.answer(&mut next, actor, Answer::Silence)?;
            }
            Action::LoseRequest(actor) => {
                next.faults -= 1;
                self.answer(&mut next, actor, Answer::Silence)?;
            }
            Action::Delay(actor) => {
                next.faults -= 1;
                next.delay(state.actors[actor]);
                self.answer(&mut next, actor, Answer::Silence)?;
            }
            Action::Double(actor) => {
                next.faults -= 1;
                next.delay(state.actors[actor]);
                let answer = self.send(&mut next, actor)?;
                self.answer(&mut next, actor, answer)?;
            }
            Action::Conflict(actor) => {
                next.faults -= 1;
                self.answer(&mut next, actor, Answer::Conflict)?;
            }
            Action::Break(actor) => {
                next.faults -= 1;
                self.send(&mut next, actor)?;
                self.answer(&mut next, actor, Answer::Broken)?;
            }
            Action::Restart(actor) => {
                next.restarts -= 1;
                next.actors[actor] = self.ground.histories.begun_again(state.actors[actor]);
                next.has_seen[actor] = false;
            }
            Action::Upload(put) => {
                next.puts &= !(1 << put);
                let request = self.upload(state, put);
                next.contents = self.scenario.habits.apply(state.contents, &request, &mut self.ground.objects).0;
                self.check_final(&mut next, state, None)?;
                if self.scenario.open.replaced {
                    next.disturb(state, None);
                }
            }
            Action::Arrive(late) => {
                let history = next.late[late].take().expect("a late request");
                next.late.sort_unstable();
                self.apply(&mut next, history)?;
                if self.scenario.open.replaced {
                    next.disturb(state, None);
                }
            }
        }
        self.check_repeated(&next)?;
        Ok(next)
    }

    /// A PUT of the client. Where it can write to the final key and the store takes headers that are not signed, it sends
    /// the marker of what is there along.
    pub(crate) fn upload(&mut self, state: &State, put: usize) -> Request {
        let request = self.ground.puts[put].clone();
        let objects = &mut self.ground.objects;
        let there = state.contents.at(request.place).filter(|_| self.scenario.kind == Kind::Custom);
        let marker = there.and_then(|there| objects.get(there).headers.get(MARKER).cloned());
        let Some(marker) = marker else { return request };
        let mut headers = objects.headers_by_id(request.headers).clone();
        headers.insert(MARKER.to_owned(), marker);
        Request { headers: objects.headers(&headers), ..request }
    }

    /// The store does what an actor asks.
    fn send(&mut self, state: &mut State, actor: usize) -> Result<Answer, Violation> {
        let before = *state;
        let answer = self.apply(state, before.actors[actor])?;
        if self.scenario.open.replaced {
            state.disturb(&before, Some(actor));
        }
        Ok(answer)
    }

    /// The store does what a confirmation asks.
    fn apply(&mut self, state: &mut State, history: HistoryId) -> Result<Answer, Violation> {
        let before = *state;
        self.check_overwrite(history)?;
        let Ground { objects, histories, .. } = &mut self.ground;
        let request = histories.request(history).expect("a request");
        let (contents, answer) = self.scenario.habits.apply(state.contents, request, objects);
        if (request.verb, request.place) == (Verb::Delete, Place::Final) {
            self.check_delete(&before)?;
        }
        state.contents = contents;
        self.check_final(state, &before, Some(Written { history }))?;
        Ok(answer)
    }

    /// A confirmation takes an answer.
    fn answer(&mut self, state: &mut State, actor: usize, answer: Answer) -> Result<(), Violation> {
        let Ground { objects, histories, .. } = &mut self.ground;
        let asked = histories.request(state.actors[actor]);
        let has_looked = asked.is_some_and(|request| request.verb == Verb::Head && request.place == Place::Final);
        if has_looked && !answer.is_failure() {
            state.has_seen[actor] = state.promised.is_some();
        }
        let before = state.actors[actor];
        state.actors[actor] = histories.answered(before, answer, objects);
        self.check_looks(before, state.actors[actor])?;
        let Ground { histories, .. } = &self.ground;
        let Stage::Ended(outcome) = *histories.stage(state.actors[actor]) else { return Ok(()) };
        match histories.outcome(outcome) {
            Outcome::Confirmed { .. } => self.check_confirmed(state, outcome, state.is_disturbed[actor]),
            Outcome::Failed { .. } if answer.is_failure() => Ok(()),
            Outcome::Failed { code, .. } => {
                let code = *code;
                self.check_failed(state, actor, code)
            }
        }
    }

    /// What a confirmation that nobody disturbs makes of a store: its outcome, and what is stored then. `None` where it has
    /// no end.
    pub(crate) fn probe(&mut self, contents: Contents, begun: HistoryId) -> Option<(OutcomeId, Contents)> {
        if let Some(probe) = self.probes.get(&(contents, begun)) {
            return Some(*probe);
        }
        let Ground { objects, histories, .. } = &mut self.ground;
        let (mut stored, mut history) = (contents, begun);
        for _ in 0..MOST_REQUESTS {
            match histories.stage(history) {
                Stage::Ended(outcome) => {
                    let probe = (*outcome, stored);
                    self.probes.insert((contents, begun), probe);
                    return Some(probe);
                }
                Stage::Asks(request) => {
                    let (next, answer) = self.scenario.habits.apply(stored, request, objects);
                    stored = next;
                    history = histories.answered(history, answer, objects);
                }
            }
        }
        None
    }
}

impl State {
    fn delay(&mut self, history: HistoryId) {
        let free = self.late.iter_mut().find(|late| late.is_none()).expect("fewer faults than late requests");
        *free = Some(history);
        self.late.sort_unstable();
    }

    /// Notes who has not seen the final key as it is now, after a request of this actor or of somebody else.
    fn disturb(&mut self, before: &Self, by: Option<usize>) {
        if self.contents.at(Place::Final) != before.contents.at(Place::Final) {
            self.is_disturbed = [true; 2];
        }
        if let Some(actor) = by {
            self.is_disturbed[actor] = false;
        }
    }

    /// All that is known of an actor.
    fn of(&self, actor: usize) -> (HistoryId, bool, bool) {
        (self.actors[actor], self.is_disturbed[actor], self.has_seen[actor])
    }

    /// The same state with its actors in order, and whether they have changed places.
    pub(crate) fn in_order(mut self) -> (Self, bool) {
        let is_swapped = self.actors[0] > self.actors[1];
        if is_swapped {
            self.actors.swap(0, 1);
            self.is_disturbed.swap(0, 1);
            self.has_seen.swap(0, 1);
        }
        (self, is_swapped)
    }
}
