//! The structure of an EXIF block (CIPA DC-008, section 4.5; TIFF 6.0, section 2): directories of entries.
//!
//! ```text
//! MM 002a 00000008       byte order, magic number, offset of the first directory (IFD0)
//! 0001                   entries of the directory
//!   0112 0003 00000001   tag, type, count
//!   0006 0000            the value, or its offset where it has more than four bytes
//! 00000000               offset of the next directory
//! ```
//!
//! Every offset counts from the first byte and is checked against the block. A directory has at most 65,535 entries, and
//! no offset leads back to one that is being read, so the work is bounded by the block.

/// Types of values: text, 16 bits, 32 bits, where a directory is (TIFF technical note 1), and text in UTF-8 (Exif 3.0).
pub(super) const ASCII: u16 = 2;
pub(super) const SHORT: u16 = 3;
pub(super) const LONG: u16 = 4;
pub(super) const IFD: u16 = 13;
pub(super) const UTF8: u16 = 129;

/// A block whose byte order is known.
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

/// An entry of a directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub tag: u16,
    /// The type of the value.
    pub kind: u16,
    pub count: u32,
    /// Where the four bytes stand that hold the value or its offset.
    pub value_at: usize,
}

impl<'a> Tiff<'a> {
    /// The `Exif\0\0` prefix of JPEG is skipped where it stands, since some writers put it into WebP and PNG too.
    pub(super) fn parse(block: &'a [u8]) -> Option<Self> {
        let bytes = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        let is_little = match bytes.get(..4)? {
            b"II\x2a\0" => true,
            b"MM\0\x2a" => false,
            _ => return None,
        };
        Some(Self { bytes, is_little })
    }

    pub(super) fn first_directory(&self) -> Option<usize> {
        Some(self.long(4)? as usize)
    }

    /// The entries of a directory, as far as the block goes.
    pub(super) fn entries(&self, directory: usize) -> Option<impl Iterator<Item = Entry>> {
        let count = usize::from(self.short(directory)?);
        Some((0..count).map_while(move |index| {
            let at = directory.checked_add(2 + 12 * index)?;
            let value_at = at.checked_add(8)?;
            Some(Entry { tag: self.short(at)?, kind: self.short(at + 2)?, count: self.long(at + 4)?, value_at })
        }))
    }

    /// The bytes of a text, as far as they are there.
    pub(super) fn text_bytes(&self, entry: &Entry) -> Option<&'a [u8]> {
        if !matches!(entry.kind, ASCII | UTF8) {
            return None;
        }
        let at = if entry.count <= 4 { entry.value_at } else { self.long(entry.value_at)? as usize };
        let rest = self.bytes.get(at..)?;
        Some(rest.get(..entry.count as usize).unwrap_or(rest))
    }

    pub(super) fn short(&self, offset: usize) -> Option<u16> {
        let bytes = *self.bytes.get(offset..)?.first_chunk::<2>()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    pub(super) fn long(&self, offset: usize) -> Option<u32> {
        let bytes = *self.bytes.get(offset..)?.first_chunk::<4>()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}
