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
    pub(crate) mod request;
    pub(crate) mod scenario;
    pub(crate) mod store;
    pub(crate) mod stores;
    pub(crate) mod trace;
    pub(crate) mod world;
}

use confirm_model::explore::explore;
use confirm_model::photographs::{Metadata, Upload};
use confirm_model::scenario::{Open, Scenario};
use confirm_model::stores::{GARAGE, R2, RGW, S3};

fn run(scenario: &Scenario) {
    match explore(scenario) {
        Ok(seen) => println!("{}: {seen:?}", scenario.name),
        Err(broken) => {
            panic!("{}: {}: {}\n{}", scenario.name, broken.violation.rule, broken.violation.why, broken.trace)
        }
    }
}

fn base(name: &'static str, store: confirm_model::stores::Store) -> Scenario {
    Scenario {
        name,
        kind: store.kind,
        habits: store.habits,
        policy: vec![],
        uploads: [Upload::First, Upload::Second, Upload::Page].map(|upload| (upload, Metadata::Bare)).to_vec(),
        faults: 1,
        restarts: 1,
        open: Open::default(),
        max_states: 2_000_000,
    }
}

#[test]
fn s3() {
    run(&base("s3", S3));
}
#[test]
fn r2() {
    run(&base("r2", R2));
}
#[test]
fn rgw() {
    run(&base("rgw", RGW));
}
#[test]
fn garage() {
    run(&base("garage", GARAGE));
}
