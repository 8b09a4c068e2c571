//! Calls `transform`, `transform_many` and `explain` for the vectors, and looks at the results with decoders of their own.

#![allow(clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

use std::io::Cursor;

use presize::{EncodedImage, OutputFormat, Transform, transform, transform_many};
use serde_json::{Value, json};

use super::input;

/// The result of a call, or `None` where the call belongs to another part.
pub(crate) fn call(call: &str, input: &Value) -> Option<presize::Result<Value>> {
    match call {
        "transform" => Some(call_transform(input)),
        "transform_many" => Some(call_transform_many(input)),
        "explain" => Some(call_explain(input)),
        _ => None,
    }
}

fn call_transform(input: &Value) -> presize::Result<Value> {
    let options = Transform::from_named(input::named(&input["options"]))?;
    let rules = input::rules(input)?;
    transform(&input::bytes(input), &options, &rules).map(|image| describe(&image))
}

fn call_transform_many(input: &Value) -> presize::Result<Value> {
    let list = input["transforms"].as_array().expect("a list of transforms");
    let options = list
        .iter()
        .enumerate()
        .map(|(index, options)| Transform::from_named(input::named(options)).map_err(|error| error.at_index(index)));
    let options = options.collect::<presize::Result<Vec<_>>>()?;
    let rules = input::rules(input)?;
    let images = transform_many(&input::bytes(input), &options, &rules)?;
    Ok(json!({ "images": images.iter().map(describe).collect::<Vec<_>>() }))
}

fn call_explain(input: &Value) -> presize::Result<Value> {
    let options = Transform::from_named(input::named(&input["options"]))?;
    let rules = input::rules(input)?;
    let seen = options.explain(&input::bytes(input), &rules)?;
    Ok(json!({
        "format": seen.format.as_str(), "width": seen.width, "height": seen.height, "path": seen.path.as_str(),
        "decode_eighths": seen.decode_eighths, "decoded_width": seen.decoded_width,
        "decoded_height": seen.decoded_height, "memory_bytes": seen.memory_bytes,
    }))
}

pub(super) fn describe(image: &EncodedImage) -> Value {
    let seen = Seen::read(image);
    assert_eq!((image.width, image.height), (seen.width as u32, seen.height as u32), "the size that is said");
    json!({
        "format": image.format.as_str(),
        "width": seen.width,
        "height": seen.height,
        "has_alpha": seen.has_alpha,
        "has_icc_profile": seen.has_icc_profile,
        "grid": seen.grid(),
    })
}

/// A picture as a reader of the file sees it: rgba, straight.
pub(super) struct Seen {
    width: usize,
    height: usize,
    pub(super) rgba: Vec<[u8; 4]>,
    pub(super) has_alpha: bool,
    has_icc_profile: bool,
}

impl Seen {
    fn read(image: &EncodedImage) -> Self {
        match image.format {
            OutputFormat::Jpeg => Self::read_jpeg(&image.bytes),
            OutputFormat::Png => Self::read_png(&image.bytes),
            OutputFormat::Webp => Self::read_webp(&image.bytes),
            other => panic!("no reader for {other}"),
        }
    }

    /// By presize itself, whose decoder `random_jpegs.py` holds against libjpeg-turbo; without the profile, which would
    /// change the pixels.
    fn read_jpeg(bytes: &[u8]) -> Self {
        let has_icc_profile = presize::inspect(bytes).expect("a JPEG").has_icc_profile;
        let mut plain = bytes[..2].to_vec();
        let mut rest = &bytes[2..];
        while let [0xff, marker @ 0xc0..=0xfe, high, low, ..] = *rest {
            let (segment, behind) = rest.split_at(2 + usize::from(u16::from_be_bytes([high, low])));
            if marker != 0xe2 {
                plain.extend(segment);
            }
            rest = behind;
        }
        plain.extend(rest);
        let rules = presize::ImageRules::default().max_bytes(1 << 30);
        let pixels = presize::decode(&plain, &Transform::default(), &rules).expect("a JPEG");
        let (width, height) = (pixels.width as usize, pixels.height as usize);
        Self::from_channels(width, height, &pixels.bytes, pixels.channels.into(), has_icc_profile)
    }

    fn read_png(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
        let mut data = vec![0; reader.output_buffer_size().expect("a size")];
        let frame = reader.next_frame(&mut data).expect("the pixels of a PNG");
        assert_eq!(frame.bit_depth, png::BitDepth::Eight);
        let has_icc_profile = reader.info().icc_profile.is_some();
        let (width, height) = (frame.width as usize, frame.height as usize);
        Self::from_channels(width, height, &data, frame.color_type.samples(), has_icc_profile)
    }

    fn read_webp(bytes: &[u8]) -> Self {
        let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).expect("a WebP");
        let (width, height) = decoder.dimensions();
        let mut data = vec![0; decoder.output_buffer_size().expect("a size")];
        decoder.read_image(&mut data).expect("the pixels of a WebP");
        let channels = if decoder.has_alpha() { 4 } else { 3 };
        let has_icc_profile = decoder.icc_profile().expect("a readable chunk").is_some();
        Self::from_channels(width as usize, height as usize, &data, channels, has_icc_profile)
    }

    pub(super) fn from_channels(
        width: usize,
        height: usize,
        data: &[u8],
        channels: usize,
        has_icc_profile: bool,
    ) -> Self {
        let pixels = data.chunks_exact(channels).map(|pixel| match *pixel {
            [gray] => [gray, gray, gray, 255],
            [gray, alpha] => [gray, gray, gray, alpha],
            [r, g, b] => [r, g, b, 255],
            [r, g, b, alpha] => [r, g, b, alpha],
            _ => unreachable!("1 to 4 channels"),
        });
        let rgba: Vec<_> = pixels.collect();
        assert_eq!(rgba.len(), width * height, "all pixels are there");
        Self { width, height, rgba, has_alpha: channels.is_multiple_of(2), has_icc_profile }
    }

    /// 8 x 8 mean colours, weighted by alpha: see `make_transform.py`.
    pub(super) fn grid(&self) -> Vec<Vec<u32>> {
        let span = |i: usize, length: usize| {
            let start = (i * length / 8).min(length - 1);
            start..((i + 1) * length / 8).max(start + 1)
        };
        let cell = |i: usize| {
            let (rows, columns) = (span(i / 8, self.height), span(i % 8, self.width));
            let mut sums = [0.0; 4];
            for y in rows.clone() {
                for [r, g, b, alpha] in &self.rgba[y * self.width..][columns.clone()] {
                    let weight = f64::from(*alpha) / 255.0;
                    for (sum, channel) in sums.iter_mut().zip([r, g, b]) {
                        *sum += f64::from(*channel) * weight;
                    }
                    sums[3] += f64::from(*alpha);
                }
            }
            let count = (rows.len() * columns.len()) as f64;
            let channels = if self.has_alpha { 4 } else { 3 };
            sums[..channels].iter().map(|sum| (sum / count).round() as u32).collect()
        };
        (0..64).map(cell).collect()
    }
}
