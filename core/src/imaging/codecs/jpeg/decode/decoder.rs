//! `Decoder`: a parsed JPEG, the scale at which it is decoded, and its samples from top to bottom.

use crate::error::Result;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

use super::baseline::Baseline;
use super::color_space::ColorSpace;
use super::multi_scan::MultiScan;
use super::planes::{Plane, planes, planes_at};
use super::segments::{ParsedJpeg, parse};
use super::speculative;

/// A parsed JPEG that is within the limits, ready to be decoded.
pub(crate) struct Decoder<'a> {
    parsed: ParsedJpeg<'a>,
    rules: &'a ImageRules,
    /// The scale of pixels, over 8.
    scale: usize,
    /// The scale of each component, over 8, for decoding planes instead of pixels.
    scales: Option<Vec<u8>>,
    /// Whether it decodes packed pixels instead of planes.
    is_packed: bool,
    simd: Simd,
    is_speculative: bool,
}

impl<'a> Decoder<'a> {
    /// Reads everything but the coefficients.
    ///
    /// Errors: `image_corrupt`, `image_format_unsupported`, `image_too_large`.
    pub(crate) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Result<Self> {
        let parsed = parse(bytes, rules)?;
        let is_speculative = parsed.only_scan().is_some_and(speculative::is_suitable);
        let is_packed = parsed.color_space.channels() == 4;
        Ok(Self { parsed, rules, scale: 8, scales: None, is_packed, simd: Simd::detect(), is_speculative })
    }

    /// Decodes pixels at `scale_num` over 8 of the size, 1 to 8 (libjpeg's `scale_num`). Coefficients that this scale does not
    /// need are skipped, so that damage in them is not found.
    pub(super) fn scale(mut self, scale_num: u8) -> Self {
        self.scale_all(scale_num);
        self
    }

    /// The same for a decoder that is opened already.
    pub(super) fn scale_all(&mut self, scale_num: u8) {
        self.scale = usize::from(scale_num.clamp(1, 8));
    }

    /// Decodes each component at its own `scale_num` over 8, for planes. As with [`Self::scale`], damage may stay unnoticed.
    pub(super) fn scale_each(&mut self, scale_num: &[u8]) {
        self.scales = Some(scale_num.iter().map(|scale_num| (*scale_num).clamp(1, 8)).collect());
    }

    /// Decodes packed pixels.
    pub(super) fn pack(&mut self) {
        self.is_packed = true;
    }

    pub(super) fn is_packed(&self) -> bool {
        self.is_packed
    }

