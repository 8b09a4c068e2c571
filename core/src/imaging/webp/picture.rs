//! One picture of a file: a still one, or a frame of an animation. Its data, what decoding takes, and its pixels.

use image_webp::WebPDecoder;

use crate::error::{Error, Result};
use crate::imaging::header::corrupt;
use crate::imaging::input::Input;
use crate::imaging::memory_budget::MemoryBudget;
use crate::imaging::pixels::Layout;
use crate::rules::ImageRules;

use super::alpha::Alpha;
use super::vp8::{self, Vp8Header};
use super::vp8l;

/// A picture's place on its canvas, and its data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picture<'a> {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    pub has_alpha: bool,
    pub is_lossless: bool,
    alpha: Option<&'a [u8]>,
    data: &'a [u8],
}

impl<'a> Picture<'a> {
    /// A picture from the data of its chunk, with its padding: VP8 (RFC 6386, section 9.1) or VP8L (RFC 9649, section 3.4).
    pub(super) fn parse(kind: [u8; 4], data: &'a [u8], alpha: Option<&'a [u8]>) -> Result<Self> {
        let still = Self { left: 0, top: 0, width: 0, height: 0, has_alpha: false, is_lossless: false, alpha, data };
        match (&kind, data) {
            (b"VP8 ", _) => {
                let Vp8Header { width, height, .. } = Vp8Header::parse(data)?;
                Ok(Self { width, height, has_alpha: alpha.is_some(), ..still })
            }
            (b"VP8L", [0x2f, b0, b1, b2, b3, ..]) => {
                let bits = u32::from_le_bytes([*b0, *b1, *b2, *b3]);
                Ok(Self {
                    width: (bits & 0x3fff) + 1,
                    height: (bits >> 14 & 0x3fff) + 1,
                    has_alpha: bits >> 28 & 1 == 1,
                    is_lossless: true,
                    alpha: None,
                    ..still
                })
            }
            _ => Err(corrupt("its picture does not start as it should")),
        }
    }

    /// The same picture at a place on a canvas.
    pub(super) fn at(self, left: u32, top: u32) -> Self {
        Self { left, top, ..self }
    }

    fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    pub(super) fn layout(&self) -> Layout {
        if self.has_alpha { Layout::Rgba } else { Layout::Rgb }
    }

    /// What the pixels take, in bytes.
    fn output_bytes(&self) -> u64 {
        self.pixels() * self.layout().channels() as u64
    }

    /// What the decoder takes before there are pixels, in bytes. Lossy data: three planes of whole macroblocks, two of them at
    /// half the size each way; the state of a row of macroblocks; and four copies of the data (the file made for the decoder,
    /// the reader's growing buffer, its partitions). Lossless data: only what every stream needs, since the budget counts
    /// the rest.
    fn decoder_bytes(&self) -> u64 {
        if self.is_lossless {
            return 16 * u64::from(self.width) + 64 * 1024;
        }
        let (width, height) = (u64::from(self.width.next_multiple_of(16)), u64::from(self.height.next_multiple_of(16)));
        width * height * 3 / 2 + 64 * width + 4 * self.data.len() as u64 + 64 * 1024
    }

    /// What decoding takes at most as far as the header tells, in bytes, with the pixels.
    pub(super) fn memory_bytes(&self) -> u64 {
        let window = if self.is_lossless || self.alpha.is_some() { vp8l::window_bytes(self.pixels()) } else { 0 };
        let alpha = self.alpha.map_or(0, |_| self.pixels());
        self.output_bytes() + self.decoder_bytes() + window + alpha
    }

