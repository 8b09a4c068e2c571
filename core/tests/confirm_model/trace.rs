//! An interleaving as a text, one line for each request.

use std::fmt::Write as _;

use super::history::{HistoryId, Outcome, OutcomeId, Stage};
use super::objects::ObjectId;
use super::request::{Request, Verb};
use super::scenario::Ground;
use super::store::Contents;
use super::world::{Action, MOST_REQUESTS, State, World};

/// Tells what happens, from the beginning to the last action, which is the one that breaks a rule, or after which a
/// confirmation that is begun does.
pub(crate) fn tell(world: &mut World<'_>, path: &[Action], begun: Option<(Contents, HistoryId)>) -> String {
    let mut text = String::new();
    let mut state = world.beginning();
    let mut names = ["A".to_owned(), "B".to_owned()];
    for action in path {
        let line = describe(world, &state, *action, &names);
        writeln!(text, "  {line}").expect("a text grows");
        if let Action::Restart(actor) = action {
            names[*actor] += "'";
        }
        let Ok(next) = world.step(&state, *action) else { break };
        for (actor, name) in names.iter().enumerate() {
            if next.actors[actor] != state.actors[actor]
                && let Stage::Ended(outcome) = world.ground.histories.stage(next.actors[actor])
            {
                writeln!(text, "  {name}: ends: {}", show_outcome(world, *outcome)).expect("a text grows");
            }
        }
        let (ordered, is_swapped) = next.in_order();
        state = ordered;
        if is_swapped {
            names.swap(0, 1);
        }
    }
    if let Some((contents, begun)) = begun {
        tell_undisturbed(world, contents, begun, &mut text);
    }
    text
}

/// Tells what a confirmation does that nobody disturbs.
fn tell_undisturbed(world: &mut World<'_>, mut contents: Contents, mut history: HistoryId, text: &mut String) {
    for _ in 0..MOST_REQUESTS {
        let line = match world.ground.histories.stage(history) {
            Stage::Ended(outcome) => format!("  then: ends: {}\n", show_outcome(world, *outcome)),
            Stage::Asks(_) => {
                format!("  then: {} -> {}\n", show(world, history), show_answer(world, contents, history))
            }
        };
        text.push_str(&line);
        let Some(request) = world.ground.histories.request(history).cloned() else { break };
        let Ground { objects, histories, .. } = &mut world.ground;
        let (next, answer) = world.scenario.habits.apply(contents, &request, objects);
        contents = next;
        history = histories.answered(history, answer, objects);
    }
}

fn show_outcome(world: &World<'_>, outcome: OutcomeId) -> String {
    match world.ground.histories.outcome(outcome) {
        Outcome::Confirmed { etag, .. } => format!("confirmed, {etag}"),
        Outcome::Failed { code, .. } => (*code).to_owned(),
    }
}

fn describe(world: &mut World<'_>, state: &State, action: Action, names: &[String; 2]) -> String {
    let sent = |world: &mut World<'_>, actor: usize| {
        let history = state.actors[actor];
        (format!("{}: {}", names[actor], show(world, history)), show_answer(world, state.contents, history))
    };
    match action {
        Action::Send(actor) => {
            let (request, answer) = sent(world, actor);
            format!("{request} -> {answer}")
        }
        Action::LoseAnswer(actor) => {
            let (request, answer) = sent(world, actor);
            format!("{request} -> {answer}, lost; it is to be sent again")
        }
        Action::LoseAnswerAndFail(actor) => {
            let (request, answer) = sent(world, actor);
            format!("{request} -> {answer}, lost; given up")
        }
        Action::LoseRequest(actor) => format!("{}, lost; given up", sent(world, actor).0),
        Action::Delay(actor) => format!("{}, on its way; given up", sent(world, actor).0),
        Action::Double(actor) => {
            let (request, answer) = sent(world, actor);
            format!("{request} -> {answer}, and once more on its way")
        }
        Action::Conflict(actor) => format!("{} -> 409, nothing done", sent(world, actor).0),
        Action::Break(actor) => {
            let (request, answer) = sent(world, actor);
            format!("{request} -> 500 instead of {answer}")
        }
        Action::Restart(actor) => format!("{}: dies; a new confirmation is begun", names[actor]),
        Action::Upload(put) => {
            let request = world.upload(state, put);
            let (_, answer) = world.scenario.habits.apply(state.contents, &request, &mut world.ground.objects);
            format!("client: {} -> {}", show_request(world, &request), answer.status())
        }
        Action::Arrive(late) => {
            let history = state.late[late].expect("a late request");
            format!("late: {} -> {}", show(world, history), show_answer(world, state.contents, history))
        }
    }
}

fn show(world: &World<'_>, history: HistoryId) -> String {
    world.ground.histories.request(history).map_or_else(String::new, |request| show_request(world, request))
}

fn show_request(world: &World<'_>, request: &Request) -> String {
    let mut text = match (request.verb, request.source) {
        (Verb::Copy, Some(source)) => format!("COPY {source:?} to {:?}", request.place),
        (verb, _) => format!("{} {:?}", format!("{verb:?}").to_uppercase(), request.place),
    };
    let file = request.file.map(|file| world.ground.objects.file_by_id(file).name.clone());
    let conditions = [
        file,
        request.if_match.as_ref().map(|etag| format!("if-match {etag}")),
        request.creates_only.then(|| "if-none-match *".to_owned()),
        request.source_if_match.as_ref().map(|etag| format!("source-if-match {etag}")),
    ];
    let conditions: Vec<_> = conditions.into_iter().flatten().collect();
    if !conditions.is_empty() {
        write!(text, " ({})", conditions.join(", ")).expect("a text grows");
    }
    text
}

fn show_answer(world: &mut World<'_>, contents: Contents, history: HistoryId) -> String {
    let Some(request) = world.ground.histories.request(history).cloned() else { return String::new() };
    let (_, answer) = world.scenario.habits.apply(contents, &request, &mut world.ground.objects);
    let shown = answer.object().map(|object: ObjectId| {
        let (object, file) = (world.ground.objects.get(object), world.ground.objects.file_of(object));
        format!(" {} ({})", object.etag, file.name)
    });
    format!("{}{}", answer.status(), shown.unwrap_or_default())
}
