//! `UploadPolicy`: which files are accepted, under which keys they are stored, and how they are confirmed.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::imaging::{Fit, OutputFormat, Transform};
use crate::options::{clip, option_enum, options, quote};
use crate::presign::SignOptions;
use crate::presign::encode::push_path;
use crate::presign::endpoint::Endpoint;
use crate::rules::ImageRules;
use crate::store::CONFIRMED_METADATA;
use crate::upload::key_template::KeyTemplate;
use crate::upload::owner::MAX_OWNER_BYTES;
use crate::upload::prefix::{check_prefix, not_disjoint, overlap};
use crate::upload::request::MAX_FILENAME_BYTES;

const MAX_VARIANTS: usize = 10;

option_enum! {
    /// How a client uploads.
    pub enum UploadMethod {
        /// A PUT of exactly the size and the type asked for.
        Put = "put",
        /// A POST form, which bounds the size. R2 and access points have none: `post_form_unsupported`.
        Post = "post",
    }
}

option_enum! {
    /// How an upload is checked before it is confirmed.
    pub enum Verify {
        /// The whole file is fetched, checked against all rules and decoded to its end.
        Full = "full",
        /// The first 256 KiB of the file are fetched and its header read: less is transferred, and damage further on is not
        /// found. The whole file, up to `max_bytes`, where the header comes later.
        Head = "head",
    }
}

option_enum! {
    /// How a checked upload gets to its final key.
    pub enum Promote {
        /// As `copy` on S3, access points among it, and R2, which document every condition; as `write` elsewhere.
        Auto = "auto",
        /// The store copies it, unless something in the file has to be changed. On a store that ignores the condition on the
        /// source, what the client has uploaded since the check is at the final key until the copy is compared.
        Copy = "copy",
        /// The bytes that were checked are written themselves.
        Write = "write",
    }
}

option_enum! {
    /// What of an upload is stored at its final key.
    pub enum Originals {
        /// The file without what is not needed to show it, as [`strip_metadata`](crate::strip_metadata) leaves it: no
        /// pixel is touched, and its GPS position, all other EXIF, XMP, IPTC, comments and thumbnails are gone, and so are further
        /// pictures and films in the file: the gain map of an HDR photo, the film of a motion photo.
        Stripped = "stripped",
        /// The file as it was uploaded, with its GPS position and all it says of its owner.
        AsIs = "as_is",
        /// The picture decoded and encoded again, upright and without metadata: a still JPEG, a still PNG, a still lossless
        /// WebP. Animations and lossy WebP, of which that would make files many times as large, are stripped.
        Reencoded = "reencoded",
    }
}

