//! The driver of a confirmation: the machine of presize says what to ask the store, this asks it.
//!
//! It is all that a program of its own needs: send, try again, give up in time.

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use presize::{ConfirmRequest, Confirmation, Confirmed, Result, StoreAnswer, StoreRequest, UploadEvent, Uploads};

use crate::http::Client;

/// How patient a confirmation is with the store.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the whole confirmation.
    pub timeout: Duration,
    /// How often a request is sent again that was not answered, or with 429 or 5xx but 501.
    pub retries: u32,
}

/// Half a minute, three times.
pub const PATIENT: Patience = Patience { timeout: Duration::from_secs(30), retries: 3 };

/// How long it waits before the first of them; twice as long before each other.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Confirms an upload: checked, at its final key, the incoming object removed. `log` gets one event, however it ends.
pub fn confirm_upload(
    uploads: &Uploads,
    request: &ConfirmRequest,
    client: &Client,
    patience: Patience,
    mut log: impl FnMut(&UploadEvent),
) -> Result<Confirmed> {
    let mut confirmation = match uploads.confirm(request, SystemTime::now()) {
        Ok(confirmation) => confirmation,
        Err(error) => {
            let refused = Err(error);
            log(&UploadEvent::confirm(request, &refused, SystemTime::now()));
            return refused;
        }
    };
    let result = drive(&mut confirmation, client, patience);
    log(&confirmation.event(SystemTime::now()));
    result
}

fn drive(confirmation: &mut Confirmation, client: &Client, patience: Patience) -> Result<Confirmed> {
    let deadline = Instant::now() + patience.timeout;
    let mut attempt = 0;
    while let Some(request) = confirmation.next_request(SystemTime::now())? {
        match send(client, &request, deadline) {
            Ok(answer) => {
                confirmation.answer(answer);
                attempt = 0;
            }
            Err(_) if attempt < patience.retries && Instant::now() + pause(attempt) < deadline => {
                sleep(pause(attempt));
                attempt += 1;
            }
            Err(reason) => confirmation.fail(&reason),
        }
    }
    confirmation.finish()
}

fn pause(attempt: u32) -> Duration {
    FIRST_PAUSE * 2_u32.saturating_pow(attempt)
}

/// The answer, or why it is worth another attempt.
fn send(client: &Client, request: &StoreRequest, deadline: Instant) -> Result<StoreAnswer, String> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err("the time for it is over".to_owned());
    }
    match client.send_to_store(request, left) {
        // 501 is an answer: the store does not know what it was asked for, and will not the next time.
        Ok(answer) if answer.status == 429 || (answer.status >= 500 && answer.status != 501) => {
            let code = answer.error_code().map_or_else(String::new, |code| format!(" ({code})"));
            Err(format!("the store answered {}{code}", answer.status))
        }
        Ok(answer) => Ok(answer),
        Err(error) => Err(error.to_string()),
    }
}