    /// Decodes all of it and keeps nothing.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn check(&self, rules: &ImageRules) -> Result<()> {
        if self.is_lossless {
            let mut budget = MemoryBudget::new(rules, self.decoder_bytes())?;
            return vp8l::Decoder::new(self.data, self.size(), rules, &mut budget)?.check();
        }
        vp8::check(self.data, rules, &mut MemoryBudget::new(rules, 0)?)?;
        match self.alpha {
            Some(alpha) => Alpha::parse(alpha, self.size())?.check(rules, &mut MemoryBudget::new(rules, 0)?),
            None => Ok(()),
        }
    }

    /// The pixels, in the layout of [`Self::layout`]. `counted_bytes` are in use for the call already.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn decode(&self, rules: &ImageRules, counted_bytes: u64) -> Result<Vec<u8>> {
        let counted = counted_bytes.saturating_add(self.output_bytes());
        if self.is_lossless {
            return self.decode_lossless(rules, counted);
        }
        // The crate reads a byte beyond the end as if it were there.
        vp8::check(self.data, rules, &mut MemoryBudget::new(rules, counted.saturating_add(self.decoder_bytes()))?)?;
        let mut pixels = vec![0; self.output_bytes() as usize];
        self.decode_lossy(&mut pixels, rules)?;
        if let Some(alpha) = self.alpha {
            let alpha = Alpha::parse(alpha, self.size())?.decode(rules, &mut MemoryBudget::new(rules, counted)?)?;
            spread(&mut pixels, &alpha);
        }
        Ok(pixels)
    }

    fn decode_lossless(&self, rules: &ImageRules, counted_bytes: u64) -> Result<Vec<u8>> {
        let mut budget = MemoryBudget::new(rules, counted_bytes.saturating_add(self.decoder_bytes()))?;
        let decoder = vp8l::Decoder::new(self.data, self.size(), rules, &mut budget)?;
        let mut pixels = Vec::with_capacity(self.output_bytes() as usize);
        let channels = self.layout().channels();
        decoder.rows(|row| {
            for argb in row {
                let [blue, green, red, alpha] = argb.to_le_bytes();
                let rgba = [red, green, blue, alpha];
                pixels.extend_from_slice(rgba.get(..channels).unwrap_or_default());
            }
        })?;
        Ok(pixels)
    }

    /// Decodes to RGB, into the start of `pixels`.
    fn decode_lossy(&self, pixels: &mut [u8], rules: &ImageRules) -> Result<()> {
        let file = self.lossy_file();
        let mut decoder = WebPDecoder::new(Input::new(&file, rules)).map_err(|error| damaged(&error))?;
        if decoder.dimensions() != self.size() || decoder.has_alpha() {
            return Err(corrupt("its header is ambiguous"));
        }
        let rgb = pixels.get_mut(..self.pixels() as usize * 3).ok_or_else(|| corrupt("its header is ambiguous"))?;
        decoder.read_image(rgb).map_err(|error| damaged(&error))
    }

    /// The smallest file that holds just the lossy data.
    fn lossy_file(&self) -> Vec<u8> {
        let padding = self.data.len() & 1;
        let size = (self.data.len() + padding + 12) as u32;
        let mut file = Vec::with_capacity(size as usize + 8);
        file.extend(b"RIFF");
        file.extend(size.to_le_bytes());
        file.extend(b"WEBPVP8 ");
        file.extend((self.data.len() as u32).to_le_bytes());
        file.extend(self.data);
        file.extend((padding == 1).then_some(0));
        file
    }
}

/// Makes RGBA of RGB at the start of it, from the end, so that no pixel is overwritten before it has moved.
fn spread(pixels: &mut [u8], alpha: &[u8]) {
    for (at, alpha) in alpha.iter().enumerate().rev() {
        let rgb = pixels.get(3 * at..).and_then(<[u8]>::first_chunk::<3>).copied();
        if let (Some([red, green, blue]), Some(to)) = (rgb, pixels.get_mut(4 * at..4 * at + 4)) {
            to.copy_from_slice(&[red, green, blue, *alpha]);
        }
    }
}

fn damaged(error: &image_webp::DecodingError) -> Error {
    corrupt(format!("webp: {error}"))
}
