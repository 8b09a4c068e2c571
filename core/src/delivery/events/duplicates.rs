//! Of the events of a key, the last one alone: those with the same sequencer are duplicates, those with an earlier one are
//! superseded.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::created::{CreatedObject, IgnoredReason, StoreEvents};
use super::sequencer::compare_sequencers;

/// Moves the events that a later one of the same key makes needless to those that are ignored. Without sequencers, as R2
/// writes none, only one with the same entity tag is the same.
pub(super) fn without_duplicates(found: StoreEvents) -> StoreEvents {
    let StoreEvents { objects, mut ignored } = found;
    let mut kept: Vec<Option<CreatedObject>> = Vec::with_capacity(objects.len());
    let mut last: HashMap<(String, String), usize> = HashMap::new();
    for object in objects {
        let place = (object.bucket.clone(), object.key.clone());
        let next = kept.len();
        let before = last.get(&place).copied();
        let earlier = before.and_then(|at| kept.get_mut(at));
        let needless =
            match earlier.as_ref().and_then(|earlier| earlier.as_ref()).map(|earlier| order(earlier, &object)) {
                Some(Some(Ordering::Equal)) => Some((object, IgnoredReason::Duplicate)),
                Some(Some(Ordering::Greater)) => Some((object, IgnoredReason::Superseded)),
                Some(Some(Ordering::Less)) => {
                    last.insert(place, next);
                    let superseded = earlier.and_then(Option::take).map(|earlier| (earlier, IgnoredReason::Superseded));
                    kept.push(Some(object));
                    superseded
                }
                Some(None) | None => {
                    last.insert(place, next);
                    kept.push(Some(object));
                    None
                }
            };
        ignored.extend(needless.map(|(object, reason)| object.ignored(reason)));
    }
    StoreEvents { objects: kept.into_iter().flatten().collect(), ignored }
}

/// The order of two events of one key, where they say it.
fn order(one: &CreatedObject, other: &CreatedObject) -> Option<Ordering> {
    match (&one.sequencer, &other.sequencer) {
        (Some(one), Some(other)) => compare_sequencers(one, other),
        _ if one.entity_tag.is_some() && one.entity_tag == other.entity_tag => Some(Ordering::Equal),
        _ => None,
    }
}