    pub(super) fn rules(&self) -> &'a ImageRules {
        self.rules
    }

    /// Samples of each component per pixel, across and down, at full size.
    pub(super) fn samples_per_pixel(&self) -> Vec<(f64, f64)> {
        let frame = &self.parsed.frame;
        let (widest, tallest) = frame.largest_factors();
        let share = |factor: u8, largest: u8| f64::from(factor) / f64::from(largest);
        let components = frame.components.iter();
        components.map(|c| (share(c.horizontal, widest), share(c.vertical, tallest))).collect()
    }

    /// Decodes with these vector instructions.
    #[cfg(any(test, fuzzing))]
    pub(super) fn with_simd(mut self, simd: Simd) -> Self {
        self.simd = simd;
        self
    }

    /// Decodes code by code, without speculation.
    #[cfg(any(test, fuzzing))]
    pub(super) fn without_speculation(mut self) -> Self {
        self.is_speculative = false;
        self
    }

    /// Width and height of the decoded pixels.
    pub(crate) fn size(&self) -> (u32, u32) {
        let side = |pixels: u32| (pixels * self.scale as u32).div_ceil(8);
        (side(self.parsed.frame.width), side(self.parsed.frame.height))
    }

    pub(super) fn scale_num(&self) -> usize {
        self.scale
    }

    pub(in crate::imaging::codecs::jpeg) fn color_space(&self) -> ColorSpace {
        self.parsed.color_space
    }

    /// The ICC profile, joined from its chunks.
    ///
    /// Error: `image_too_large`.
    pub(crate) fn profile(&self) -> Result<Option<Vec<u8>>> {
        self.parsed.metadata.profile(self.rules)
    }

    /// The `scale_num` of each component.
    pub(super) fn scale_nums(&self) -> Vec<u8> {
        let all = || vec![self.scale as u8; self.parsed.frame.components.len()];
        self.scales.clone().unwrap_or_else(all)
    }

    /// Samples of each component across and down, at its scale.
    pub(super) fn plane_sizes(&self) -> Vec<(usize, usize)> {
        self.planes_at_scale().iter().map(|plane| (plane.width, plane.height)).collect()
    }

    fn planes_at_scale(&self) -> Vec<Plane> {
        match &self.scales {
            Some(scales) => planes_at(&self.parsed.frame, scales),
            None => planes(&self.parsed.frame, self.scale),
        }
    }

    /// Whether the coefficients of a block are coded in several scans.
    fn has_several_scans(&self) -> bool {
        self.parsed.only_scan().is_none()
    }

    /// The part of [`Self::memory_bytes`] that does not depend on the size of the picture.
    pub(crate) fn speculative_bytes(&self) -> u64 {
        if self.is_speculative { speculative::MEMORY_BYTES } else { 0 }
    }

    /// The memory of decoding, in bytes, without the file and without what is computed from the samples.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.bytes_for(&self.planes_at_scale())
    }

    /// The same for pixels, with the row that holds them.
    pub(super) fn pixels_memory_bytes(&self) -> u64 {
        let frame = &self.parsed.frame;
        self.bytes_for(&planes(frame, self.scale)) + 8 * u64::from(frame.width)
    }

    fn bytes_for(&self, planes: &[Plane]) -> u64 {
        let frame = &self.parsed.frame;
        let rows: u64 = planes.iter().map(Plane::memory_bytes).sum();
        let scans = if self.has_several_scans() { MultiScan::memory_bytes(&self.parsed, planes) } else { 0 };
        // Rows that are being upsampled, tables, and the parsed scans.
        rows + scans
            + self.speculative_bytes()
            + 32 * u64::from(frame.width)
            + 64 * 1024
            + 512 * self.parsed.scans.len() as u64
    }

    /// Sets the scale that finds all damage with the least work: of several scans no coefficients are needed, only which of them
    /// are nonzero, on which the meaning of later scans depends.
    pub(super) fn for_check(self) -> Self {
        let scale = if self.has_several_scans() { 2 } else { 8 };
        self.scale(scale)
    }

    /// Decodes every scan.
    pub(super) fn decode_all(self) -> Result<Checked> {
        if self.has_several_scans() {
            let (planes, rules) = (self.planes_at_scale(), self.rules);
            let mut scans = MultiScan::new(self.parsed, &planes, self.simd, true)?;
            scans.check(rules)?;
            return Ok(Checked { is_complete: scans.is_complete(), used_bytes: scans.used_bytes() });
        }
        let mut bands = self.bands()?;
        while bands.advance()? {}
        Ok(Checked { is_complete: bands.is_complete(), used_bytes: bands.used_bytes() })
    }

    /// Starts decoding.
    pub(super) fn bands(self) -> Result<Bands<'a>> {
        let planes = self.planes_at_scale();
        let Self { parsed, rules, simd, is_speculative, .. } = self;
        let mcu_rows = parsed.frame.mcus().1;
        let scans = match parsed.only_scan() {
            Some(scan) => BandScans::One(Box::new(Baseline::new(&parsed, scan, &planes, simd, is_speculative)?)),
            None => BandScans::Several(Box::new(MultiScan::new(parsed, &planes, simd, false)?)),
        };
        Ok(Bands { scans, planes, rules, simd, decoded: 0, mcu_rows })
    }
}

/// The result of decoding every scan.
pub(super) struct Checked {
    /// Whether the picture is complete: a progressive file may lack scans, and a truncated file data.
    pub is_complete: bool,
    /// How many bytes of the data of the last scan its blocks take. `None` if it ended early.
    pub used_bytes: Option<usize>,
}

