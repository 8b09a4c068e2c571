//! `placeholder`: what a page shows until the picture is there.

mod colors;
mod cosine;
mod thumbhash;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data_uri::encode_data_uri;
use crate::error::Result;
use crate::imaging::{Fit, OutputFormat, PixelImage, Transform, decode, encode, inspect};
use crate::options::options;
use crate::rules::ImageRules;

use self::colors::{average, dominant};
use self::thumbhash::{Rgba, thumbhash};

/// The longest side that ThumbHash is made of.
const HASHED_SIDE: u32 = 100;
/// The longest side of the tiny picture.
const TINY_SIDE: u32 = 16;
/// Of so small a picture most bytes are tables, and none of its detail is seen.
const TINY_QUALITY: u8 = 40;

options! {
    /// What a placeholder holds besides its hash and its colours.
    pub struct PlaceholderOptions {
        /// Whether to make a tiny picture too, at most 16 pixels wide and high. Default: false.
        data_uri: bool = false;
    }
}

/// What a page shows until the picture is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placeholder {
    /// The width of the picture as displayed, in pixels.
    pub width: u32,
    /// The height of the picture as displayed, in pixels.
    pub height: u32,
    /// The ThumbHash, 5 to 25 bytes.
    pub thumbhash: Vec<u8>,
    /// The mean colour, `#rrggbb`. Of a picture of which nothing is seen `#000000`.
    pub average_color: String,
    /// The most frequent colour, `#rrggbb`.
    pub dominant_color: String,
    /// A tiny picture, JPEG or with alpha PNG, if it was asked for.
    pub data_uri: Option<String>,
}

impl Placeholder {
    /// The ThumbHash in base64, as front ends store it.
    pub fn thumbhash_base64(&self) -> String {
        STANDARD.encode(&self.thumbhash)
    }
}

/// Makes a placeholder of a picture: its first frame, upright and in sRGB, decoded once and small.
///
/// ```
/// # use presize::{ImageRules, OutputFormat, PixelImage, PlaceholderOptions, Transform, encode, placeholder};
/// # let red = PixelImage::new(40, 30, 3, [255, 0, 0].repeat(1200))?;
/// # let bytes = encode(&red, &Transform::default().format(OutputFormat::Png), &ImageRules::default())?.bytes;
/// let made = placeholder(&bytes, &PlaceholderOptions::default(), &ImageRules::default())?;
/// assert_eq!((made.width, made.height, made.average_color.as_str()), (40, 30, "#ff0000"));
/// # Ok::<(), presize::Error>(())
/// ```
///
/// Errors: `option_invalid`, and those of [`decode`].
pub fn placeholder(bytes: &[u8], options: &PlaceholderOptions, rules: &ImageRules) -> Result<Placeholder> {
    options.validate()?;
    let small = Transform::default().width(HASHED_SIDE).height(HASHED_SIDE).fit(Fit::Inside);
    let picture = decode(bytes, &small, rules)?;
    let info = inspect(bytes)?;
    let pixels = rgba(&picture);
    let (width, height) = (picture.width as usize, picture.height as usize);
    let color = |color: Option<[u8; 3]>| {
        let [red, green, blue] = color.unwrap_or_default();
        format!("#{red:02x}{green:02x}{blue:02x}")
    };
    Ok(Placeholder {
        width: info.width,
        height: info.height,
        thumbhash: thumbhash(&Rgba { width, height, pixels: &pixels }),
        average_color: color(average(&pixels)),
        dominant_color: color(dominant(&pixels)),
        data_uri: if options.data_uri { Some(tiny(&picture, &pixels)?) } else { None },
    })
}

/// The pixels in RGBA.
fn rgba(picture: &PixelImage<'_>) -> Vec<[u8; 4]> {
    let pixels = picture.bytes.chunks_exact(usize::from(picture.channels).max(1));
    let rgba = pixels.map(|pixel| match pixel {
        [gray] => [*gray, *gray, *gray, 255],
        [gray, alpha] => [*gray, *gray, *gray, *alpha],
        [red, green, blue] => [*red, *green, *blue, 255],
        [red, green, blue, alpha, ..] => [*red, *green, *blue, *alpha],
        [] => [0; 4],
    });
    rgba.collect()
}

/// A tiny picture of the small one, as a data URI.
fn tiny(picture: &PixelImage<'_>, pixels: &[[u8; 4]]) -> Result<String> {
    let is_opaque = pixels.iter().all(|pixel| pixel[3] == 255);
    let format = if is_opaque { OutputFormat::Jpeg } else { OutputFormat::Png };
    let to_tiny = Transform::default().width(TINY_SIDE).height(TINY_SIDE).fit(Fit::Inside).format(format);
    // The rules are those of the original: what they say of its size or its format is not meant for this one.
    let tiny = encode(picture, &to_tiny.quality(TINY_QUALITY), &ImageRules::default())?;
    Ok(encode_data_uri(&tiny.bytes, format.image_format()))
}
