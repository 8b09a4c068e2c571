//! `ResultStore`: the bucket that results are stored in, and the URL that they are read from.

use std::sync::Arc;
use std::time::SystemTime;

use crate::delivery::variant::RequestedVariant;
use crate::error::{Error, ErrorKind, Result};
use crate::imaging::OutputFormat;
use crate::options::{option_enum, quote};
use crate::presign::Presigner;
use crate::presign::encode::push_path;
use crate::store::{RESULT_METADATA, StoreAnswer, StoreRequest, is_without_bucket, refusal, signed};

option_enum! {
    /// When a request is redirected to the stored result.
    pub enum RedirectRule {
        /// Always: each variant is made once, and the function is not asked for it again.
        Always = "always",
        /// Only where a result is too long for an answer of the function. Others are answered, and not stored.
        Large = "large",
    }
}

/// A bucket of results.
#[derive(Debug, Clone)]
pub(super) struct ResultStore {
    pub presigner: Presigner,
    /// Where results are read, without a slash at the end: `https://img.example.com`, or a path on the same host, `/results`.
    pub url: String,
    pub redirect: RedirectRule,
}

impl ResultStore {
    /// The URL that a result is read from.
    pub(super) fn location(&self, store_key: &str) -> String {
        let mut location = format!("{}/", self.url);
        push_path(&mut location, store_key);
        location
    }

    pub(super) fn head(&self, variant: &RequestedVariant, now: SystemTime) -> Result<StoreRequest> {
        Ok(StoreRequest { max_body_bytes: 0, ..signed(self.presigner.head(&variant.store_key), now)? })
    }

    /// Whether there is a result, by the answer to HEAD. Without `s3:ListBucket`, S3 answers 403 for one that is missing.
    pub(super) fn is_stored(&self, answer: &StoreAnswer, asked_at: Option<SystemTime>) -> Result<bool> {
        match answer.status {
            200 => Ok(true),
            403 => Ok(false),
            404 if !is_without_bucket(answer) => Ok(false),
            _ => Err(refusal(self.presigner.bucket(), asked_at, "head", answer)),
        }
    }

    /// PUT of a result, which never replaces one.
    pub(super) fn put(
        &self,
        variant: &RequestedVariant,
        write: &Write,
        cache_control: &str,
        now: SystemTime,
    ) -> Result<StoreRequest> {
        let put = self.presigner.put(&variant.store_key).metadata(RESULT_METADATA, &write.original);
        let put = if write.is_conditional { put.if_none_match("*") } else { put };
        let put =
            put.content_type(write.media_type).cache_control(cache_control).content_length(write.bytes.len() as u64);
        Ok(StoreRequest { body: Arc::clone(&write.bytes), ..signed(put, now)? })
    }
}

/// A result that is to be stored.
pub(super) struct Write {
    pub bytes: Arc<Vec<u8>>,
    pub media_type: &'static str,
    /// The entity tag of the original, without quotes.
    pub original: String,
    pub is_conditional: bool,
}

impl Write {
    /// `entity_tag` is that of the original, in quotes.
    pub(super) fn new(format: OutputFormat, bytes: Vec<u8>, entity_tag: &str) -> Self {
        let original = entity_tag.trim_matches('"').to_owned();
        Self { media_type: format.media_type(), bytes: bytes.into(), original, is_conditional: true }
    }

    /// Consumes the answer. `Some` is the same write without its condition, which the store has refused.
    ///
    /// Errors: `store_unavailable` for a conflict, and those of a refusal.
    pub(super) fn answered(
        self,
        store: &ResultStore,
        answer: &StoreAnswer,
        asked_at: Option<SystemTime>,
    ) -> Result<Option<Self>> {
        match answer.status {
            // 412: another request has stored the same result.
            200 | 412 => Ok(None),
            409 => Err(ErrorKind::StoreUnavailable { reason: "the store answered put with 409".to_owned() }.into()),
            501 if self.is_conditional => Ok(Some(Self { is_conditional: false, ..self })),
            _ => Err(refusal(store.presigner.bucket(), asked_at, "put", answer)),
        }
    }
}

/// Checks the URL that results are read from, and cuts the slashes off its end.
///
/// Error: `option_invalid`.
pub(super) fn parse_results_url(text: &str) -> Result<String> {
    let url = text.trim_end_matches('/');
    let rest = ["https://", "http://"].into_iter().find_map(|scheme| url.strip_prefix(scheme));
    let is_path = text.starts_with('/') && !text.starts_with("//");
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}?#".contains(&byte));
    let has_host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains('@'));
    if is_plain && (is_path || has_host) {
        return Ok(url.to_owned());
    }
    let expected = "an http or https URL, or a path, without a query";
    Err(Error::option_invalid("results_url", expected, &quote(text)))
}
