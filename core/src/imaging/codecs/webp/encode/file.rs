//! The RIFF container of a WebP that is written (RFC 9649, section 2.3 onwards).

use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::canvas::Size;

/// The flags of `VP8X`.
const HAS_PROFILE: u8 = 0b10_0000;
const HAS_ALPHA: u8 = 0b1_0000;

/// A file whose sizes are set at the end.
pub(super) struct WebpFile {
    bytes: Vec<u8>,
    /// Where the data of the last chunk starts.
    data_start: usize,
}

impl WebpFile {
    /// The file as far as its profile. The extended header is written if a chunk needs it: the profile, or an alpha chunk.
    pub(super) fn begin(
        size: Size,
        icc: Option<&[u8]>,
        (has_alpha, has_alpha_chunk): (bool, bool),
        limit: OutputLimit,
    ) -> Result<Self, Failure> {
        let mut file = Self { bytes: b"RIFF\0\0\0\0WEBP".to_vec(), data_start: 0 };
        if icc.is_some() || has_alpha_chunk {
            limit.reserve(&mut file.bytes, icc.map_or(0, <[u8]>::len) + 64)?;
            let flags = if icc.is_some() { HAS_PROFILE } else { 0 } | if has_alpha { HAS_ALPHA } else { 0 };
            let [w0, w1, w2, _] = (size.width - 1).to_le_bytes();
            let [h0, h1, h2, _] = (size.height - 1).to_le_bytes();
            file.chunk(*b"VP8X", &[flags, 0, 0, 0, w0, w1, w2, h0, h1, h2])?;
        }
        if let Some(icc) = icc {
            file.chunk(*b"ICCP", icc)?;
        }
        Ok(file)
    }

    fn chunk(&mut self, kind: [u8; 4], data: &[u8]) -> Result<(), Failure> {
        self.begin_chunk(kind);
        self.bytes.extend_from_slice(data);
        self.end_chunk()
    }

    /// Starts a chunk, whose data is appended to [`Self::bytes`].
    pub(super) fn begin_chunk(&mut self, kind: [u8; 4]) {
        self.bytes.extend(kind);
        self.bytes.extend([0; 4]);
        self.data_start = self.bytes.len();
    }

    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Where the data of the chunk starts that was begun last.
    pub(super) fn data_start(&self) -> usize {
        self.data_start
    }

    /// Sets the size of the chunk, which does not count the byte that makes it even.
    pub(super) fn end_chunk(&mut self) -> Result<(), Failure> {
        let length = self.bytes.len() - self.data_start;
        self.put_size(self.data_start - 4, length)?;
        self.bytes.extend((length % 2 == 1).then_some(0));
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, Failure> {
        let length = self.bytes.len() - 8;
        self.put_size(4, length)?;
        Ok(self.bytes)
    }

    fn put_size(&mut self, at: usize, size: usize) -> Result<(), Failure> {
        let size = u32::try_from(size)?.to_le_bytes();
        self.bytes.get_mut(at..at + 4).ok_or("a chunk without a size")?.copy_from_slice(&size);
        Ok(())
    }
}
