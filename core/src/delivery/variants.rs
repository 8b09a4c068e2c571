//! `Variants`: a policy that is checked, and the requests that it answers.

use std::time::{Duration, SystemTime};

use crate::error::{Error, Result};
use crate::imaging::Transform;
use crate::presign::timestamp::since_epoch;

use super::asked::{Asked, AskedFormat};
use super::cache_key::{Canonical, Shape};
use super::key::{check_stored, original, original_of_path};
use super::path::parse_path;
use super::policy::VariantPolicy;
use super::query::parse_query;
use super::refusal::not_allowed;
use super::variant::{RequestedVariant, VariantFormat, cache_headers};

/// Answers which variant a request asks for, and whether the policy allows it.
///
/// ```
/// use std::time::SystemTime;
/// use presize::{VariantPolicy, Variants};
///
/// let policy = VariantPolicy::default().widths(&[200]).heights(&[150]).qualities(&[90]);
/// let variants = Variants::new(policy)?;
/// let variant = variants.from_query("photos/cat.jpg", "w=200&q=90&h=150&utm_source=x", "image/*", SystemTime::now())?;
/// assert_eq!(variant.cache_key, "v1/photos/cat.jpg?f=baseline&fit=cover&h=150&q=90&w=200");
///
/// let refused = variants.from_query("photos/cat.jpg", "w=4000", "image/*", SystemTime::now()).unwrap_err();
/// assert_eq!((refused.code(), refused.http_status()), ("variant_not_allowed", 403));
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Variants {
    pub(super) policy: VariantPolicy,
    /// All widths that may be asked for by themselves, in order.
    pub(super) widths: Vec<u32>,
    pub(super) sizes: Vec<(u32, u32)>,
    pub(super) presets: Vec<(String, Transform)>,
}

impl Variants {
    /// Checks the policy.
    ///
    /// Errors: `option_invalid`, `encoding_unsupported`, `variant_policy_open`.
    pub fn new(policy: VariantPolicy) -> Result<Self> {
        let sizes = policy.check()?;
        let presets = policy.presets.parse()?;
        let widths = policy.all_widths();
        Ok(Self { policy, widths, sizes, presets })
    }

    /// The policy.
    pub fn policy(&self) -> &VariantPolicy {
        &self.policy
    }

    /// The variant that a query asks for: `w`, `h`, `f`, `q`, `fit` or their long names, or `preset`, and `e` and `s` of a
    /// signature. Names that are not among them are passed over.
    ///
    /// `key` is the object key of the original as frameworks give it, decoded; `accept` the `Accept` header, several of them
    /// joined with commas, or empty.
    ///
    /// Errors: `variant_malformed`, `variant_not_allowed`, `variant_signature_invalid`, `encoding_unsupported`.
    pub fn from_query(&self, key: &str, query: &str, accept: &str, now: SystemTime) -> Result<RequestedVariant> {
        let key = original(key)?.to_owned();
        self.variant(key, &parse_query(query)?, accept, now)
    }

    /// The variant that a path with a query asks for, percent-encoded as it stands in a request: `/photos/cat%20.jpg?w=200`.
    /// It is decoded once.
    ///
    /// Errors: those of [`from_query`](Self::from_query).
    pub fn from_url(&self, url: &str, accept: &str, now: SystemTime) -> Result<RequestedVariant> {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        self.variant(original_of_path(path)?, &parse_query(query)?, accept, now)
    }

    /// The variant that a path asks for, decoded as frameworks give it: `300x300/photos/cat.jpg`, `300x/photos/cat.jpg` or
    /// `x300/photos/cat.jpg`. In the baseline format its `store_key` is that path.
    ///
    /// Errors: those of [`from_query`](Self::from_query), without that of a signature.
    pub fn from_path(&self, path: &str, accept: &str) -> Result<RequestedVariant> {
        let (asked, key) = parse_path(path)?;
        stored_at(path, self.variant(key.to_owned(), &asked, accept, SystemTime::UNIX_EPOCH)?)
    }

