//! What the fuzz target `jpeg` calls, compiled for it alone: the decoder has ways that no public function chooses.

use crate::error::Result;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

use super::decoder::Decoder;

/// Decodes at every scale, speculatively with the best instructions and code by code with those of the target alone, which
/// must agree. Returns at how many scales there was a picture.
pub fn decode_every_way(bytes: &[u8], rules: &ImageRules) -> usize {
    let mut pictures = 0;
    for scale_num in 1..=8 {
        let best = pixels(bytes, rules, scale_num, Simd::detect(), true);
        let plain = pixels(bytes, rules, scale_num, Simd::TARGET, false);
        assert!(best.as_ref().ok() == plain.as_ref().ok(), "at {scale_num}/8");
        pictures += usize::from(best.is_ok());
    }
    pictures
}

fn pixels(bytes: &[u8], rules: &ImageRules, scale_num: u8, simd: Simd, speculative_decoder: bool) -> Result<Vec<u8>> {
    let decoder = Decoder::new(bytes, rules)?.scale(scale_num).with_simd(simd);
    let decoder = if speculative_decoder { decoder } else { decoder.without_speculation() };
    let (width, height) = decoder.size();
    rules.check_dimensions(width, height)?;
    rules.check_memory(decoder.memory_bytes())?;
    let row = width as usize * decoder.color_space().channels();
    let mut pixels = vec![0; row * height as usize];
    let mut rows = decoder.rows()?;
    pixels.chunks_exact_mut(row).try_for_each(|row| rows.read(row))?;
    Ok(pixels)
}
