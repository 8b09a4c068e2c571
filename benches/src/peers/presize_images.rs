//! presize, where pictures are made.

use std::hint::black_box;
use std::sync::Arc;

use presize::{Color, Effort, Fit, ImageRules, OutputFormat, Scaling, Transform};

use crate::contest::Peer;
use crate::workload::{Format, Output};

/// All outputs in one call.
pub(crate) fn work(bytes: Arc<Vec<u8>>, outputs: &[Output], scaling: Scaling) -> impl Peer + use<> {
    let rules = rules();
    let wanted: Vec<_> = outputs.iter().map(|output| transform(output, scaling)).collect();
    // There is no lossy WebP yet: what is measured is everything before the encoder.
    let pixels_only = outputs.iter().all(|output| matches!(output.format, Format::Webp | Format::Pixels));
    move || {
        if pixels_only {
            for transform in &wanted {
                black_box(presize::decode(&bytes, transform, &rules).map_err(|error| error.to_string())?);
            }
        } else {
            black_box(presize::transform_many(&bytes, &wanted, &rules).map_err(|error| error.to_string())?);
        }
        Ok(())
    }
}

/// The pixels of an output, whatever its format.
pub(crate) fn pixels(bytes: &[u8], output: Output, scaling: Scaling) -> Result<Vec<u8>, String> {
    let wanted = transform(&Output { format: Format::Pixels, ..output }, scaling);
    let pixels = presize::decode(bytes, &wanted, &rules()).map_err(|error| error.to_string())?;
    Ok(pixels.bytes.into_owned())
}

/// A JPEG of RGB.
pub(crate) fn encode(pixels: &[u8], width: u32, height: u32, quality: u8, effort: Effort) -> Result<Vec<u8>, String> {
    let wanted = Transform::default().format(OutputFormat::Jpeg).quality(quality).effort(effort);
    let image = presize::PixelImage::new(width, height, 3, pixels).map_err(|error| error.to_string())?;
    presize::encode(&image, &wanted, &rules()).map(|encoded| encoded.bytes).map_err(|error| error.to_string())
}

fn rules() -> ImageRules {
    ImageRules::default().max_bytes(64 * 1024 * 1024)
}

fn transform(output: &Output, scaling: Scaling) -> Transform {
    let mut wanted = Transform::default().scaling(scaling);
    if output.width > 0 {
        wanted = wanted.width(output.width);
    }
    if output.height > 0 {
        wanted = wanted.height(output.height);
    }
    if let Some(background) = output.background {
        let [_, r, g, b] = background.to_be_bytes();
        wanted = wanted.fit(Fit::Contain).background(Color { r, g, b, a: 255 });
    }
    match output.format {
        Format::Jpeg => wanted.format(OutputFormat::Jpeg).quality(output.quality),
        Format::Png => wanted.format(OutputFormat::Png),
        Format::Webp | Format::Pixels => wanted,
    }
}