    /// The variant of a preset.
    ///
    /// Errors: those of [`from_query`](Self::from_query), without that of a signature.
    pub fn from_preset(&self, name: &str, key: &str, accept: &str) -> Result<RequestedVariant> {
        let asked = Asked { preset: Some(name.to_owned()), ..Asked::default() };
        self.variant(original(key)?.to_owned(), &asked, accept, SystemTime::UNIX_EPOCH)
    }

    /// The query of a request that may have any size up to `max_side`, for as long as it says: canonical, with `e` and `s`.
    ///
    /// Errors: `variant_malformed`, `variant_not_allowed`, `option_invalid` without a key to sign with, `signing_failed` for a
    /// time outside 1970 to 9999.
    pub fn sign(&self, key: &str, query: &str, expires_in: Option<Duration>, now: SystemTime) -> Result<String> {
        let key = original(key)?;
        let asked = parse_query(query)?;
        self.check_key(key)?;
        self.check_formats(&asked)?;
        self.check_max_side(&asked)?;
        self.transform(&asked)?; // knows the preset
        let expires_at = match expires_in {
            Some(duration) => Some(since_epoch(now)?.saturating_add(duration).as_secs()),
            None => None,
        };
        let canonical = self.unresolved(&asked).query();
        let Some(signature) = self.policy.signing_keys.sign(key, expires_at, &canonical) else {
            return Err(Error::option_invalid("signing_keys", "a key to sign with", "none"));
        };
        let expires_at = expires_at.map_or_else(String::new, |seconds| format!("&e={seconds}"));
        Ok(format!("{canonical}{expires_at}&s={signature}"))
    }

    /// The headers of an answer with an error, in lower case: `cache-control`, which is short for a refusal and `no-store` for a
    /// failure of the server, and `vary` whenever the policy negotiates: whether a variant can be made may depend on its format.
    pub fn error_headers(&self, error: &Error) -> Vec<(&'static str, String)> {
        self.status_headers(error.http_status())
    }

    /// The same for an error that is not presize's, by its status: 404 where there is no original.
    pub fn status_headers(&self, http_status: u16) -> Vec<(&'static str, String)> {
        let cache_control = match http_status {
            400..500 => format!("public, max-age={}", self.policy.error_max_age_seconds),
            _ => "no-store".to_owned(),
        };
        cache_headers(cache_control, self.policy.negotiate)
    }

    /// The `Cache-Control` of a result that is stored: it stays after the signature of the request that it was made for has
    /// expired.
    pub(super) fn stored_cache_control(&self) -> String {
        cache_control(self.policy.max_age_seconds, self.policy.immutable)
    }

    fn variant(&self, key: String, asked: &Asked, accept: &str, now: SystemTime) -> Result<RequestedVariant> {
        self.check_key(&key)?;
        self.check_formats(asked)?;
        let mut max_age_seconds = self.policy.max_age_seconds;
        let mut is_immutable = self.policy.immutable;
        match &asked.signature {
            None => self.check_allowed(asked)?,
            Some(signature) => {
                let now = since_epoch(now)?.as_secs();
                self.policy.signing_keys.verify(signature, &key, &self.unresolved(asked).query(), now)?;
                self.check_max_side(asked)?;
                if let Some(expires_at) = signature.expires_at {
                    max_age_seconds = max_age_seconds.min(expires_at.saturating_sub(now));
                    is_immutable = false;
                }
            }
        }
        let (preset, transform) = self.transform(asked)?;
        let (format, varies) = self.format(asked, &transform, accept);
        let transform = match format.output_format() {
            Some(output) => transform.format(output),
            None => transform,
        };
        transform.check()?;
        let canonical = Canonical { format: format.as_str(), shape: self.shape(asked, preset, Some(format)) };
        let canonical_query = canonical.query();
        Ok(RequestedVariant {
            cache_key: Canonical::cache_key(&key, &canonical_query),
            store_key: check_stored(canonical.store_key(&key))?,
            cache_control: cache_control(max_age_seconds, is_immutable),
            baseline: self.baseline(&transform),
            canonical_query,
            key,
            transform,
            format,
            varies,
        })
    }

