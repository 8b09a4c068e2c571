//! What calls return: the core's results as objects of JavaScript. Classes in `lib/` are made of them.

use napi::bindgen_prelude::{Buffer, Either9};
use napi_derive::napi;
use presize::{
    CheckedImage, Confirmed, EncodedImage, ExifSummary, Explanation, ImageFormat, ImageInfo, PixelImage, Placeholder,
    RemovedMetadata, RenderedVariant, Variant,
};

use crate::wire::WireWriter;

/// The result of a call that runs on the pool.
pub enum CallResult {
    Checked(CheckedImage<'static>),
    AllChecked(Vec<CheckedImage<'static>>),
    Encoded(EncodedImage),
    AllEncoded(Vec<EncodedImage>),
    Pixels(PixelImage<'static>),
    Stripped(Vec<u8>, ImageFormat, Vec<RemovedMetadata>),
    Rendered(RenderedVariant),
    Placeholder(Placeholder),
    Nothing,
}

/// A [`CallResult`] as JavaScript receives it.
pub type JsCallResult = Either9<
    JsCheckedImage,
    Vec<JsCheckedImage>,
    JsEncodedImage,
    Vec<JsEncodedImage>,
    JsPixelImage,
    JsStrippedImage,
    JsRenderedVariant,
    JsPlaceholder,
    (),
>;

impl CallResult {
    /// Converts the result on the main thread, without copying its bytes.
    pub(crate) fn into_js(self) -> JsCallResult {
        match self {
            Self::Checked(image) => Either9::A(image.into()),
            Self::AllChecked(images) => Either9::B(images.into_iter().map(JsCheckedImage::from).collect()),
            Self::Encoded(image) => Either9::C(image.into()),
            Self::AllEncoded(images) => Either9::D(images.into_iter().map(JsEncodedImage::from).collect()),
            Self::Pixels(pixels) => Either9::E(pixels.into()),
            Self::Stripped(bytes, format, removed) => Either9::F(JsStrippedImage::new(bytes, format, removed)),
            Self::Rendered(variant) => Either9::G(variant.into()),
            Self::Placeholder(made) => Either9::H(made.into()),
            Self::Nothing => Either9::I(()),
        }
    }
}

/// A field without a value is left out of the object.
#[napi(object, object_from_js = false)]
pub struct JsExifSummary {
    pub make: Option<String>,
    pub model: Option<String>,
    pub software: Option<String>,
    pub taken_at: Option<String>,
    pub artist: Option<String>,
    pub copyright: Option<String>,
    pub has_gps: bool,
}

impl From<ExifSummary> for JsExifSummary {
    fn from(summary: ExifSummary) -> Self {
        let ExifSummary { make, model, software, taken_at, artist, copyright, has_gps, .. } = summary;
        Self { make, model, software, taken_at, artist, copyright, has_gps }
    }
}

#[napi(object, object_from_js = false)]
#[allow(clippy::struct_excessive_bools, reason = "the fields of the core's own")]
pub struct JsImageInfo {
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub orientation: u8,
    pub has_alpha: bool,
    pub is_animated: bool,
    pub has_icc_profile: bool,
    pub has_exif: bool,
    pub exif_summary: Option<JsExifSummary>,
}

impl From<&ImageInfo> for JsImageInfo {
    fn from(info: &ImageInfo) -> Self {
        Self {
            format: info.format.as_str(),
            width: info.width,
            height: info.height,
            orientation: info.orientation.exif(),
            has_alpha: info.has_alpha,
            is_animated: info.is_animated,
            has_icc_profile: info.has_icc_profile,
            has_exif: info.has_exif,
            exif_summary: info.exif_summary.clone().map(JsExifSummary::from),
        }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsCheckedImage {
    pub bytes: Buffer,
    pub info: JsImageInfo,
    pub is_complete: bool,
}

impl From<CheckedImage<'static>> for JsCheckedImage {
    fn from(image: CheckedImage<'static>) -> Self {
        let info = JsImageInfo::from(&image.info);
        Self { info, is_complete: image.is_complete, bytes: image.bytes.into_owned().into() }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsRemovedMetadata {
    pub kind: &'static str,
    pub bytes: f64,
}

impl From<RemovedMetadata> for JsRemovedMetadata {
    fn from(removed: RemovedMetadata) -> Self {
        Self { kind: removed.kind.as_str(), bytes: removed.bytes as f64 }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsStrippedImage {
    pub bytes: Buffer,
    pub format: &'static str,
    pub removed: Vec<JsRemovedMetadata>,
}

impl JsStrippedImage {
    fn new(bytes: Vec<u8>, format: ImageFormat, removed: Vec<RemovedMetadata>) -> Self {
        let removed = removed.into_iter().map(JsRemovedMetadata::from).collect();
        Self { bytes: bytes.into(), format: format.as_str(), removed }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsEncodedImage {
    pub bytes: Buffer,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
}

impl From<EncodedImage> for JsEncodedImage {
    fn from(image: EncodedImage) -> Self {
        Self { bytes: image.bytes.into(), format: image.format.as_str(), width: image.width, height: image.height }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsRenderedVariant {
    pub image: JsEncodedImage,
    /// Pairs of a name and a value, encoded.
    pub headers: String,
}

/// Headers as pairs of a name and a value.
pub(crate) fn encode_headers(headers: &[(&'static str, String)]) -> String {
    WireWriter::default().pairs(headers.iter().map(|(name, value)| (*name, value.as_str()))).finish()
}

impl From<RenderedVariant> for JsRenderedVariant {
    fn from(RenderedVariant { image, headers, .. }: RenderedVariant) -> Self {
        Self { image: image.into(), headers: encode_headers(&headers) }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsPlaceholder {
    pub width: u32,
    pub height: u32,
    pub thumbhash: Buffer,
    pub thumbhash_base64: String,
    pub average_color: String,
    pub dominant_color: String,
    pub data_uri: Option<String>,
}

impl From<Placeholder> for JsPlaceholder {
    fn from(made: Placeholder) -> Self {
        let thumbhash_base64 = made.thumbhash_base64();
        let Placeholder { width, height, thumbhash, average_color, dominant_color, data_uri, .. } = made;
        let thumbhash = thumbhash.into();
        Self { width, height, thumbhash, thumbhash_base64, average_color, dominant_color, data_uri }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsPixelImage {
    pub bytes: Buffer,
    pub width: u32,
    pub height: u32,
    pub channels: u8,
}

impl From<PixelImage<'static>> for JsPixelImage {
    fn from(pixels: PixelImage<'static>) -> Self {
        Self {
            width: pixels.width,
            height: pixels.height,
            channels: pixels.channels,
            bytes: pixels.bytes.into_owned().into(),
        }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsExplanation {
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub path: &'static str,
    pub decode_eighths: u8,
    pub decoded_width: u32,
    pub decoded_height: u32,
    pub memory_bytes: i64,
}

impl From<Explanation> for JsExplanation {
    fn from(explanation: Explanation) -> Self {
        Self {
            format: explanation.format.as_str(),
            width: explanation.width,
            height: explanation.height,
            path: explanation.path.as_str(),
            decode_eighths: explanation.decode_eighths,
            decoded_width: explanation.decoded_width,
            decoded_height: explanation.decoded_height,
            memory_bytes: i64::try_from(explanation.memory_bytes).unwrap_or(i64::MAX),
        }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsVariant {
    pub key: String,
    pub public_url: Option<String>,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
}

impl From<Variant> for JsVariant {
    fn from(Variant { key, public_url, format, width, height, .. }: Variant) -> Self {
        Self { key, public_url, format: format.as_str(), width, height }
    }
}

#[napi(object, object_from_js = false)]
pub struct JsConfirmed {
    pub key: String,
    pub public_url: Option<String>,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub exif: Option<JsExifSummary>,
    pub bytes: f64,
    pub etag: String,
    pub variants: Vec<JsVariant>,
}

impl From<Confirmed> for JsConfirmed {
    fn from(confirmed: Confirmed) -> Self {
        let Confirmed { key, public_url, format, width, height, exif, bytes, etag, variants, .. } = confirmed;
        let exif = exif.map(JsExifSummary::from);
        let variants = variants.into_iter().map(JsVariant::from).collect();
        Self { key, public_url, format: format.as_str(), width, height, exif, bytes: bytes as f64, etag, variants }
    }
}
