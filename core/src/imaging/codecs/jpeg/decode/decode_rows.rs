//! From a JPEG to rows of pixels: gray or RGB, whatever its components are, with the profile that describes them.

use crate::error::Result;
use crate::rules::ImageRules;

use super::color_space::{CmykToRgb, ColorSpace};
use super::decoder::{Checked, Decoder};
use crate::imaging::codecs::limits::check_memory;
use crate::imaging::codecs::row_sink::RowSink;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::icc::{Profile, icc_for};

/// Decodes all of the data without making pixels of it. Returns whether the picture is complete.
pub(crate) fn check(bytes: &[u8], rules: &ImageRules) -> Result<bool> {
    Ok(check_data(bytes, rules)?.is_complete)
}

/// The same, with the length of the data.
pub(super) fn check_data(bytes: &[u8], rules: &ImageRules) -> Result<Checked> {
    let decoder = Decoder::new(bytes, rules)?.for_check();
    let icc_bytes = decoder.profile()?.map_or(0, |profile| profile.len() as u64);
    check_memory(rules, &[decoder.memory_bytes(), icc_bytes])?;
    decoder.check()
}

/// Decodes pixels at `scale_num` over 8 of the size, and pushes their rows into a sink.
pub(crate) fn decode_rows(bytes: &[u8], scale_num: u8, rules: &ImageRules, sink: &mut dyn RowSink) -> Result<()> {
    let decoder = Decoder::new(bytes, rules)?.scale(scale_num);
    let color = decoder.color_space();
    let icc = decoder.profile()?;
    let (width, height) = decoder.size();
    let icc_bytes = icc.as_ref().map_or(0, |profile| {
        let converting = if color.channels() == 4 { Profile::cmyk_memory_bytes(profile) } else { 0 };
        profile.len() as u64 + converting
    });
    check_memory(rules, &[decoder.memory_bytes(), icc_bytes])?;
    let mut row = vec![0; width as usize * color.channels()];
    let mut rows = decoder.rows()?;
    let (space, layout) = match color {
        ColorSpace::Gray => (*b"GRAY", Layout::Gray),
        ColorSpace::YCbCr | ColorSpace::Rgb => (*b"RGB ", Layout::Rgb),
        ColorSpace::Cmyk | ColorSpace::Ycck => (*b"CMYK", Layout::Rgb),
    };
    let icc = icc_for(space, icc);
    if color.channels() < 4 {
        sink.begin(layout, icc)?;
        return (0..height).try_for_each(|_| {
            rows.read(&mut row)?;
            sink.row(&row)
        });
    }
    let cmyk = CmykToRgb::new(icc.as_deref());
    let mut rgb = vec![0; width as usize * 3];
    sink.begin(layout, None)?;
    (0..height).try_for_each(|_| {
        rows.read(&mut row)?;
        cmyk.to_rgb(&mut row, &mut rgb, rules)?;
        sink.row(&rgb)
    })
}
