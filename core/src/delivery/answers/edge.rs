//! `EdgeResizer`: variants at the edge, as a function of Lambda@Edge.

use std::sync::Arc;
use std::time::SystemTime;

use crate::delivery::lambda::read_cloudfront;
use crate::delivery::variants::Variants;
use crate::error::Result;
use crate::options::options;
use crate::presign::Presigner;
use crate::rules::ImageRules;

use super::answering::Answering;
use super::caller::{Caller, check_method};
use super::plan::Plan;

options! {
    /// How a function at the edge answers.
    pub struct EdgeOptions {
        /// Whether CloudFront may answer with the original: where a request asks for no variant, and where the variant that it
        /// asks for cannot be made or is longer than the 1 MB that a function may answer with. An original has all its
        /// metadata, such as the place where a photo was taken. Default: false.
        originals: bool = false;
    }
}

/// Answers events of CloudFront, as a function of Lambda@Edge that is called for origin requests or origin responses: a path
/// with a query, `/photos/cat.jpg?w=200&h=150&f=webp&q=90`, becomes the variant of the object under that key.
///
/// ```
/// # fn run(photos: presize::Presigner, event: &str) -> presize::Result<()> {
/// use presize::{EdgeOptions, EdgeResizer, ImageRules, VariantPolicy, Variants};
/// use std::time::SystemTime;
///
/// let variants = Variants::new(VariantPolicy::default().widths(&[200, 400, 800]))?;
/// let resizer = EdgeResizer::new(variants, photos, ImageRules::default(), EdgeOptions::default())?;
/// let answering = resizer.answer(event, SystemTime::now())?; // drive it as `Answering` shows
/// # Ok(())
/// # }
/// ```
///
/// - With `originals`, an original in place of a variant that cannot be made is cached as briefly as the error would be.
/// - An origin response with a status other than 200 and 206 is passed on as it is: that of a missing original, or of one that
///   has not changed. 206 is answered with the whole variant.
/// - An origin response keeps the headers of the origin that still hold, `ETag` and `Last-Modified` among them: CloudFront
///   asks the origin again with them.
/// - The path of the origin, where CloudFront has one, is part of the key. Other methods than GET and HEAD pass.
/// - A request is refused before anything is fetched: 400 or 403. Errors are
///   `{"error": {"code": "variant_not_allowed", "message": "..."}}` and cached for seconds, or not at all.
/// - CloudFront counts 1 MB for the whole answer, which has the picture in base64: pictures of about 734,000 bytes fit. A
///   larger one is the error `variant_too_large`, or the original.
#[derive(Debug, Clone)]
pub struct EdgeResizer {
    variants: Arc<Variants>,
    source: Presigner,
    rules: ImageRules,
    options: EdgeOptions,
}

impl EdgeResizer {
    /// `source` signs for the bucket of the originals.
    ///
    /// Error: `option_invalid`.
    pub fn new(variants: Variants, source: Presigner, rules: ImageRules, options: EdgeOptions) -> Result<Self> {
        rules.validate()?;
        options.validate()?;
        Ok(Self { variants: variants.into(), source, rules, options })
    }

    /// Begins to answer an event.
    ///
    /// Error: `event_malformed`, if it is none of an origin request or an origin response.
    pub fn answer(&self, event: &str, now: SystemTime) -> Result<Answering> {
        let event = Box::new(read_cloudfront(event)?);
        let variants = &self.variants;
        let request = event.request();
        let is_picture = event.response_status().is_none_or(|status| matches!(status, 200 | 206));
        if !is_picture || check_method(request).is_err() {
            return Ok(Answering::ended(event.pass_through(), None));
        }
        let url = [&request.path, "?", &request.query].concat();
        let asked = variants.from_url(&url, &request.accept, now);
        let source_entity_tag = event.entity_tag();
        if asked.is_err() && self.options.originals && variants.asks_for_the_original(&url) {
            return Ok(Answering::ended(event.pass_through(), None));
        }
        let caller = Caller::Edge { event, originals: self.options.originals };
        Ok(match asked {
            Ok(variant) => Answering::new(Plan {
                caller,
                variants: Arc::clone(variants),
                variant,
                source: self.source.internal(),
                source_entity_tag,
                rules: self.rules.clone(),
                results: None,
                asked_at: None,
            }),
            Err(error) => Answering::refused(&caller, variants, error),
        })
    }
}
