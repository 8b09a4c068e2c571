//! The partial answer to a batch of SQS messages.

use std::collections::HashSet;

use serde_json::json;

use crate::error::{Error, Result};
use crate::options::quote;

/// The longest id of a message.
const MAX_ID_BYTES: usize = 100;

/// What a Lambda function answers to a batch of SQS messages of which some are to come again: those that may pass later, for
/// example because the store was not reachable. An image that is damaged never will.
///
/// ```
/// let answer = presize::sqs_batch_response(&["059f36b4-87a3-44ab-83d2-661975830a7d"])?;
/// assert_eq!(answer, r#"{"batchItemFailures":[{"itemIdentifier":"059f36b4-87a3-44ab-83d2-661975830a7d"}]}"#);
/// # Ok::<(), presize::Error>(())
/// ```
///
/// Error: `option_invalid` for an id that is empty, with which the whole batch would come again.
pub fn sqs_batch_response(failed_message_ids: &[&str]) -> Result<String> {
    let mut seen = HashSet::new();
    let mut failures = Vec::new();
    for id in failed_message_ids {
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(Error::option_invalid("failed_message_ids", "ids of messages of SQS", &quote(id)));
        }
        if seen.insert(id) {
            failures.push(json!({ "itemIdentifier": id }));
        }
    }
    Ok(json!({ "batchItemFailures": failures }).to_string())
}
