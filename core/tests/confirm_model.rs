//! Two confirmations of one upload, a client that uploads again and again, answers that are lost, requests that arrive
//! late or twice, and programs that die: every order of it, against a model of a store that leaves conditions unread. What
//! was confirmed is never changed and never lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

mod confirm_model {
    pub(crate) mod answer;
    pub(crate) mod explore;
    pub(crate) mod hashing;
    pub(crate) mod history;
    pub(crate) mod invariants;
    pub(crate) mod objects;
    pub(crate) mod photographs;
    pub(crate) mod policies;
    pub(crate) mod request;
    pub(crate) mod scenario;
    pub(crate) mod store;
    pub(crate) mod stores;
    pub(crate) mod trace;
    pub(crate) mod world;
}

use confirm_model::explore::explore;
use confirm_model::invariants::Violation;
use confirm_model::photographs::{Metadata, Upload};
use confirm_model::policies::{Depth, few_policies, policies};
use confirm_model::scenario::{Open, Scenario};
use confirm_model::stores::{GARAGE, R2, REFUSING, RGW, S3, S3_UNLISTED, S3_WITH_KMS, S3S_FS, Store, UNKNOWN};

/// One fault and one restart in each interleaving, or `PRESIZE_FAULTS` of each. The budget of states is enough for one
/// fault almost everywhere; with two it is what ends many of the explorations.
fn depth() -> Depth {
    let faults = std::env::var("PRESIZE_FAULTS").map_or(1, |text| text.parse().expect("PRESIZE_FAULTS is a number"));
    assert!(faults <= 2, "the model has place for two requests that are late");
    Depth { faults, restarts: faults, max_states: 1_000_000 }
}

/// Explores all of these, and tells of each that breaks a rule. Gives how many states of each show what is left open.
fn explore_all(scenarios: &[Scenario]) -> Vec<usize> {
    let (mut windows, mut broken) = (Vec::new(), Vec::new());
    for scenario in scenarios {
        match explore(scenario) {
            Ok(seen) => {
                println!("{}: {seen}", scenario.name);
                // Unchecked objects and all that mends them are too many for it: the shorter interleavings have to do.
                let may_be_cut_off = scenario.faults > 1 || scenario.open.unchecked_moment;
                assert!(seen.is_complete || may_be_cut_off, "the budget of states is too small");
                windows.push(seen.windows);
            }
            Err(found) => {
                let Violation { rule, why, .. } = &found.violation;
                broken.push(format!("{}: {rule}: {why}\n{}", scenario.name, found.trace));
            }
        }
    }
    assert!(broken.is_empty(), "{} of {} break a rule\n\n{}", broken.len(), scenarios.len(), broken.join("\n"));
    windows
}

fn all(store: Store) -> Vec<Scenario> {
    store.scenarios(policies, depth())
}

fn few(stores: &[Store]) -> impl Iterator<Item = Scenario> {
    stores.iter().flat_map(|store| store.scenarios(few_policies, depth()))
}

#[test]
fn s3() {
    explore_all(&all(S3));
}

#[test]
fn s3_with_kms() {
    explore_all(&all(S3_WITH_KMS));
}

#[test]
fn rgw() {
    explore_all(&all(RGW));
}

#[test]
fn s3s_fs() {
    explore_all(&all(S3S_FS));
}

#[test]
fn garage() {
    let windows = explore_all(&all(GARAGE));
    assert!(windows.iter().any(|states| *states > 0), "the window that the documentation leaves open is there");
}

/// R2 has headers of its own, and S3 says 403 for what is missing to those who may not list.
#[test]
fn stores_like_s3() {
    explore_all(&few(&[R2, S3_UNLISTED]).collect::<Vec<_>>());
}

#[test]
fn stores_without_conditions() {
    let windows = explore_all(&few(&[UNKNOWN, REFUSING]).collect::<Vec<_>>());
    assert!(windows.iter().all(|states| *states > 0), "the window that the documentation leaves open is there");
}

/// The same bytes again after others: an entity tag that comes back.
#[test]
fn files_that_come_again() {
    let again = |scenario: Scenario| {
        let restarts = depth().restarts.saturating_sub(1);
        Scenario { restarts, ..scenario.sending(&[Upload::First, Upload::Second, Upload::First]) }
    };
    explore_all(&few(&[S3, RGW, GARAGE, UNKNOWN]).map(again).collect::<Vec<_>>());
}

/// A header that is good, and pixels that are not.
#[test]
fn damaged_files() {
    let stores = [S3, RGW, GARAGE, UNKNOWN].into_iter().flat_map(all);
    explore_all(&stores.map(|scenario| scenario.sending(&[Upload::First, Upload::Damaged])).collect::<Vec<_>>());
}

#[test]
fn tickets_that_create_only() {
    explore_all(&few(&[S3, R2, RGW]).map(Scenario::creating_only).collect::<Vec<_>>());
}

/// Proof of another process is none: its object is checked again.
#[test]
fn credentials_that_change() {
    let scenarios = few(&[S3, RGW, GARAGE]).filter(|scenario| !scenario.open.unchecked_moment);
    explore_all(&scenarios.map(Scenario::with_new_credentials).collect::<Vec<_>>());
}

/// Where uploads go straight to the final key.
#[test]
fn uploads_in_place() {
    use Upload::{First, Page, Second};
    let mut scenarios = Vec::new();
    for metadata in [Metadata::Located, Metadata::Bare] {
        // A ticket that creates only: nothing is left open, also where what is refused is deleted on condition.
        for store in [S3, S3_WITH_KMS] {
            scenarios.push(store.in_place("auto", metadata, &[First, First, Page], Open::default(), depth()));
        }
        for store in [S3, S3_WITH_KMS, R2] {
            scenarios.push(store.in_place("auto", metadata, &[First, Second], Open::default(), depth()));
        }
        let open = Open { replaced: true, ..Open::default() };
        for store in [S3, S3_UNLISTED, R2, RGW, S3S_FS, GARAGE, UNKNOWN, REFUSING] {
            scenarios.push(store.in_place("auto", metadata, &[First, First, Page], open, depth()));
        }
        for store in [RGW, S3S_FS, GARAGE, UNKNOWN] {
            scenarios.push(store.in_place("copy", metadata, &[First, First, Page], open, depth()));
        }
    }
    explore_all(&scenarios);
}