    /// The transform without its format, unless a preset has one, and the name of the preset.
    fn transform<'a>(&'a self, asked: &Asked) -> Result<(Option<&'a str>, Transform)> {
        if let Some(name) = &asked.preset {
            let known = self.presets.iter().find(|(known, _)| known == name);
            let (name, transform) = known.ok_or_else(|| not_allowed("preset", name))?;
            return Ok((Some(name), transform.clone()));
        }
        // What says nothing is left as it is by default, so that one cache key has one transform.
        let mut transform = Transform::default().fit(self.policy.fit).quality(self.policy.quality);
        if let (Some(_), Some(_), Some(fit)) = (asked.width, asked.height, asked.fit) {
            transform.fit = fit;
        }
        if let (Some(quality), true) = (asked.quality, is_lossy(asked.format)) {
            transform.quality = quality;
        }
        (transform.width, transform.height) = (asked.width, asked.height);
        Ok((None, transform))
    }

    /// The meaning of a request but for its format.
    fn shape<'a>(&self, asked: &Asked, preset: Option<&'a str>, format: Option<VariantFormat>) -> Shape<'a> {
        if let Some(name) = preset {
            return Shape::Preset(name);
        }
        let quality = asked.quality.unwrap_or(self.policy.quality);
        Shape::Box {
            width: asked.width,
            height: asked.height,
            fit: asked.fit.unwrap_or(self.policy.fit),
            quality: is_lossy(format.map(AskedFormat::Named)).then_some(quality),
        }
    }

    /// What is signed: the meaning before the format is chosen.
    fn unresolved<'a>(&self, asked: &'a Asked) -> Canonical<'a> {
        let (format, word) = match asked.format {
            None | Some(AskedFormat::Auto) => (None, "auto"),
            Some(AskedFormat::Named(format)) => (Some(format), format.as_str()),
        };
        Canonical { format: word, shape: self.shape(asked, asked.preset.as_deref(), format) }
    }
}

/// The `Cache-Control` of a variant.
fn cache_control(max_age_seconds: u64, is_immutable: bool) -> String {
    let immutable = if is_immutable { ", immutable" } else { "" };
    format!("public, max-age={max_age_seconds}{immutable}")
}

