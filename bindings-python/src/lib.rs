//! `presize._native`: the extension module of the pip package. It converts values between Python and the core. It has no rules,
//! defaults or messages of its own, and is called only by the modules in `python/presize`.
//!
//! Options arrive as a dictionary and go to the core's tables unchanged, so that a mistake has the same code and message in every
//! language. The interpreter is released while pixels, base64 and private keys are processed.
#![forbid(unsafe_code)]
#![allow(missing_docs, reason = "the public documentation is in the Python modules")]
#![allow(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over by value")]

mod answers;
mod arguments;
mod cloudfront;
mod confirm;
mod data;
mod delivery;
mod dict;
mod error;
mod event_value;
mod exchange;
mod images;
mod json_body;
mod json_scan;
mod panic_hook;
mod pixels;
mod presigned;
mod resize;
mod rules;
mod signing;
mod store_events;
mod time;
mod uploads;
mod work;

use pyo3::prelude::*;

#[pymodule(name = "_native", gil_used = true)]
mod native {
    #[pymodule_export]
    use super::answers::{Answering, EdgeResizer, GatewayResizer};
    #[pymodule_export]
    use super::arguments::Unset;
    #[pymodule_export]
    use super::cloudfront::{KeyPair, Prepared, Signer};
    #[pymodule_export]
    use super::confirm::Confirmation;
    #[pymodule_export]
    use super::delivery::{RequestedVariant, VariantPolicy, Variants, placeholder};
    #[pymodule_export]
    use super::error::{
        request_invalid, request_malformed, request_too_large, request_type_unsupported, request_unauthenticated,
        server_busy,
    };
    #[pymodule_export]
    use super::event_value::parse_store_events_in_dict;
    #[pymodule_export]
    use super::images::{
        check, check_pixels, check_totals, decode, decode_data_uri, decode_data_uris, encode, encode_data_uri, explain,
        inspect, read, strip_metadata, strip_work_pixels, transform, transform_many, work_pixels,
    };
    #[pymodule_export]
    use super::json_body::{JsonBody, JsonDocument, JsonPlaces, JsonText};
    #[pymodule_export]
    use super::json_scan::Scanner;
    #[pymodule_export]
    use super::presigned::PresignedRequest;
    #[pymodule_export]
    use super::resize::{EventResizer, Resizing};
    #[pymodule_export]
    use super::rules::{CancelToken, Rules};
    #[pymodule_export]
    use super::signing::{
        Bucket, Credentials, Presigner, complete_multipart_body, content_disposition, parse_upload_id,
    };
    #[pymodule_export]
    use super::store_events::{parse_store_events, sqs_batch_response};
    #[pymodule_export]
    use super::uploads::{Policy, Uploads};
    #[pymodule_export]
    use super::work::{work_of_data_uris, work_of_json};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python gives to it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    #[allow(clippy::unnecessary_wraps, reason = "PyO3 demands it")]
    fn init(_module: &super::Bound<'_, super::PyModule>) -> super::PyResult<()> {
        super::panic_hook::install();
        Ok(())
    }
}
