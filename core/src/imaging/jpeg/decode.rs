//! A JPEG to pixels: gray or RGB, whatever its components are, with the profile that describes them.

use crate::error::Result;
use crate::rules::ImageRules;

use super::super::color::Profile;
use super::super::decode::{check_memory, icc_for};
use super::super::pixels::{Layout, Pixels};
use super::color::{Color, cmyk_to_rgb};
use super::decoder::Decoder;

/// Decodes all of the data and makes no pixels of it.
pub(crate) fn check(bytes: &[u8], rules: &ImageRules) -> Result<()> {
    let decoder = Decoder::new(bytes, rules)?.for_check();
    let icc_bytes = decoder.profile()?.map_or(0, |profile| profile.len() as u64);
    check_memory(rules, &[decoder.memory_bytes(), icc_bytes])?;
    decoder.check()
}

/// Decodes to so many eighths of the size.
pub(crate) fn decode(bytes: &[u8], eighths: u8, rules: &ImageRules) -> Result<(Pixels, Option<Vec<u8>>)> {
    let decoder = Decoder::new(bytes, rules)?.scale(eighths);
    let color = decoder.color();
    let icc = decoder.profile()?;
    let (width, height) = decoder.size();
    let pixels = u64::from(width) * u64::from(height);
    // Inks are there beside the RGB made of them.
    let output_bytes = pixels * if color.channels() == 4 { 4 + 3 } else { color.channels() as u64 };
    let icc_bytes = icc.as_ref().map_or(0, |profile| {
        let converting = if color.channels() == 4 { Profile::cmyk_memory_bytes(profile) } else { 0 };
        profile.len() as u64 + converting
    });
    check_memory(rules, &[output_bytes, decoder.memory_bytes(), icc_bytes])?;
    let mut data = vec![0; pixels as usize * color.channels()];
    let mut rows = decoder.rows()?;
    for row in data.chunks_exact_mut(width as usize * color.channels()) {
        rows.read(row)?;
    }
    drop(rows);
    let (layout, data, icc) = match color {
        Color::Gray => (Layout::Gray, data, icc_for(*b"GRAY", icc)),
        Color::YCbCr | Color::Rgb => (Layout::Rgb, data, icc_for(*b"RGB ", icc)),
        Color::Cmyk | Color::Ycck => {
            let icc = icc_for(*b"CMYK", icc);
            (Layout::Rgb, cmyk_to_rgb(&mut data, icc.as_deref(), rules)?, None)
        }
    };
    Ok((Pixels { width, height, layout, data }, icc))
}
