//! The driver: a state machine of presize says what to ask the store, this asks it.
//!
//! It is all that a program of its own needs: send, try again, give up in time.

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use presize::{Answering, Confirmation, Confirmed, Resized, Resizing, Result, StoreAnswer, StoreRequest};

use crate::http::Client;

/// What presize's state machines have in common.
pub trait StoreMachine {
    /// The result.
    type Outcome;

    /// The next request to send; `None` at the end.
    fn next_request(&mut self, now: SystemTime) -> Result<Option<StoreRequest>>;
    /// Consumes the answer to it.
    fn answer(&mut self, answer: StoreAnswer);
    /// Says that there is none, and why.
    fn fail(&mut self, reason: &str);
    /// The result, at the end.
    fn finish(&mut self) -> Result<Self::Outcome>;
}

macro_rules! machines {
    ($($machine:ident -> $outcome:ident;)+) => {$(
        impl StoreMachine for $machine {
            type Outcome = $outcome;

            fn next_request(&mut self, now: SystemTime) -> Result<Option<StoreRequest>> {
                Self::next_request(self, now)
            }
            fn answer(&mut self, answer: StoreAnswer) {
                Self::answer(self, answer);
            }
            fn fail(&mut self, reason: &str) {
                Self::fail(self, reason);
            }
            fn finish(&mut self) -> Result<$outcome> {
                Self::finish(self)
            }
        }
    )+};
}

machines! {
    Confirmation -> Confirmed;
    Resizing -> Resized;
}

/// Errors are answers of the function, too.
impl StoreMachine for Answering {
    type Outcome = String;

    fn next_request(&mut self, now: SystemTime) -> Result<Option<StoreRequest>> {
        Ok(Self::next_request(self, now))
    }
    fn answer(&mut self, answer: StoreAnswer) {
        Self::answer(self, answer);
    }
    fn fail(&mut self, reason: &str) {
        Self::fail(self, reason);
    }
    fn finish(&mut self) -> Result<String> {
        Ok(Self::finish(self))
    }
}

/// How patient a program is with the store.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For all requests of a machine together.
    pub timeout: Duration,
    /// How often a request is sent again that was not answered, or with 429 or 5xx but 501.
    pub retries: u32,
}

/// Half a minute, three times.
pub const PATIENT: Patience = Patience { timeout: Duration::from_secs(30), retries: 3 };

/// How long it waits before the first of them; twice as long before each other.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Sends what the machine asks for until it has ended.
pub fn drive<M: StoreMachine>(machine: &mut M, client: &Client, patience: Patience) -> Result<M::Outcome> {
    let deadline = Instant::now() + patience.timeout;
    let mut attempt = 0;
    while let Some(request) = machine.next_request(SystemTime::now())? {
        match send(client, &request, deadline) {
            Ok(answer) => {
                machine.answer(answer);
                attempt = 0;
            }
            Err(_) if attempt < patience.retries && Instant::now() + pause(attempt) < deadline => {
                sleep(pause(attempt));
                attempt += 1;
            }
            Err(reason) => machine.fail(&reason),
        }
    }
    machine.finish()
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