options! {
    /// What may be uploaded, and where it goes.
    ///
    /// A client uploads to `{incoming_prefix}/{key}`. What arrived is checked when the upload is confirmed, and only then it
    /// stands under its `key`.
    ///
    /// ```
    /// use presize::{ImageFormat, UploadPolicy};
    ///
    /// let policy = UploadPolicy::default().prefix("avatars").formats(&[ImageFormat::Jpeg]).max_bytes(2_000_000);
    /// assert_eq!(policy.expires_in, 300);
    /// assert_eq!(policy.rules().max_bytes, 2_000_000);
    /// ```
    pub struct UploadPolicy {
        /// The start of every key, without a slash at either end; may be nested (`"a/b"`) or empty, at most 512 bytes.
        /// Default: `"uploads"`.
        prefix: String = "uploads".to_owned();
        /// The start of the keys of uploads that are not confirmed yet, of the same form as `prefix`; neither may be
        /// the other or the start of it. What is never confirmed stays there: let a lifecycle rule of the bucket delete
        /// it. Empty: uploads go straight to their keys, and are served unchecked until they are confirmed, which
        /// checks them in place and deletes what is bad; and again afterwards, because the ticket can be used until it
        /// expires to replace what was confirmed. Default: `"incoming"`.
        incoming_prefix: String = "incoming".to_owned();
        /// The form of a key, at most 256 bytes of `A-Z a-z 0-9 - _ . ~ /` with `{prefix}`, `{owner}`, `{unix_ms}` (the
        /// time of the ticket), `{hex16}` (16 random hexadecimal digits), `{uuid}` (a random UUID), `{year}`,
        /// `{month}`, `{day}` (of 4, 2 and 2 digits, in UTC) and `{ext}` (`.jpg`). It starts with `{prefix}/`, which
        /// falls away with an empty prefix; `{owner}` is once a whole segment; `{ext}` is the end; `{hex16}` or
        /// `{uuid}` is in it; no segment is empty, `.` or `..`; no digit comes right after `{unix_ms}`. Default:
        /// `"{prefix}/{owner}/{unix_ms}-{hex16}{ext}"`.
        key_template: String = "{prefix}/{owner}/{unix_ms}-{hex16}{ext}".to_owned();
        /// How a client uploads. Default: put.
        method: UploadMethod = UploadMethod::Put;
        /// The formats accepted, by the content type that the client declares; only formats that this build decodes, because
        /// no other can be confirmed. Default: jpeg, png, webp, gif.
        formats: Vec<ImageFormat> =
            vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Webp, ImageFormat::Gif];
        /// The largest upload, in bytes; a single PUT of S3 takes 5 GiB. Default: 10485760 (10 MiB).
        max_bytes: u64 = 10 * 1024 * 1024, in 1..=5_368_709_120;
        /// The smallest upload, in bytes. Default: 1.
        min_bytes: u64 = 1, in 1..=5_368_709_120;
        /// How long a ticket holds, in seconds. Default: 300 (5 minutes).
        expires_in: u64 = 300, in 1..=604_800;
        /// Where uploads can be read later, for example a CDN before the bucket: an `http` or `https` URL without query
        /// and fragment, with a path of `A-Z a-z 0-9 - _ . ~ /`. Default: unset, so that a ticket has no `public_url`.
        public_base_url: Option<String> = None;
        /// How an upload is checked before it is confirmed. Default: full.
        verify: Verify = Verify::Full;
        /// The smallest width as displayed, in pixels. Default: 1.
        min_width: u32 = 1, in 1..=65_535;
        /// The smallest height as displayed, in pixels. Default: 1.
        min_height: u32 = 1, in 1..=65_535;
        /// The largest width as displayed, in pixels. Default: 16384.
        max_width: u32 = 16_384, in 1..=65_535;
        /// The largest height as displayed, in pixels. Default: 16384.
        max_height: u32 = 16_384, in 1..=65_535;
        /// The most pixels of one picture. Default: 64000000.
        max_pixels: u64 = 64_000_000, in 1..=4_294_836_225;
        /// The most frames of an animation. Default: 1000.
        max_frames: u32 = 1_000, in 1..=1_000_000;
        /// The most pixels of all frames of an animation together. Default: 64000000.
        max_frame_pixels: u64 = 64_000_000, in 1..=1_000_000_000_000;
        /// The most work of checking an upload, in weighted pixels as [`work_pixels`](crate::work_pixels) counts them.
        /// Default: 256000000.
        max_work_pixels: u64 = 256_000_000, in 1..=1_000_000_000_000;
        /// The most memory that decoding and transforming may take, in bytes, as counted from the header: every picture of
        /// `max_pixels` is within the default, whatever its format and kind. Default: 402653184 (384 MiB).
        max_memory_bytes: u64 = 384 * 1024 * 1024, in 1_048_576..=17_179_869_184;
        /// `Cache-Control` of a confirmed object and its variants. Default: unset.
        cache_control: Option<String> = None;
        /// The metadata of a confirmed object, names with values, as in [`SignOptions::metadata`](crate::SignOptions::metadata).
        /// Default: none.
        metadata: BTreeMap<String, String> = BTreeMap::new();
        /// Add the metadata `original-filename`, `uploaded-by` and `upload-timestamp` (RFC 3339) to a confirmed object.
        /// Default: false.
        record_origin: bool = false;
        /// What is stored at the final key. `reencoded` goes only with an incoming prefix and with `verify` of `full`.
        /// Unless it is `as_is`, the whole file is fetched, also with `verify` of `head`. Default: stripped.
        originals: Originals = Originals::Stripped;
        /// How a checked upload gets to its final key. With `write`, and on a store that is neither S3 nor R2, the whole file is
        /// fetched, also with `verify` of `head`. Default: auto.
        promote: Promote = Promote::Auto;
        /// Whether a ticket's PUT creates an object and never replaces one: `if-none-match: *` is signed, and is among
        /// the headers to send, which the bucket's CORS rule must allow. A store that answers it with 412 has the
        /// upload already: confirm it. Not with `method` of `post`. Default: unset, which is `true` for a PUT to S3 or
        /// R2, and `false` elsewhere.
        create_only: Option<bool> = None;
        /// The widths of smaller pictures that are stored along with a confirmed one, in pixels: at most 10, none
        /// twice; only with `verify` of `full`. Their keys have `/{width}.jpg` instead of the extension: `1-ab/320.jpg`
        /// for `1-ab.png`; none is made larger than the picture. Default: none.
        variant_widths: Vec<u32> = Vec::new(), in 1..=16_384;
        /// The format of the variants; a `webp` is lossy. Default: jpeg.
        variant_format: OutputFormat = OutputFormat::Jpeg;
        /// The quality of variants in a lossy format. Default: 80.
        variant_quality: u8 = 80, in 1..=100;
    }
}

