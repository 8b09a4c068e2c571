//! Answers: a Lambda function is asked for a variant, and what it returns.
//!
//! ```text
//! event of CloudFront, a gateway, a balancer -> request (lambda) -> RequestedVariant, or an error
//!
//! edge      GET original -> render -> 200 with the body, if it fits into 1 MB
//! gateway   GET original -> render -> 200 with the body, if it fits
//!           with a bucket for results, as for an S3 website that redirects what it does not have:
//!           HEAD result -> 200                                   -> 307 to the result
//!                       -> 404, GET original -> render -> PUT it -> 307 to the result
//! ```
//!
//! An `Answering` goes that way, one request to the store at a time. Every error is an answer too, with its status, and no answer
//! with an error is 200 or cached for long. Only where the options say so does CloudFront answer with the original instead.

mod answering;
mod caller;
mod edge;
mod error_form;
mod gateway;
mod original;
mod plan;
mod result_store;
mod step;
#[cfg(test)]
mod tests;

pub use answering::Answering;
pub use edge::{EdgeOptions, EdgeResizer};
pub use error_form::ErrorForm;
pub use gateway::{GatewayOptions, GatewayResizer, RequestForm};
pub use result_store::RedirectRule;
