//! The names, options, defaults and enums of the API, as `api.json` lists them for all three languages.

use presize::option_tables::{ENUMS, TABLES};
use presize::options::{OptionKind, OptionSpec, OptionValue};
use serde_json::{Map, Value, json};

/// Names that exist: each is used as a path, so that a renamed one does not compile.
macro_rules! names {
    ($($name:ident),+ $(,)?) => {{
        #[allow(unused_imports, reason = "the import is the proof that the name exists")]
        mod proof { pub(super) use presize::{$($name),+}; }
        vec![$(stringify!($name)),+]
    }};
}

pub(crate) fn describe() -> Value {
    json!({
        "functions": names![
            inspect, work_pixels, check, check_totals, transform, transform_many, decode, encode, decode_data_uri, decode_data_uris, encode_data_uri, strip_metadata,
            content_disposition, complete_multipart_body, parse_upload_id, placeholder, parse_store_events, sqs_batch_response,
        ],
        "types": names![
            Bucket, BucketOptions, CheckedImage, CloudFrontKeyPair, CloudFrontOptions, CloudFrontSigner, CompletedPart,
            ConfirmRequest, Confirmation, Confirmed, Credentials, EncodedImage, Error, ExifSummary, Explanation, ImageInfo, ImageRules, JsonLimits, JsonScanner, PixelImage, PostForm, PostFormOptions, PreparedCookies,
            PreparedUrl, PresignedRequest, Presigner, RemovedMetadata, SignedCookies, SignedUrl, StoreAnswer, StoreRequest, StrippedImage, Transform, UploadEvent, UploadPolicy,
            UploadRequest, UploadTicket, Uploads, Variant,
            CreatedObject, IgnoredEvent, Placeholder, PlaceholderOptions, RenderedVariant, RequestedVariant, Srcset, SrcsetOptions,
            StoreEvents, VariantPolicy, Variants, EventResizePolicy, EventResizer, Resized, ResizedObject, Resizing,
            Answering, EdgeOptions, EdgeResizer, GatewayOptions, GatewayResizer,
        ],
        "enums": listed(ENUMS.iter().map(|words| (words.name, words.words.iter().map(|word| word.word).collect()))),
        "options": listed(TABLES.iter().map(|table| (table.name, self::table(table.options)))),
    })
}

fn listed(entries: impl Iterator<Item = (&'static str, Value)>) -> Value {
    Value::Object(entries.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn table(specs: &[OptionSpec]) -> Value {
    let rows = specs.iter().map(|spec| {
        let (kind, words) = match spec.kind {
            OptionKind::Integer => ("integer", None),
            OptionKind::Boolean => ("boolean", None),
            OptionKind::Text => ("text", None),
            OptionKind::Enum(words) => ("enum", Some(words)),
            OptionKind::EnumList(words) => ("enum_list", Some(words)),
            OptionKind::IntegerList => ("integer_list", None),
            OptionKind::TextList => ("text_list", None),
            OptionKind::TextMap => ("text_map", None),
            OptionKind::Presets => ("presets", None),
            OptionKind::Color => ("color", None),
            other => panic!("an option of an unknown kind: {other:?}"),
        };
        let mut row = Map::new();
        row.insert("kind".into(), json!(kind));
        row.insert("default".into(), value(&(spec.default)()));
        if let Some(words) = words {
            row.insert("words".into(), json!(words));
        }
        if let Some((min, max)) = spec.range {
            row.insert("min".into(), json!(min));
            row.insert("max".into(), json!(max));
        }
        (spec.name.to_owned(), Value::Object(row))
    });
    Value::Object(rows.collect())
}

pub(super) fn value(value: &OptionValue<'_>) -> Value {
    match value {
        OptionValue::Null => Value::Null,
        OptionValue::Bool(value) => json!(value),
        OptionValue::Number(value) => json!(*value as u64),
        OptionValue::Text(value) => json!(value),
        OptionValue::List(values) => values.iter().map(self::value).collect(),
        OptionValue::Map(entries) => {
            Value::Object(entries.iter().map(|(name, value)| (name.to_string(), self::value(value))).collect())
        }
        other => panic!("a default of an unknown kind: {other:?}"),
    }
}