impl UploadPolicy {
    /// The rules that an upload is checked against when it is confirmed: `formats`, `max_bytes` and the limits of pixels,
    /// frames, work and memory; all other rules have their defaults.
    pub fn rules(&self) -> ImageRules {
        ImageRules::default()
            .formats(&self.formats)
            .max_bytes(self.max_bytes.min(MAX_RULE_BYTES))
            .min_width(self.min_width)
            .min_height(self.min_height)
            .max_width(self.max_width)
            .max_height(self.max_height)
            .max_pixels(self.max_pixels)
            .max_frames(self.max_frames)
            .max_frame_pixels(self.max_frame_pixels)
            .max_work_pixels(self.max_work_pixels)
            .max_memory_bytes(self.max_memory_bytes)
    }

    /// Checks the policy as a whole, and parses the template of its keys.
    ///
    /// Errors: `option_invalid`, `encoding_unsupported`.
    pub(super) fn check(&self) -> Result<KeyTemplate> {
        self.validate()?;
        check_prefix("prefix", &self.prefix)?;
        check_prefix("incoming_prefix", &self.incoming_prefix)?;
        if overlap(&self.prefix, &self.incoming_prefix) {
            return Err(not_disjoint(&self.incoming_prefix));
        }
        if self.formats.is_empty() {
            return Err(Error::option_invalid("formats", "at least one format", "an empty list"));
        }
        if let Some(format) = self.formats.iter().find(|format| !format.can_decode()) {
            let decoded = ImageFormat::ALL.iter().filter(|format| format.can_decode()).map(|format| format.as_str());
            let expected = format!("formats that can be confirmed ({})", decoded.collect::<Vec<_>>().join(", "));
            return Err(Error::option_invalid("formats", &expected, format.as_str()));
        }
        for (name, min, max_name, max) in [
            ("min_bytes", self.min_bytes, "max_bytes", self.max_bytes),
            ("min_width", self.min_width.into(), "max_width", self.max_width.into()),
            ("min_height", self.min_height.into(), "max_height", self.max_height.into()),
        ] {
            if min > max {
                return Err(Error::option_invalid(
                    name,
                    &format!("at most {max_name}, which is {max},"),
                    &min.to_string(),
                ));
            }
        }
        self.check_transforms()?;
        self.public_base()?;
        KeyTemplate::new(&self.key_template, &self.prefix, &self.incoming_prefix)
    }