/// The variant of a path, stored under that path if every client can show it. One path is one object, so that a format which
/// was negotiated is stored under its canonical key.
fn stored_at(path: &str, variant: RequestedVariant) -> Result<RequestedVariant> {
    if variant.format != VariantFormat::Baseline {
        return Ok(variant);
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    Ok(RequestedVariant { store_key: check_stored(path.to_owned())?, ..variant })
}

/// Whether a quality says anything: of what a request can name, PNG alone is always lossless.
fn is_lossy(format: Option<AskedFormat>) -> bool {
    format != Some(AskedFormat::Named(VariantFormat::Png))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::imaging::{Fit, OutputFormat};
    use proptest::prelude::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const CHROME: &str = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8";
    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn policy() -> VariantPolicy {
        let lossless = Transform::default().width(64).height(64).lossless(true);
        VariantPolicy::default()
            .widths(&[200, 320])
            .heights(&[150])
            .sizes(&["300x300"])
            .qualities(&[90])
            .fits(&[Fit::Inside])
            .formats(&[OutputFormat::Webp, OutputFormat::Jpeg, OutputFormat::Png])
            .presets(&[
                ("icon", lossless),
                ("avatar", Transform::default().width(96).height(96).format(OutputFormat::Jpeg)),
            ])
    }

    fn variants(policy: VariantPolicy) -> Variants {
        Variants::new(policy).unwrap()
    }

    fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
        result.unwrap_err().code()
    }

    #[test]
    fn every_spelling_has_one_key() {
        let variants = variants(policy());
        for query in ["w=200&h=150", "h=150&w=200&q=80&fit=cover", "f=auto&height=150&width=%3200&utm_source=a"] {
            let variant = variants.from_query("/photos/a b?.jpg", query, "image/*", NOW).unwrap();
            assert_eq!(variant.cache_key, "v1/photos/a%20b%3F.jpg?f=baseline&fit=cover&h=150&q=80&w=200", "{query}");
            assert_eq!(variant.store_key, "baseline.cover.h150.q80.w200/photos/a b?.jpg");
            assert!(variant.varies);
        }
        let one_side = variants.from_query("a.jpg", "w=320&fit=inside&f=png&q=90", "", NOW).unwrap();
        assert_eq!(
            one_side.canonical_query, "f=png&w=320",
            "neither the fit of one side nor the quality of PNG says a thing"
        );
        let of_url = variants.from_url("/photos/a%20b%252B+c.jpg?w=200", "", NOW).unwrap();
        assert_eq!(of_url.key, "photos/a b%2B+c.jpg");
    }

    #[test]
    fn only_what_is_listed_is_allowed() {
        let variants = variants(policy().key_prefixes(&["photos"]));
        for query in [
            "w=201",
            "h=200",
            "w=300&h=300&q=70",
            "w=300",
            "w=320&h=300",
            "",
            "w=200&fit=fill",
            "preset=none",
            "w=99999",
        ] {
            let refused = variants.from_query("photos/a", query, "", NOW);
            assert_eq!(code(refused), "variant_not_allowed", "{query}");
        }
        for key in ["photos", "photos-private/a", "a/photos/b"] {
            assert_eq!(code(variants.from_query(key, "w=200", "", NOW)), "variant_not_allowed", "{key}");
        }
        for key in ["", "/", "photos//a", "photos/../a", "photos/a\0", "photos/"] {
            assert_eq!(code(variants.from_query(key, "w=200", "", NOW)), "variant_malformed", "{key}");
        }
        assert_eq!(code(variants.from_query("photos/a", "w=200&s=x", "", NOW)), "variant_malformed");
        let signature = "A".repeat(43);
        let signed = format!("w=200&s={signature}");
        assert_eq!(
            code(variants.from_query("photos/a", &signed, "", NOW)),
            "variant_signature_invalid",
            "there is no key"
        );
    }

    #[test]
    fn webp_only_where_it_is_named_and_can_be_encoded() {
        let variants = variants(policy());
        let format = |query, accept| {
            let variant = variants.from_query("a", query, accept, NOW).unwrap();
            (variant.format.as_str(), variant.varies)
        };
        assert_eq!(format("preset=icon", CHROME), ("webp", true));
        assert_eq!(format("preset=icon", "image/*"), ("baseline", true));
        assert_eq!(format("preset=icon&f=png", CHROME), ("png", false));
        assert_eq!(format("preset=avatar", CHROME), ("jpeg", false));
        let lossy = variants.from_query("a", "w=200&f=webp", CHROME, NOW);
        let can_be_lossy = Transform::default().format(OutputFormat::Webp).check().is_ok();
        assert_eq!(lossy.is_ok(), can_be_lossy);
        assert_eq!(format("w=200", CHROME).0 == "webp", can_be_lossy);
        assert_eq!(code(variants.from_query("a", "preset=avatar&f=png", CHROME, NOW)), "variant_not_allowed");
        let quiet = Variants::new(policy().negotiate(false)).unwrap();
        assert!(!quiet.from_query("a", "w=200", CHROME, NOW).unwrap().varies);
    }

    #[test]
    fn a_path_holds_what_every_client_can_show() {
        let variants = variants(policy());
        let store_key = |variant: Result<RequestedVariant>| variant.unwrap().store_key;
        assert_eq!(store_key(variants.from_path("/300x300/a", "image/*")), "300x300/a");
        let negotiated = if Transform::default().format(OutputFormat::Webp).check().is_ok() {
            "webp.cover.h300.q80.w300/a"
        } else {
            "300x300/a"
        };
        assert_eq!(store_key(variants.from_path("300x300/a", CHROME)), negotiated);
        // A preset has the format that a path gets from a client with WebP.
        for (accept, stored) in [(CHROME, "webp.preset.icon/a"), ("image/*", "64x64/a")] {
            let variant = variants.from_preset("icon", "a", accept).unwrap();
            assert_eq!(store_key(stored_at("/64x64/a", variant)), stored);
        }
        let variant = variants.from_preset("icon", "a", "").unwrap();
        assert_eq!(code(stored_at(&format!("{}/a", "1".repeat(1024)), variant)), "variant_malformed");
    }

    #[test]
    fn the_baseline_is_png_for_alpha_alone() {
        let variant = variants(policy()).from_query("a", "w=200", "", NOW).unwrap();
        assert_eq!(
            (variant.output_format(false), variant.output_format(true)),
            (OutputFormat::Jpeg, OutputFormat::Png)
        );
        assert_eq!(variant.transform_for(true).format, Some(OutputFormat::Png));
        let webp_alone =
            variants(policy().formats(&[OutputFormat::Webp])).from_query("a", "preset=icon", "", NOW).unwrap();
        assert_eq!(webp_alone.output_format(false), OutputFormat::Webp);
    }

    #[test]
    fn what_is_signed_may_have_any_size() {
        let variants = variants(VariantPolicy::default().signing_keys(&[KEY]).max_side(1000).immutable(true));
        assert_eq!(code(variants.from_query("a", "w=123", "", NOW)), "variant_not_allowed");
        let signed = variants.sign("a", "width=123&q=7", Some(Duration::from_mins(1)), NOW).unwrap();
        assert!(signed.starts_with("f=auto&q=7&w=123&e=60&s="), "{signed}");
        let variant = variants.from_query("a", &signed, "", NOW + Duration::from_secs(20)).unwrap();
        assert_eq!((variant.cache_control.as_str(), variant.transform.quality), ("public, max-age=40", 7));
        assert_eq!(variant.canonical_query, "f=baseline&q=7&w=123", "neither s nor e splits a cache");
        let late = variants.from_query("a", &signed, "", NOW + Duration::from_mins(1));
        assert_eq!(code(late), "variant_signature_invalid");
        assert_eq!(code(variants.from_query("b", &signed, "", NOW)), "variant_signature_invalid");
        for query in ["w=1001", "preset=none"] {
            assert_eq!(code(variants.sign("a", query, None, NOW)), "variant_not_allowed", "{query}");
        }
        let forever = variants.sign("a", "w=9", None, NOW).unwrap();
        let variant = variants.from_query("a", &forever, "", NOW).unwrap();
        assert_eq!(variant.cache_control, "public, max-age=31536000, immutable");
    }

    #[test]
    fn a_policy_bounds_its_variants_or_is_none() {
        assert_eq!(code(Variants::new(VariantPolicy::default())), "variant_policy_open");
        assert_eq!(code(Variants::new(VariantPolicy::default().original_size(true))), "variant_policy_open");
        for policy in [
            VariantPolicy::default().widths(&[0]),
            VariantPolicy::default().widths(&[4097]),
            VariantPolicy::default().sizes(&["300"]),
            VariantPolicy::default().sizes(&["300x"]),
            VariantPolicy::default().sizes(&["300x5000"]),
            VariantPolicy::default().widths(&[1]).formats(&[]),
            VariantPolicy::default().widths(&[1]).key_prefixes(&["a/"]),
            VariantPolicy::default().widths(&[1]).key_prefixes(&[""]),
            VariantPolicy::default().signing_keys(&["short"]),
            VariantPolicy::default().presets(&[("Big", Transform::default())]),
            VariantPolicy::default().presets(&[("a", Transform::default().quality(0))]),
        ] {
            assert_eq!(code(Variants::new(policy)), "option_invalid");
        }
        let error =
            Variants::new(VariantPolicy::default().presets(&[("a", Transform::default().quality(0))])).unwrap_err();
        assert_eq!(error.to_string(), "expected an integer from 1 to 100 for presets.a.quality, received 0");
        let next = variants(VariantPolicy::default().width_set(super::super::WidthSet::Next));
        assert!(next.from_query("a", "w=640", "", NOW).is_ok() && next.from_query("a", "w=641", "", NOW).is_err());
    }

    #[test]
    fn errors_are_cached_for_seconds_and_failures_not_at_all() {
        let variants = variants(policy());
        let refused = variants.from_query("a", "w=1", "", NOW).unwrap_err();
        let cached = |control: &str| vec![("cache-control", control.to_owned()), ("vary", "Accept".to_owned())];
        assert_eq!(variants.error_headers(&refused), cached("public, max-age=10"));
        assert_eq!(variants.error_headers(&ErrorKind::VariantPolicyOpen {}.into()), cached("no-store"));
        assert_eq!(variants.status_headers(404), cached("public, max-age=10"));
        for status in [200, 307, 503] {
            assert_eq!(variants.status_headers(status), cached("no-store"));
        }
        let quiet = Variants::new(policy().negotiate(false)).unwrap();
        assert_eq!(quiet.status_headers(404), [("cache-control", "public, max-age=10".to_owned())]);
    }

    #[test]
    fn a_variant_is_rendered_with_its_headers() {
        let picture = crate::imaging::PixelImage::new(8, 8, 3, vec![7; 8 * 8 * 3]).unwrap();
        let png = crate::imaging::encode(
            &picture,
            &Transform::default().format(OutputFormat::Png),
            &crate::ImageRules::default(),
        )
        .unwrap();
        let variant = variants(VariantPolicy::default().widths(&[4])).from_query("a", "w=4", "", NOW).unwrap();
        let rendered = variant.render(&png.bytes, &crate::ImageRules::default()).unwrap();
        assert_eq!((rendered.image.width, rendered.image.format), (4, OutputFormat::Jpeg));
        let names: Vec<_> = rendered.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(names, ["content-type: image/jpeg", "cache-control: public, max-age=31536000", "vary: Accept"]);
        assert_eq!(variant.entity_tag("\"x\"").len(), 4 + 22);
    }

    proptest! {
        #[test]
        fn nothing_unlisted_gets_through(query in "(([whqfes]|fit|preset|width)=[0-9a-zA-Z+%._-]{0,6}&?){0,6}|\\PC{0,80}", key in "\\PC{0,40}") {
            let variants = variants(policy());
            if let Ok(variant) = variants.from_query(&key, &query, CHROME, NOW) {
                let (width, height) = (variant.transform.width, variant.transform.height);
                let listed = [(Some(200), None), (Some(320), None), (None, Some(150)), (Some(200), Some(150)), (Some(320), Some(150)),
                    (Some(300), Some(300)), (Some(64), Some(64)), (Some(96), Some(96))];
                prop_assert!(listed.contains(&(width, height)));
                let again = variants.from_query(&variant.key, &variant.canonical_query, "", NOW).unwrap();
                prop_assert_eq!(&again.cache_key, &variant.cache_key);
                prop_assert_eq!(&again.store_key, &variant.store_key);
                prop_assert_eq!(again.transform, variant.transform);
            }
        }

        #[test]
        fn paths_and_urls_never_panic(text in "\\PC{0,60}|[0-9]{0,3}x[0-9]{0,3}/[a-z%/.]{0,20}") {
            let variants = variants(policy());
            let _ = variants.from_url(&text, &text, NOW);
            if let Ok(variant) = variants.from_path(&text, "") {
                prop_assert!(text.ends_with(&variant.store_key));
            }
        }
    }
}
