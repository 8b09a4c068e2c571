//! `GatewayResizer`: variants behind API Gateway, a function URL or a load balancer.

use std::sync::Arc;
use std::time::SystemTime;

use crate::delivery::lambda::{LambdaRequest, read_gateway};
use crate::delivery::percent::decode_path;
use crate::delivery::query::parameter;
use crate::delivery::refusal::malformed;
use crate::delivery::variant::RequestedVariant;
use crate::delivery::variants::Variants;
use crate::error::{Error, ErrorKind, Result};
use crate::options::{option_enum, options, quote};
use crate::presign::Presigner;
use crate::rules::ImageRules;

use super::answering::Answering;
use super::caller::{Caller, check_method};
use super::error_form::{ErrorForm, NO_KEY};
use super::plan::Plan;
use super::result_store::{RedirectRule, ResultStore, parse_results_url};

option_enum! {
    /// Where a request says which variant it asks for.
    pub enum RequestForm {
        /// The path is the key, and the query asks for the variant: `/photos/cat.jpg?w=200`.
        Url = "url",
        /// The path begins with the size: `/300x300/photos/cat.jpg`.
        Path = "path",
        /// The parameter `key` of the query is such a path: `?key=300x300/photos/cat.jpg`. An S3 website can redirect to it
        /// what it does not have.
        Key = "key",
    }
}

options! {
    /// How a function behind a gateway is asked, and how it answers.
    pub struct GatewayOptions {
        /// Where a request says which variant it asks for. Default: url.
        request: RequestForm = RequestForm::Url;
        /// The start of all paths, which is no part of a key, such as `/images`. Default: empty.
        base_path: String = String::new();
        /// Where results are read from once they are stored, an http or https URL or a path on the same host: redirects
        /// lead there. Default: unset, which is refused where there is a bucket for results.
        results_url: Option<String> = None;
        /// When a request is redirected to the stored result, where there is a bucket for results. Default: always.
        redirect: RedirectRule = RedirectRule::Always;
        /// The body of an answer with an error. Default: presize.
        errors: ErrorForm = ErrorForm::Presize;
    }
}

/// Answers events of API Gateway (REST and HTTP APIs), of a function URL and of an Application Load Balancer.
///
/// Without a bucket for results every request is answered with its variant. With one, each variant is made once: the function
/// looks for it there, makes and stores it if it is missing, and redirects to it. That is how an S3 website resizes on the first
/// miss: it redirects what it does not have to the function.
///
/// ```
/// # fn run(photos: presize::Presigner, resized: presize::Presigner, event: &str) -> presize::Result<()> {
/// use presize::{GatewayOptions, GatewayResizer, ImageRules, RequestForm, VariantPolicy, Variants};
/// use std::time::SystemTime;
///
/// let variants = Variants::new(VariantPolicy::default().sizes(&["300x300"]))?;
/// let options = GatewayOptions::default().request(RequestForm::Key).results_url("https://img.example.com");
/// let resizer = GatewayResizer::new(variants, photos, Some(resized), ImageRules::default(), options)?;
/// let answering = resizer.answer(event, SystemTime::now())?; // drive it as `Answering` shows
/// # Ok(())
/// # }
/// ```
///
/// - A redirect is 307 with `no-store`. One that would lead to the request itself is the error `variant_redirect_loop`.
/// - A result is never replaced: of several requests at once, one stores it. What is stored is public, even where the request
///   was signed. It is kept when its original is replaced: use keys that change with the picture. In a bucket that holds both,
///   a result is no original: the answer is 404.
/// - A request is refused before anything is fetched: 400, 403, or 405 for other methods than GET and HEAD. No error is 200 or
///   cached for long. A missing original is 404.
/// - An answer may have 6 MB with its picture in base64, behind a load balancer 1 MB. A larger one is stored and redirected to,
///   or, without a bucket for results, the error `variant_too_large`.
/// - API Gateway sends pictures only if the API's binary media types have `*/*` (REST APIs).
#[derive(Debug, Clone)]
pub struct GatewayResizer {
    variants: Arc<Variants>,
    source: Presigner,
    results: Option<ResultStore>,
    rules: ImageRules,
    options: GatewayOptions,
    /// Without a slash at its end.
    base_path: String,
}

