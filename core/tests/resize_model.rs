//! Resizing, held against a model of a store: events come late, twice and in any order, originals are replaced, answers are lost,
//! and several calls run at the same time. In the end the results are those of the newest original.
//!
//! `world.rs` has the uploads, the calls and what may happen next; `store.rs` answers requests as S3 does; `schedule.rs` says
//! in which order everything happens.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report of a test")]

#[path = "random/mod.rs"]
mod random;
#[path = "resize_model/schedule.rs"]
mod schedule;
#[path = "resize_model/store.rs"]
mod store;
#[path = "resize_model/world.rs"]
mod world;

use random::Random;
use schedule::{Drawn, Enumerated};
use store::Conditions;
use world::{Scenario, World};

/// Two versions of a photo, told of by their events, in every order of all requests: with an answer that is lost, and with an event
/// that comes twice.
#[test]
fn every_order_of_two_events() {
    for (is_versioned, has_sequencers) in [(false, false), (false, true), (true, false), (true, true)] {
        for (deliveries, losses) in [(vec![0, 1], 1), (vec![0, 1, 1], 0)] {
            if is_versioned && losses == 0 {
                continue; // tens of thousands of orders, of which the next test draws some
            }
            let scenario = Scenario {
                uploads: vec![0, 1],
                deliveries,
                widths: &[4],
                is_versioned,
                has_sequencer: vec![has_sequencers; 2],
                is_on_s3: true,
                conditions: Conditions::Honoured,
                losses,
                is_sequential: false,
            };
            let mut schedule = Enumerated::default();
            let mut orders = 0;
            while schedule.begin() {
                World::new(&scenario).run(&mut schedule);
                orders += 1;
            }
            println!("{scenario:?}: {orders} orders");
            assert!(orders > 300, "{orders}");
        }
    }
}

/// More versions, more results, events twice, in orders that are drawn. Some events have a sequencer, others none.
#[test]
fn drawn_orders_of_many_calls() {
    for seed in 0..600 {
        let mut random = Random::new(seed);
        let count = 2 + random.below(3);
        let mut deliveries: Vec<usize> = (0..count).collect();
        deliveries.extend((0..random.below(3)).map(|_| random.below(count)));
        let has_some = random.once_in(3);
        let has_all = random.once_in(2);
        let scenario = Scenario {
            uploads: (0..count).collect(),
            deliveries,
            widths: if random.once_in(3) { &[4, 6] } else { &[4] },
            is_versioned: random.once_in(2),
            has_sequencer: (0..count).map(|_| if has_some { random.once_in(2) } else { has_all }).collect(),
            is_on_s3: random.once_in(2),
            conditions: Conditions::Honoured,
            losses: random.below(3),
            is_sequential: false,
        };
        World::new(&scenario).run(&mut Drawn(random));
    }
}

/// One call after the other, the same photo uploaded again, on stores that have no conditions.
#[test]
fn one_after_the_other_needs_no_conditions() {
    for seed in 0..600 {
        let mut random = Random::new(seed);
        let count = 2 + random.below(4);
        let mut deliveries: Vec<usize> = (0..count).collect();
        deliveries.extend((0..random.below(5)).map(|_| random.below(count)));
        let has_sequencers = random.once_in(2);
        let scenario = Scenario {
            uploads: (0..count).map(|_| random.below(3)).collect(),
            deliveries,
            widths: &[4],
            is_versioned: random.once_in(2),
            has_sequencer: vec![has_sequencers; count],
            is_on_s3: false,
            conditions: random.pick(&[Conditions::Honoured, Conditions::Ignored, Conditions::Refused]),
            losses: random.below(3),
            is_sequential: true,
        };
        World::new(&scenario).run(&mut Drawn(random));
    }
}

/// The model can fail: without the conditions, two calls at once leave the results of an older original.
#[test]
fn a_store_without_conditions_is_caught() {
    let scenario = Scenario {
        uploads: vec![0, 1],
        deliveries: vec![0, 1],
        widths: &[4],
        is_versioned: true,
        has_sequencer: vec![true; 2],
        is_on_s3: true,
        conditions: Conditions::Ignored,
        losses: 0,
        is_sequential: false,
    };
    let mut schedule = Enumerated::default();
    let mut wrong = 0;
    while schedule.begin() {
        wrong += usize::from(!World::new(&scenario).ends_with_the_newest(&mut schedule));
    }
    assert!(wrong > 0);
}
