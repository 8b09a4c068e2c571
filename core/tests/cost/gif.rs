//! GIFs of one frame.

use gif::{Encoder, Frame};
use presize::PixelImage;

/// Of gray pixels, whose levels are the indices of colours.
pub(crate) fn file(image: &PixelImage<'_>, is_interlaced: bool, is_transparent: bool) -> Vec<u8> {
    let (width, height) = (image.width as u16, image.height as u16);
    let colors: Vec<u8> = (0..=255_u8).flat_map(|index| [index, index, 255 - index / 2]).collect();
    let transparent = is_transparent.then_some(100);
    let mut frame = Frame::from_palette_pixels(width, height, image.bytes.to_vec(), colors, transparent);
    frame.interlaced = is_interlaced;
    let mut file = Vec::new();
    Encoder::new(&mut file, width, height, &[]).unwrap().write_frame(&frame).unwrap();
    file
}