/// The samples of the components, in bands of one MCU row.
pub(super) struct Bands<'a> {
    scans: BandScans<'a>,
    planes: Vec<Plane>,
    rules: &'a ImageRules,
    simd: Simd,
    decoded: u32,
    mcu_rows: u32,
}

enum BandScans<'a> {
    One(Box<Baseline<'a>>),
    Several(Box<MultiScan<'a>>),
}

impl Bands<'_> {
    /// Decodes the next band into the planes. `false` after the last one.
    pub(super) fn advance(&mut self) -> Result<bool> {
        if self.is_finished() {
            return Ok(false);
        }
        self.rules.check_cancelled()?;
        self.planes.iter_mut().for_each(Plane::advance);
        let row = self.decoded as usize;
        self.decoded += 1;
        let is_last = self.is_finished();
        match &mut self.scans {
            BandScans::One(scan) => scan.decode_row(&mut self.planes, is_last)?,
            BandScans::Several(scans) => {
                scans.decode_row(row, is_last, self.rules)?;
                scans.fill(&mut self.planes);
            }
        }
        Ok(true)
    }

    pub(super) fn simd(&self) -> Simd {
        self.simd
    }

    /// Whether the data has the whole picture, after the last band.
    fn is_complete(&self) -> bool {
        match &self.scans {
            BandScans::One(scan) => scan.is_complete,
            BandScans::Several(scans) => scans.is_complete(),
        }
    }

    /// How many bytes of the data of the last scan its blocks take, after the last band.
    fn used_bytes(&self) -> Option<usize> {
        match &self.scans {
            BandScans::One(scan) => scan.used_bytes(),
            BandScans::Several(scans) => scans.used_bytes(),
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.decoded == self.mcu_rows
    }

    /// How many MCU rows are decoded.
    pub(super) fn decoded(&self) -> usize {
        self.decoded as usize
    }

    pub(super) fn planes(&self) -> &[Plane] {
        &self.planes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Vec<u8> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
        std::fs::read(folder.join(name)).unwrap()
    }

    type Pixels = (usize, usize, usize, Vec<u8>);

    /// Width, height, channels and pixels.
    fn pixels(bytes: &[u8], scale_num: u8) -> Result<Pixels> {
        pixels_by(Simd::detect(), bytes, scale_num)
    }

    fn pixels_by(simd: Simd, bytes: &[u8], scale_num: u8) -> Result<Pixels> {
        let rules = ImageRules::default();
        let decoder = Decoder::new(bytes, &rules)?.scale(scale_num).with_simd(simd);
        let (width, height, channels) =
            (decoder.size().0 as usize, decoder.size().1 as usize, decoder.color_space().channels());
        let mut pixels = vec![0; width * height * channels];
        let mut rows = decoder.rows()?;
        pixels.chunks_exact_mut(width * channels).try_for_each(|row| rows.read(row))?;
        Ok((width, height, channels, pixels))
    }

    /// The same coefficients, in one scan and bit by bit.
    #[test]
    fn progressive_is_as_baseline_at_every_scale() {
        for (baseline, progressive) in [
            ("baseline_444.jpg", "progressive_444.jpg"),
            ("baseline_422.jpg", "progressive_422.jpg"),
            ("baseline_420.jpg", "progressive_420.jpg"),
            ("gray.jpg", "gray_progressive.jpg"),
            ("cmyk_adobe.jpg", "cmyk_progressive.jpg"),
            ("own_411_scans.jpg", "own_411_progressive.jpg"),
            ("own_440_restart.jpg", "own_440_restart_progressive.jpg"),
            ("own_mixed.jpg", "own_mixed_scans.jpg"),
        ] {
            for scale_num in 1..=8 {
                let (ours, theirs) = (pixels(&file(baseline), scale_num), pixels(&file(progressive), scale_num));
                assert_eq!(ours.unwrap(), theirs.unwrap(), "{baseline} at {scale_num}/8");
            }
        }
    }

    /// A picture scaled while it is decoded is near the mean of the pixels that each of its own stands for.
    #[test]
    fn scaled_is_near_the_means_of_the_whole() {
        for name in ["transform-photo.jpg", "baseline_420.jpg", "own_440.jpg", "gray.jpg", "own_chroma_larger.jpg"] {
            let bytes = file(name);
            let (width, height, channels, whole) = pixels(&bytes, 8).unwrap();
            for scale_num in [1, 2, 4] {
                let side = 8 / usize::from(scale_num);
                let (across, down, _, scaled) = pixels(&bytes, scale_num).unwrap();
                assert_eq!((across, down), (width.div_ceil(side), height.div_ceil(side)), "{name} at {scale_num}/8");
                let (mut sum, mut count) = (0.0, 0.0);
                for (place, ours) in scaled.iter().enumerate() {
                    let (x, y) = (place / channels % across, place / channels / across);
                    if (x + 1) * side > width || (y + 1) * side > height {
                        continue;
                    }
                    let rows = (y * side..(y + 1) * side).flat_map(|y| (x * side..(x + 1) * side).map(move |x| (x, y)));
                    let total: f64 =
                        rows.map(|(x, y)| f64::from(whole[(y * width + x) * channels + place % channels])).sum();
                    sum += (f64::from(*ours) - total / (side * side) as f64).abs();
                    count += 1.0;
                }
                let most = if name == "transform-photo.jpg" { 0.8 } else { 6.0 };
                assert!(sum / count < most, "{name} at {scale_num}/8: {:.2} levels from the means", sum / count);
            }
        }
    }

    /// Beside the pictures that libjpeg scales while it decodes: the photograph differs by half a level on average, a
    /// pattern whose colours change from each pixel to the next by up to 4; the means of whole blocks not at all.
    #[test]
    fn scaled_is_near_what_libjpeg_makes() {
        use base64::Engine as _;
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/decode.json");
        let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut compared = 0;
        for case in cases["cases"].as_array().unwrap() {
            for draft in case["drafts"].as_array().into_iter().flatten() {
                let name = case["name"].as_str().unwrap();
                let scale_num = draft["eighths"].as_u64().unwrap() as u8;
                let text = draft["base64"].as_str().unwrap();
                let theirs = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
                let (.., ours) = pixels(&file(name), scale_num).unwrap();
                assert_eq!(ours.len(), theirs.len(), "{name} at {scale_num}/8");
                let total: u64 = ours.iter().zip(&theirs).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
                let mean = total as f64 / ours.len() as f64;
                let most = if scale_num == 1 {
                    0.01
                } else if name == "transform-photo.jpg" {
                    0.6
                } else {
                    4.0
                };
                assert!(mean < most, "{name} at {scale_num}/8: {mean:.2} levels");
                compared += 1;
            }
        }
        assert!(compared > 8, "{compared}");
    }

    /// What is compiled for the processor gives the bytes of what is compiled for the target.
    #[test]
    fn instructions_change_nothing() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
        let mut compared = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for scale_num in 1..=8 {
                let by = |simd: Simd| pixels_by(simd, &bytes, scale_num).map_err(|error| error.to_string());
                let ours = by(Simd::detect());
                assert!(ours == by(Simd::TARGET), "{} at {scale_num}/8", path.display());
                compared += usize::from(ours.is_ok());
            }
        }
        assert!(compared > 200, "{compared}");
    }

    #[test]
    fn every_scale_has_its_size() {
        for name in ["odd_size.jpg", "one_pixel.jpg", "own_410_scans.jpg", "own_441_progressive.jpg", "ycck_420.jpg"] {
            let bytes = file(name);
            let (width, height, ..) = pixels(&bytes, 8).unwrap();
            for scale_num in 1..=8 {
                let (across, down, ..) = pixels(&bytes, scale_num).unwrap();
                let side = |pixels: usize| (pixels * usize::from(scale_num)).div_ceil(8);
                assert_eq!((across, down), (side(width), side(height)), "{name} at {scale_num}/8");
            }
        }
    }
}
