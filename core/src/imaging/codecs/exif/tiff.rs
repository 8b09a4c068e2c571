//! The structure of an EXIF block (CIPA DC-008, section 4.5; TIFF 6.0, section 2): image file directories (IFDs) of entries.
//!
//! ```text
//! 00  MM 002a 00000008       byte order, magic number, offset of the 0th IFD
//! 08  0002                   2 entries
//! 0a    0112 0003 00000001   tag Orientation, type SHORT, count 1
//!       0006 0000            the value: rotate by 90 degrees
//! 16    8769 0004 00000001   tag Exif IFD, type LONG, count 1
//!       00000026             the value: the offset of that IFD
//! 22  00000000               offset of the next IFD: none
//! 26  0001                   the Exif IFD, 1 entry
//! 28    9003 0002 00000014   tag DateTimeOriginal, type ASCII, count 20
//!       00000038             the offset of the value, which has more than four bytes
//! 34  00000000
//! 38  2026:11:30 16:03:55
//! ```
//!
//! Every offset counts from the first byte and is checked against the block. An IFD has at most 65,535 entries, and
//! three IFDs (0th, Exif, GPS) are searched for a fixed number of tags, so the work is bounded by the block.

/// Field types: text, 16 bits, 32 bits, offset of an IFD (TIFF technical note 1), and text in UTF-8 (Exif 3.0).
pub(super) const ASCII: u16 = 2;
pub(super) const SHORT: u16 = 3;
pub(super) const LONG: u16 = 4;
pub(super) const IFD: u16 = 13;
pub(super) const UTF8: u16 = 129;

/// An EXIF block, whose byte order is known.
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

/// An entry of an IFD.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub tag: u16,
    pub field_type: u16,
    pub count: u32,
    /// The offset of the four bytes that hold the value or its offset.
    pub value_at: usize,
}

impl<'a> Tiff<'a> {
    /// Parses the header. A prefix `Exif\0\0` is skipped: JPEG has it, and some writers put it into WebP and PNG as well.
    pub(super) fn parse(block: &'a [u8]) -> Option<Self> {
        let bytes = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        let is_little = match bytes.get(..4)? {
            b"II\x2a\0" => true,
            b"MM\0\x2a" => false,
            _ => return None,
        };
        Some(Self { bytes, is_little })
    }

    /// The offset of the 0th IFD.
    pub(super) fn first_ifd(&self) -> Option<usize> {
        Some(self.long(4)? as usize)
    }

    /// The entries of the IFD at this offset, up to the end of the block.
    pub(super) fn entries(&self, ifd: usize) -> Option<impl Iterator<Item = Entry>> {
        let count = usize::from(self.short(ifd)?);
        Some((0..count).map_while(move |index| {
            let at = ifd.checked_add(2 + 12 * index)?;
            let value_at = at.checked_add(8)?;
            Some(Entry { tag: self.short(at)?, field_type: self.short(at + 2)?, count: self.long(at + 4)?, value_at })
        }))
    }

    /// The bytes of a text, up to the end of the block.
    pub(super) fn text_bytes(&self, entry: &Entry) -> Option<&'a [u8]> {
        if !matches!(entry.field_type, ASCII | UTF8) {
            return None;
        }
        let at = if entry.count <= 4 { entry.value_at } else { self.long(entry.value_at)? as usize };
        let rest = self.bytes.get(at..)?;
        Some(rest.get(..entry.count as usize).unwrap_or(rest))
    }

    /// The 16-bit number at an offset.
    pub(super) fn short(&self, offset: usize) -> Option<u16> {
        let bytes = *self.bytes.get(offset..)?.first_chunk::<2>()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    /// The 32-bit number at an offset.
    pub(super) fn long(&self, offset: usize) -> Option<u32> {
        let bytes = *self.bytes.get(offset..)?.first_chunk::<4>()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}