impl GatewayResizer {
    /// `source` signs for the bucket of the originals, `results` for that of the results, which may be the same.
    ///
    /// Error: `option_invalid`.
    pub fn new(
        variants: Variants,
        source: Presigner,
        results: Option<Presigner>,
        rules: ImageRules,
        options: GatewayOptions,
    ) -> Result<Self> {
        rules.validate()?;
        options.validate()?;
        let base_path = options.base_path.trim_end_matches('/').to_owned();
        if !base_path.is_empty() && !base_path.starts_with('/') {
            return Err(Error::option_invalid(
                "base_path",
                "a path that starts with a slash",
                &quote(&options.base_path),
            ));
        }
        let results = match (results, &options.results_url) {
            (Some(presigner), Some(url)) => {
                let url = parse_results_url(url)?;
                Some(ResultStore { presigner: presigner.internal(), url, redirect: options.redirect })
            }
            (Some(_), None) => return Err(Error::option_invalid("results_url", "the URL of the results", "none")),
            (None, Some(_)) => {
                return Err(Error::option_invalid("results_url", "it next to a bucket for results", "it alone"));
            }
            (None, None) => None,
        };
        Ok(Self { variants: variants.into(), source, results, rules, options, base_path })
    }

    /// Begins to answer an event.
    ///
    /// Error: `event_malformed`, if it is none of a service that is known.
    pub fn answer(&self, event: &str, now: SystemTime) -> Result<Answering> {
        let event = Box::new(read_gateway(event)?);
        let asked = self.asked(event.request(), now);
        let caller = Caller::Gateway { event, errors: self.options.errors };
        Ok(match asked {
            Ok(variant) => Answering::new(Plan {
                caller,
                variants: Arc::clone(&self.variants),
                variant,
                source: self.source.internal(),
                source_entity_tag: None,
                rules: self.rules.clone(),
                results: self.results.clone(),
                asked_at: None,
            }),
            Err(error) => Answering::refused(&caller, &self.variants, error),
        })
    }

    /// The variant that a request asks for.
    fn asked(&self, request: &LambdaRequest, now: SystemTime) -> Result<RequestedVariant> {
        check_method(request)?;
        let variants = &self.variants;
        let accept = &request.accept;
        let variant = match self.options.request {
            RequestForm::Url => {
                let url = [self.below_base(&request.path)?, "?", &request.query].concat();
                variants.from_url(&url, accept, now)?
            }
            RequestForm::Path => {
                let path = self.below_base(&request.path)?;
                let decoded = decode_path(path).ok_or_else(|| malformed("key", EXPECTED, quote(path)))?;
                variants.from_path(&decoded, accept)?
            }
            RequestForm::Key => {
                let path = parameter(&request.query, "key")?.ok_or_else(|| malformed("key", EXPECTED, NO_KEY))?;
                variants.from_path(&path, accept)?
            }
        };
        let location = self.results.as_ref().map(|results| results.location(&variant.store_key));
        match location.filter(|location| request.asked_for(location)) {
            Some(_) => Err(ErrorKind::VariantRedirectLoop {}.into()),
            None => Ok(variant),
        }
    }

    /// The rest of a path below the base path.
    fn below_base<'a>(&self, path: &'a str) -> Result<&'a str> {
        let rest = path.strip_prefix(&self.base_path).filter(|rest| rest.starts_with('/'));
        rest.ok_or_else(|| malformed("key", "a path below the base path", quote(path)))
    }
}

/// What is expected of the path that names the size and the key.
const EXPECTED: &str = "a size and an object key, such as 300x300/cat.jpg,";
