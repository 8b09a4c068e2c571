//! `Caller`: what has called the function, and how it wants to be answered.

use crate::delivery::lambda::{Body, CloudFrontEvent, GatewayEvent, LambdaAnswer, LambdaRequest, Method};
use crate::delivery::variants::Variants;
use crate::error::{Error, ErrorKind, Result};

use super::error_form::ErrorForm;

/// What has called the function.
#[derive(Debug)]
pub(super) enum Caller {
    /// CloudFront. With `originals` it answers with the original where there is no variant.
    Edge {
        event: Box<CloudFrontEvent>,
        originals: bool,
    },
    Gateway {
        event: Box<GatewayEvent>,
        errors: ErrorForm,
    },
}

impl Caller {
    pub(super) fn request(&self) -> &LambdaRequest {
        match self {
            Self::Edge { event, .. } => event.request(),
            Self::Gateway { event, .. } => event.request(),
        }
    }

    /// The length of an answer as it is sent, and the most that is taken, in bytes.
    fn length(&self, answer: &LambdaAnswer) -> (usize, usize) {
        match self {
            Self::Edge { event, .. } => (event.encoded_bytes(answer), CloudFrontEvent::MAX_BYTES),
            Self::Gateway { event, .. } => (event.encoded_bytes(answer), event.max_bytes()),
        }
    }

    /// Whether an answer is short enough to be taken.
    pub(super) fn takes(&self, answer: &LambdaAnswer) -> bool {
        let (received, max) = self.length(answer);
        received <= max
    }

    /// The error for an answer that is too long.
    pub(super) fn too_large(&self, answer: &LambdaAnswer) -> Error {
        let (received, max) = self.length(answer);
        ErrorKind::VariantTooLarge { received_bytes: received as u64, max_bytes: max as u64 }.into()
    }

    /// The text that the function returns. An answer to HEAD loses its body.
    pub(super) fn write(&self, mut answer: LambdaAnswer) -> String {
        if self.request().method == Method::Head {
            answer.body = Body::None;
        }
        match self {
            Self::Edge { event, .. } => event.answer(&answer),
            Self::Gateway { event, .. } => event.answer(&answer),
        }
    }

    /// The answer to a request that is refused.
    pub(super) fn refuse(&self, error: &Error, variants: &Variants) -> String {
        let form = if let Self::Gateway { errors, .. } = self { *errors } else { ErrorForm::Presize };
        let mut headers = vec![("content-type", "application/json".to_owned())];
        headers.extend(variants.error_headers(error));
        if let ErrorKind::MethodNotAllowed { .. } = error.kind() {
            headers.push(("allow", "GET, HEAD".to_owned()));
        }
        self.write(LambdaAnswer { status: error.http_status(), headers, body: Body::Text(form.body(error)) })
    }

    /// The answer where the variant is allowed and cannot be had: the original, if that may be shown; otherwise the error. An
    /// original in place of a variant that is too large stays in caches; in place of one that failed, no longer than the error.
    pub(super) fn fail(&self, error: &Error, variants: &Variants) -> String {
        match self {
            Self::Edge { event, originals: true } => match error.kind() {
                ErrorKind::VariantTooLarge { .. } => event.pass_through(),
                _ => event.pass_through_with(&variants.error_headers(error)),
            },
            _ => self.refuse(error, variants),
        }
    }
}

/// Checks that a request reads.
///
/// Error: `method_not_allowed`.
pub(super) fn check_method(request: &LambdaRequest) -> Result<()> {
    match request.method {
        Method::Get | Method::Head => Ok(()),
        Method::Other => Err(ErrorKind::MethodNotAllowed {}.into()),
    }
}