    /// Checks the options of originals and variants.
    fn check_transforms(&self) -> Result<()> {
        let is_reencoded = self.originals == Originals::Reencoded;
        if self.verify == Verify::Head && (is_reencoded || !self.variant_widths.is_empty()) {
            let expected = "full together with originals of reencoded or variant_widths";
            return Err(Error::option_invalid("verify", expected, Verify::Head.as_str()));
        }
        // In place, a second confirmation would encode the result of the first one, whose size is not that of the request.
        if is_reencoded && self.incoming_prefix.is_empty() {
            let expected = "stripped or as_is together with an empty incoming_prefix";
            return Err(Error::option_invalid("originals", expected, Originals::Reencoded.as_str()));
        }
        if self.create_only == Some(true) && self.method == UploadMethod::Post {
            return Err(Error::option_invalid("create_only", "false together with a method of post", "true"));
        }
        self.variant_transform(1).check()?;
        let count = self.variant_widths.len();
        if count > MAX_VARIANTS {
            return Err(Error::option_invalid("variant_widths", "at most 10 widths", &count.to_string()));
        }
        let is_duplicate = |(index, width)| self.variant_widths.iter().take(index).any(|other| other == width);
        if self.variant_widths.iter().enumerate().any(is_duplicate) {
            return Err(Error::option_invalid("variant_widths", "each width once", "one twice"));
        }
        Ok(())
    }

    /// The transform that makes the variant of this width.
    pub(super) fn variant_transform(&self, width: u32) -> Transform {
        let transform = Transform::default().width(width).fit(Fit::Inside);
        transform.format(self.variant_format).quality(self.variant_quality)
    }

    /// The headers that a confirmed object is stored with, each of its greatest length: if they can be signed, all can.
    ///
    /// Error: `option_invalid`.
    pub(super) fn longest_headers(&self) -> Result<SignOptions> {
        let mut options = SignOptions { cache_control: self.cache_control.clone(), ..SignOptions::default() };
        options.metadata.clone_from(&self.metadata);
        let is_ours = |name: &&String| name.eq_ignore_ascii_case(CONFIRMED_METADATA);
        if let Some(name) = self.metadata.keys().find(is_ours) {
            return Err(Error::option_invalid(
                "metadata",
                "other names than that of the confirmation's marker",
                &quote(name),
            ));
        }
        options.metadata.insert(CONFIRMED_METADATA.to_owned(), "m".repeat(MAX_MARKER_BYTES));
        if self.record_origin {
            for (name, bytes) in ORIGIN_METADATA {
                let is_same = |other: &&String| other.eq_ignore_ascii_case(name);
                if let Some(other) = self.metadata.keys().find(is_same) {
                    return Err(Error::option_invalid(
                        "metadata",
                        "other names than those of record_origin",
                        &quote(other),
                    ));
                }
                options.metadata.insert(name.to_owned(), "o".repeat(bytes));
            }
        }
        Ok(options)
    }

    /// The public base URL, normalised, without a slash at the end.
    pub(super) fn public_base(&self) -> Result<Option<String>> {
        let Some(text) = &self.public_base_url else { return Ok(None) };
        let endpoint = Endpoint::parse(text)
            .map_err(|reason| Error::option_invalid("public_base_url", "an http or https URL", &clip(reason)))?;
        Ok(Some(endpoint.origin() + &endpoint.path))
    }
}

/// The longest value of the metadata that marks a confirmed object or a variant of it, in bytes: two hashes, a number of 64
/// bits, and separators.
pub(super) const MAX_MARKER_BYTES: usize = 160;

/// The metadata that `record_origin` adds, with the greatest length of each value in bytes.
const ORIGIN_METADATA: [(&str, usize); 3] =
    [("original-filename", MAX_FILENAME_BYTES), ("uploaded-by", MAX_OWNER_BYTES), ("upload-timestamp", 20)];

/// The largest `max_bytes` that `ImageRules` accepts.
const MAX_RULE_BYTES: u64 = 4_294_967_295;

/// The public URL of a key.
pub(super) fn public_url(base: &str, key: &str) -> String {
    let mut url = String::with_capacity(base.len() + 1 + key.len());
    url.push_str(base);
    url.push('/');
    push_path(&mut url, key);
    url
}
