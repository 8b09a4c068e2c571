//! Two confirmations of one upload, a client that uploads again and again, answers that are lost, requests that arrive
//! late or twice, and programs that die: every order of it, against a model of a store that leaves conditions unread. What
//! was confirmed is never changed and never lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

mod confirm_model {
    pub(crate) mod answer;
    pub(crate) mod explore;
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
use confirm_model::policies::Depth;
use confirm_model::scenario::{Open, Scenario};
use confirm_model::stores::{GARAGE, R2, REFUSING, RGW, S3, S3_UNLISTED, S3_WITH_KMS, S3S_FS, UNKNOWN};

/// `PRESIZE_FAULTS=2` tries two faults and two restarts in each interleaving, which takes an hour.
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

fn with_new_credentials(scenario: Scenario) -> Scenario {
    let name = format!("{}, with new credentials", scenario.name);
    Scenario { name, has_new_credentials: true, ..scenario }
}

#[test]
fn s3() {
    explore_all(&S3.scenarios(depth()));
}

#[test]
fn s3_with_kms() {
    explore_all(&S3_WITH_KMS.scenarios(depth()));
}

#[test]
fn s3_without_lists() {
    explore_all(&S3_UNLISTED.scenarios(depth()));
}

#[test]
fn r2() {
    explore_all(&R2.scenarios(depth()));
}

#[test]
fn rgw() {
    explore_all(&RGW.scenarios(depth()));
}

#[test]
fn s3s_fs() {
    explore_all(&S3S_FS.scenarios(depth()));
}

#[test]
fn garage() {
    explore_all(&GARAGE.scenarios(depth()));
}

#[test]
fn stores_without_conditions() {
    for store in [UNKNOWN, REFUSING] {
        explore_all(&store.scenarios(depth()));
    }
}

/// Proof of another process is none: its object is checked again.
#[test]
fn credentials_that_change() {
    let scenarios = [S3, RGW, GARAGE].into_iter().flat_map(|store| {
        let scenarios = store.scenarios(depth()).into_iter().filter(|scenario| !scenario.open.unchecked_moment);
        scenarios.map(with_new_credentials)
    });
    explore_all(&scenarios.collect::<Vec<_>>());
}

/// Where uploads go straight to the final key.
#[test]
fn uploads_in_place() {
    use Upload::{First, Page, Second};
    let mut scenarios = Vec::new();
    for metadata in [Metadata::Located, Metadata::Bare] {
        // A ticket that creates only, and nothing to refuse: nothing is left open.
        for store in [S3, R2] {
            scenarios.push(store.in_place(metadata, &[First, Second], Open::default(), depth()));
        }
        let open = Open { replaced: true, ..Open::default() };
        for store in [S3, R2, RGW, S3S_FS, GARAGE, UNKNOWN, REFUSING] {
            scenarios.push(store.in_place(metadata, &[First, Second, Page], open, depth()));
        }
    }
    explore_all(&scenarios);
}
