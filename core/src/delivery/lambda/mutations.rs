//! Events for property tests: JSON of any form with the names of events, and good events of which one value is another one.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NAMES: &[&str] = &[
    "Records",
    "cf",
    "config",
    "eventType",
    "request",
    "response",
    "uri",
    "querystring",
    "method",
    "headers",
    "origin",
    "s3",
    "custom",
    "path",
    "status",
    "accept",
    "host",
    "via",
    "key",
    "value",
    "requestContext",
    "http",
    "elb",
    "rawPath",
    "rawQueryString",
    "httpMethod",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "multiValueHeaders",
    "stage",
    "domainName",
    "version",
];

fn leaf() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["\\PC{0,8}", "(%[0-9a-f]{2}|[+/?&=%]){0,6}"];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
        prop::sample::select(vec!["origin-request", "origin-response", "200", "GET", "2.0", "$default"])
            .prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
    ]
}

/// JSON of any form, with names that events have.
pub(super) fn anything() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 40, 6, |inner| {
        let name = prop_oneof![prop::sample::select(NAMES).prop_map(str::to_owned), "\\PC{0,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// An event with up to two values replaced or taken out.
pub(super) fn mutated(event: Value) -> impl Strategy<Value = Value> {
    prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(anything())), 0..3).prop_map(
        move |mutations| {
            let mut event = event.clone();
            for (index, value) in mutations {
                let mut places = Vec::new();
                list_places(&event, String::new(), &mut places);
                let place = index.get(&places).clone();
                match (value, place.rsplit_once('/')) {
                    (None, Some((parent, name))) => {
                        if let Some(Value::Object(members)) = event.pointer_mut(parent) {
                            members.remove(name);
                        }
                    }
                    (value, _) => *event.pointer_mut(&place).unwrap() = value.unwrap_or_default(),
                }
            }
            event
        },
    )
}

/// JSON pointers to all values. The names of events have no characters that pointers escape.
fn list_places(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| !name.contains(['/', '~'])) {
                list_places(value, format!("{place}/{name}"), places);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                list_places(value, format!("{place}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(place);
}
