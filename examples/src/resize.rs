//! Resizes images as soon as they are stored: what a function or a queue's worker does with an event of the store.

use presize::{CreatedObject, Error, EventResizer, Resized, Result, parse_store_events, sqs_batch_response};

use crate::drive::{PATIENT, drive};
use crate::http::Client;

/// What came of an event.
#[derive(Debug)]
pub struct WorkedOff {
    /// What was stored of each original, or why it was skipped.
    pub resized: Vec<Resized>,
    /// What could not be resized.
    pub failed: Vec<(CreatedObject, Error)>,
}

/// Works off an event: every object that it tells of, each by itself.
///
/// Error: `event_malformed`.
pub fn work_off(resizer: &EventResizer, event: &str, client: &Client) -> Result<WorkedOff> {
    let mut outcome = WorkedOff { resized: Vec::new(), failed: Vec::new() };
    for object in parse_store_events(event)?.objects {
        match drive(&mut resizer.resize(&object), client, PATIENT) {
            Ok(stored) => outcome.resized.push(stored),
            Err(error) => outcome.failed.push((object, error)),
        }
    }
    Ok(outcome)
}

impl WorkedOff {
    /// The answer to a batch of SQS: only what may pass later comes again. An image that is damaged never will.
    ///
    /// Error: `option_invalid`, for an event that did not come from SQS.
    pub fn batch_response(&self) -> Result<String> {
        let again = self.failed.iter().filter(|(_, error)| error.is_worth_retry());
        let ids: Vec<&str> = again.map(|(object, _)| object.message_id.as_deref().unwrap_or_default()).collect();
        sqs_batch_response(&ids)
    }
}
