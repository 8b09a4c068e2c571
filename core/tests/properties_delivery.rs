//! Properties of delivery that hold for every input: events of any form, placeholders of any picture.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report of a test")]

use presize::{
    ImageRules, OutputFormat, PixelImage, PlaceholderOptions, Transform, encode, parse_store_events, placeholder,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A record of S3, with parts of it missing, of another type, or odd.
fn record() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just(json!("ObjectCreated:Put")),
        Just(json!("s3:ObjectCreated:Copy")),
        Just(json!("ObjectRemoved:Delete")),
        Just(Value::Null),
        Just(json!(7)),
    ];
    let source = prop_oneof![
        Just(json!("aws:s3")),
        Just(json!("minio:s3")),
        Just(json!("aws:sqs")),
        Just(json!("ceph:s3")),
        Just(Value::Null),
    ];
    let key = prop_oneof!["[a-c]{0,2}", "\\PC{0,12}", "(%[0-9a-f]{2}|[+/.]){0,6}"];
    let sequencer = prop_oneof!["[0-9A-F]{0,4}", "[x-z]"];
    (name, source, key, sequencer, any::<Option<u64>>(), "[ab]{0,1}").prop_map(
        |(name, source, key, sequencer, size, bucket)| {
            json!({"eventVersion": "2.1", "eventSource": source, "eventName": name, "body": key.clone(),
            "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": size, "sequencer": sequencer}}})
        },
    )
}

/// JSON of any form whose names are those of events.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<u32>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(json!("aws:s3")),
        Just(json!("Notification")),
    ];
    let name = prop::sample::select(vec![
        "Records",
        "Type",
        "Message",
        "eventSource",
        "EventSource",
        "Sns",
        "body",
        "detail-type",
        "detail",
        "action",
        "bucket",
        "object",
        "key",
        "s3",
        "Event",
        "eventName",
    ]);
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((name.clone(), inner), 0..5)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn every_record_is_told_of_once(records in prop::collection::vec(record(), 0..20)) {
        let count = records.len();
        let events = parse_store_events(&json!({ "Records": records }).to_string()).unwrap();
        prop_assert_eq!(events.objects.len() + events.ignored.len(), count);
        // Of two events of one key that can be ordered one is left.
        for (at, object) in events.objects.iter().enumerate() {
            prop_assert!(object.key.bytes().all(|byte| byte >= 0x20 && byte != 0x7f));
            for other in &events.objects[at + 1..] {
                let is_hexadecimal = |text: &Option<String>| {
                    text.as_ref().is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
                };
                let are_ordered = is_hexadecimal(&object.sequencer) && is_hexadecimal(&other.sequencer);
                let is_same = (&object.bucket, &object.key) == (&other.bucket, &other.key);
                // An event without an order between two others separates them.
                let is_between = events.objects.iter().any(|between| !is_hexadecimal(&between.sequencer));
                prop_assert!(!(is_same && are_ordered) || is_between);
            }
        }
    }

    #[test]
    fn json_of_any_form_is_an_event_or_refused(event in anything()) {
        if let Err(error) = parse_store_events(&event.to_string()) {
            prop_assert_eq!(error.code(), "event_malformed");
        }
    }

    #[test]
    fn text_of_any_form_is_an_event_or_refused(text in "\\PC{0,80}") {
        if let Err(error) = parse_store_events(&text) {
            prop_assert_eq!(error.code(), "event_malformed");
        }
    }

    #[test]
    fn every_picture_has_a_placeholder(
        (width, height, channels) in (1..130_u32, 1..130_u32, 1..=4_u8),
        seed in any::<u64>(),
        is_flat in any::<bool>(),
    ) {
        let count = (width * height) as usize * usize::from(channels);
        let mut state = seed | 1;
        let bytes: Vec<u8> = (0..count)
            .map(|at| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if is_flat { (seed >> (8 * (at % usize::from(channels)))) as u8 } else { (state >> 56) as u8 }
            })
            .collect();
        let picture = PixelImage::new(width, height, channels, bytes).unwrap();
        let rules = ImageRules::default();
        let png = encode(&picture, &Transform::default().format(OutputFormat::Png), &rules).unwrap().bytes;
        let made = placeholder(&png, &PlaceholderOptions::default().data_uri(true), &rules).unwrap();
        prop_assert!((5..=25).contains(&made.thumbhash.len()), "{} bytes", made.thumbhash.len());
        prop_assert_eq!((made.width, made.height), (width, height));
        prop_assert!(made.data_uri.unwrap().len() < 4000);
        for color in [made.average_color, made.dominant_color] {
            prop_assert!(color.len() == 7 && color.starts_with('#'));
        }
    }
}
