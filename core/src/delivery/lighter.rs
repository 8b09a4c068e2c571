//! The original in place of a variant: where nothing was scaled, encoding once more can only make a file longer.
//!
//! ```text
//! 600 x 400 JPEG of 40 kB, asked for at w=800 and q=90   -> not enlarged, encoded anew: 55 kB; the original without metadata: 39 kB
//! ```

use crate::imaging::{EncodedImage, Orientation, OutputFormat, Transform, TransformPath, open, strip_metadata};
use crate::rules::ImageRules;

/// Returns the original without its metadata where it shows just the picture of the result, in the same format, in fewer bytes;
/// otherwise the result.
pub(super) fn lighter(image: EncodedImage, original: &[u8], transform: &Transform, rules: &ImageRules) -> EncodedImage {
    if image.bytes.len() <= original.len() / 2 || !shows_the_same(&image, original, transform, rules) {
        return image;
    }
    match strip_metadata(original, rules) {
        Ok(stripped) if stripped.bytes.len() < image.bytes.len() => {
            EncodedImage { bytes: stripped.bytes.into_owned(), ..image }
        }
        _ => image,
    }
}

/// Whether the original shows the picture of the result: as it is stored, with nothing cut off, filled in or converted.
fn shows_the_same(image: &EncodedImage, original: &[u8], transform: &Transform, rules: &ImageRules) -> bool {
    let Ok(header) = open(original, rules) else { return false };
    let has_colours_of_its_own = match transform.explain(original, rules) {
        // Four inks, RGB, or a profile that is converted.
        Ok(explanation) if image.format == OutputFormat::Jpeg => explanation.path != TransformPath::Planes,
        Ok(_) => header.has_icc_profile || header.has_other_colors,
        Err(_) => true,
    };
    header.format == image.format.image_format()
        && header.displayed() == (image.width, image.height)
        && header.orientation == Orientation::Normal
        && !header.is_animated
        && !has_colours_of_its_own
        && transform.background.is_none()
        && !transform.progressive
}
