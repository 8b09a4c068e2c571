//! The frame header of a JPEG (T.81, B.2.2), and the number of MCUs and blocks that follow from it.
//!
//! ```text
//! 33 x 17 pixels, Y 2x2, Cb 1x1, Cr 1x1 (4:2:0)
//! MCUs of 16 x 16 pixels         3 x 2, each with 4 + 1 + 1 blocks
//! blocks of Y, interleaved       6 x 4, as whole MCUs
//! blocks of Y, noninterleaved    5 x 3, in a scan of Y alone, which has no padding MCUs (T.81, A.2.2)
//! ```

use crate::error::Result;
use crate::format::ImageFormat::Jpeg;

use crate::imaging::codecs::failure::{corrupt, unsupported};

/// A component of the frame. There are 1, 3 or 4 of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub id: u8,
    /// Sampling factors, 1 to 4.
    pub horizontal: u8,
    pub vertical: u8,
    /// The number of its quantisation table (`Tq`).
    pub table: u8,
}

/// The frame header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub is_progressive: bool,
    pub width: u32,
    pub height: u32,
    pub components: Vec<Component>,
}

impl Frame {
    /// Parses the segment of a SOF marker, without its length.
    pub(super) fn parse(marker: u8, segment: &[u8]) -> Result<Self> {
        let kind = match marker {
            0xc0..=0xc2 => Ok(()),
            0xc3 | 0xcb => Err("lossless coding"),
            0xc9 | 0xca => Err("arithmetic coding"),
            _ => Err("hierarchical coding"),
        };
        kind.map_err(|what| unsupported(Jpeg, what))?;
        let [precision, h0, h1, w0, w1, count, parameters @ ..] = segment else {
            return Err(corrupt("a JPEG whose frame header is too short"));
        };
        if *precision != 8 {
            return Err(unsupported(Jpeg, &format!("{precision} bits a sample")));
        }
        let (width, height) = (u16::from_be_bytes([*w0, *w1]), u16::from_be_bytes([*h0, *h1]));
        if width == 0 || height == 0 {
            return Err(corrupt("a JPEG whose width or height is 0")); // a DNL segment would give the height; libjpeg refuses that too
        }
        if !matches!(count, 1 | 3 | 4) || parameters.len() != 3 * usize::from(*count) {
            return Err(corrupt("a JPEG whose frame header does not list 1, 3 or 4 components"));
        }
        let (entries, _) = parameters.as_chunks::<3>();
        let mut components = Vec::with_capacity(entries.len());
        for [id, sampling, table] in entries {
            let mut component =
                Component { id: *id, horizontal: sampling >> 4, vertical: sampling & 15, table: *table };
            if !(1..=4).contains(&component.horizontal) || !(1..=4).contains(&component.vertical) {
                return Err(corrupt("a JPEG with a sampling factor outside 1 to 4"));
            }
            if components.iter().any(|other: &Component| other.id == component.id) {
                return Err(corrupt("a JPEG with two components of the same identifier"));
            }
            if *count == 1 {
                (component.horizontal, component.vertical) = (1, 1); // the factors of a lone component have no meaning (A.2.2)
            }
            components.push(component);
        }
        let frame = Self { is_progressive: marker == 0xc2, width: width.into(), height: height.into(), components };
        let (widest, tallest) = frame.largest_factors();
        let is_whole = |c: &Component| widest % c.horizontal == 0 && tallest % c.vertical == 0;
        if !frame.components.iter().all(is_whole) {
            return Err(unsupported(Jpeg, "sampling factors that do not divide the largest one"));
        }
        Ok(frame)
    }

    /// The largest sampling factors, across and down (`Hmax` and `Vmax`).
    pub(super) fn largest_factors(&self) -> (u8, u8) {
        let widest = self.components.iter().map(|c| c.horizontal).max().unwrap_or(1);
        let tallest = self.components.iter().map(|c| c.vertical).max().unwrap_or(1);
        (widest, tallest)
    }

    /// MCUs (minimum coded units) of an interleaved scan, across and down.
    pub(super) fn mcus(&self) -> (u32, u32) {
        let (widest, tallest) = self.largest_factors();
        (self.width.div_ceil(8 * u32::from(widest)), self.height.div_ceil(8 * u32::from(tallest)))
    }

    /// Blocks of a component across and down in an interleaved scan: those of whole MCUs.
    pub(super) fn interleaved_grid(&self, component: Component) -> (u32, u32) {
        let (across, down) = self.mcus();
        (across * u32::from(component.horizontal), down * u32::from(component.vertical))
    }

    /// Blocks of a component across and down in a noninterleaved scan, of this component alone.
    pub(super) fn noninterleaved_grid(&self, component: Component) -> (u32, u32) {
        let (widest, tallest) = self.largest_factors();
        let across = (self.width * u32::from(component.horizontal)).div_ceil(8 * u32::from(widest));
        let down = (self.height * u32::from(component.vertical)).div_ceil(8 * u32::from(tallest));
        (across, down)
    }

    pub(super) fn interleaved_blocks(&self, component: Component) -> u64 {
        let (across, down) = self.interleaved_grid(component);
        u64::from(across) * u64::from(down)
    }

    pub(super) fn noninterleaved_blocks(&self, component: Component) -> u64 {
        let (across, down) = self.noninterleaved_grid(component);
        u64::from(across) * u64::from(down)
    }

    /// Blocks of all components, in an interleaved scan.
    pub(super) fn all_blocks(&self) -> u64 {
        self.components.iter().map(|component| self.interleaved_blocks(*component)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted_as_the_standard_has_them() {
        let frame = Frame::parse(0xc0, &[8, 0, 17, 0, 33, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]).unwrap();
        assert_eq!((frame.width, frame.height, frame.is_progressive), (33, 17, false));
        assert_eq!(frame.interleaved_blocks(frame.components[0]), 3 * 2 * 4);
        assert_eq!(frame.noninterleaved_blocks(frame.components[0]), 5 * 3);
        assert_eq!(frame.noninterleaved_blocks(frame.components[1]), 3 * 2);
        assert_eq!(frame.all_blocks(), 6 * 6);
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        for (marker, segment, code) in [
            (0xc3, vec![8, 0, 8, 0, 8, 1, 1, 0x11, 0], "image_format_unsupported"),
            (0xc9, vec![8, 0, 8, 0, 8, 1, 1, 0x11, 0], "image_format_unsupported"),
            (0xc0, vec![12, 0, 8, 0, 8, 1, 1, 0x11, 0], "image_format_unsupported"),
            (0xc0, vec![8, 0, 8, 0, 8, 3, 1, 0x31, 0, 2, 0x21, 0, 3, 0x11, 0], "image_format_unsupported"),
            (0xc0, vec![8, 0, 0, 0, 8, 1, 1, 0x11, 0], "image_corrupt"),
            (0xc0, vec![8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0], "image_corrupt"),
            (0xc0, vec![8, 0, 8, 0, 8, 1, 1, 0x51, 0], "image_corrupt"),
            (0xc0, vec![8, 0, 8, 0, 8, 1, 1, 0x10, 0], "image_corrupt"),
            (0xc0, vec![8, 0, 8, 0, 8, 3, 1, 0x11, 0, 1, 0x11, 0, 2, 0x11, 0], "image_corrupt"),
            (0xc0, vec![8, 0, 8, 0, 8, 3, 1, 0x11, 0], "image_corrupt"),
            (0xc0, vec![8], "image_corrupt"),
        ] {
            assert_eq!(Frame::parse(marker, &segment).unwrap_err().code(), code, "{segment:?}");
        }
    }
}
