//! Every interleaving, breadth first: the first violation that is found is one of the shortest.

use std::fmt;

use super::hashing::Map;
use super::history::{Histories, HistoryId, Stage};
use super::invariants::Violation;
use super::scenario::Scenario;
use super::trace;
use super::world::{Action, State, World};

/// What an exploration has seen.
#[derive(Debug)]
pub(crate) struct Explored {
    /// Different states.
    pub(crate) states: usize,
    /// Steps from one state to another.
    pub(crate) steps: usize,
    /// Interleavings from the beginning to an end. With a budget that was too small, those of what was explored.
    pub(crate) runs: f64,
    /// The steps of the longest interleaving that was begun.
    pub(crate) depth: usize,
    /// Whether nothing was left out.
    pub(crate) is_complete: bool,
    /// Different confirmations: sequences of answers.
    pub(crate) histories: usize,
    /// States in which what the documentation leaves open has happened.
    pub(crate) windows: usize,
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { states, steps, runs, depth, is_complete, histories, windows } = self;
        let extent = if *is_complete { "all" } else { "cut off" };
        write!(f, "{extent}: {runs:.1e} interleavings of up to {depth} steps, by {states} states and {steps} steps; ")?;
        write!(f, "{histories} confirmations, {windows} states after what is left open")
    }
}

/// A rule that was broken, and the shortest way there.
pub(crate) struct Broken {
    pub(crate) violation: Violation,
    pub(crate) trace: String,
}

/// A state that was reached, and from where.
struct Visit {
    state: State,
    from: Option<(u32, Action)>,
}

/// Explores a scenario up to its budget of states.
pub(crate) fn explore(scenario: &Scenario) -> Result<Explored, Box<Broken>> {
    let mut world = World::new(scenario).expect("a policy that makes sense");
    let (mut visits, mut places) = (Vec::new(), Map::default());
    let mut graph = Graph::default();
    let beginning = world.beginning();
    places.insert(beginning, 0);
    visits.push(Visit { state: beginning, from: None });
    let (mut actions, mut next, mut depth, mut end_of_level) = (Vec::new(), 0, 0, 1);
    while let Some(visit) = visits.get(next) {
        if visits.len() > scenario.max_states {
            break;
        }
        if next == end_of_level {
            (depth, end_of_level) = (depth + 1, visits.len());
        }
        let state = visit.state;
        world.actions(&state, &mut actions);
        for action in &actions {
            let reached = match world.step(&state, *action) {
                Ok(reached) => reached.in_order().0,
                Err(violation) => {
                    let path = path_to(&visits, next, *action);
                    let trace = trace::tell(&mut world, &path, violation.begun);
                    return Err(Box::new(Broken { violation, trace }));
                }
            };
            let place = *places.entry(reached).or_insert_with(|| {
                visits.push(Visit { state: reached, from: Some((next as u32, *action)) });
                visits.len() as u32 - 1
            });
            graph.edges.push(place);
        }
        next += 1;
        graph.ends.push(graph.edges.len());
    }
    let histories = &world.ground.histories;
    Ok(Explored {
        states: visits.len(),
        steps: graph.edges.len(),
        runs: graph.runs(&visits, histories),
        depth,
        is_complete: next == visits.len(),
        histories: histories.count(),
        windows: visits.iter().filter(|visit| visit.state.is_window_hit).count(),
    })
}

/// The actions that lead to a state, and one more.
fn path_to(visits: &[Visit], place: usize, last: Action) -> Vec<Action> {
    let (mut path, mut place) = (vec![last], place);
    while let Some((from, action)) = visits[place].from {
        path.push(action);
        place = from as usize;
    }
    path.reverse();
    path
}

/// The steps between states: those of a state end where the next one's begin.
#[derive(Default)]
struct Graph {
    edges: Vec<u32>,
    ends: Vec<usize>,
}

impl Graph {
    /// The paths from the first state to states that have no next one. Each step goes on in the order of [`progress`], so
    /// that states can be counted from the last one to the first.
    fn runs(&self, visits: &[Visit], histories: &Histories) -> f64 {
        let mut order: Vec<usize> = (0..self.ends.len()).collect();
        order.sort_by_cached_key(|place| std::cmp::Reverse(progress(&visits[*place].state, histories)));
        let mut runs = vec![1.0; visits.len()];
        for place in order {
            let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
            let edges = &self.edges[begin..self.ends[place]];
            if !edges.is_empty() {
                runs[place] = edges.iter().map(|edge| runs[*edge as usize]).sum();
            }
        }
        runs[0]
    }
}

/// Grows with every step.
fn progress(state: &State, histories: &Histories) -> [usize; 5] {
    let of = |history: HistoryId| match histories.stage(history) {
        Stage::Asks(_) => histories.answers(history),
        Stage::Ended(_) => usize::from(u16::MAX),
    };
    [
        usize::MAX - usize::from(state.restarts),
        usize::MAX - usize::from(state.faults),
        usize::MAX - state.puts.count_ones() as usize,
        state.late.iter().filter(|late| late.is_none()).count(),
        state.actors.into_iter().map(of).sum(),
    ]
}
