//! The stream as the engine reads it: until the call is cancelled, which is looked up once for each window of bytes.

use zune_core::bytestream::{ZByteIoError, ZByteReaderTrait, ZSeekFrom};

use crate::rules::ImageRules;

/// How far the engine reads before the next look. The bound that a read is checked against anyway is that of the window
/// instead of that of the stream, so that looking costs nothing.
const WINDOW_BYTES: usize = 16 * 1024;

/// A stream that ends early once the call is cancelled.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    /// May lie beyond the end: the engine counts what it reads there.
    position: usize,
    window_end: usize,
    rules: &'a ImageRules,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Self {
        Self { bytes, position: 0, window_end: 0, rules }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// Opens the window that reaches beyond `end`.
    #[cold]
    fn open_window(&mut self, end: usize) {
        if self.rules.check_cancelled().is_err() {
            self.bytes = self.bytes.get(..self.position).unwrap_or(self.bytes);
        }
        self.window_end = end.saturating_add(WINDOW_BYTES).min(self.bytes.len());
    }
}

impl ZByteReaderTrait for Input<'_> {
    #[inline]
    fn read_byte_no_error(&mut self) -> u8 {
        let byte = self.bytes.get(self.position).copied().unwrap_or(0);
        self.position += 1;
        byte
    }

    #[inline]
    fn read_exact_bytes(&mut self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        self.peek_exact_bytes(buffer)?;
        self.position += buffer.len();
        Ok(())
    }

    fn read_bytes(&mut self, buffer: &mut [u8]) -> Result<usize, ZByteIoError> {
        let count = self.peek_bytes(buffer)?;
        self.position += count;
        Ok(count)
    }

    fn peek_bytes(&mut self, buffer: &mut [u8]) -> Result<usize, ZByteIoError> {
        let rest = self.rest();
        let count = rest.len().min(buffer.len());
        let available = rest.get(..count).unwrap_or_default();
        buffer.iter_mut().zip(available).for_each(|(to, from)| *to = *from);
        Ok(count)
    }

    #[inline]
    fn peek_exact_bytes(&mut self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        let end = self.position.saturating_add(buffer.len());
        if end > self.window_end {
            self.open_window(end);
        }
        match self.bytes.get(self.position..end) {
            Some(bytes) => {
                buffer.copy_from_slice(bytes);
                Ok(())
            }
            None => Err(ZByteIoError::NotEnoughBytes(self.rest().len(), buffer.len())),
        }
    }

    #[inline]
    fn z_seek(&mut self, to: ZSeekFrom) -> Result<u64, ZByteIoError> {
        let position = match to {
            ZSeekFrom::Start(offset) => usize::try_from(offset).ok(),
            ZSeekFrom::End(offset) => self.bytes.len().checked_add_signed(offset as isize),
            ZSeekFrom::Current(offset) => self.position.checked_add_signed(offset as isize),
        };
        self.position = position.ok_or(ZByteIoError::SeekError("before the start"))?;
        Ok(self.position as u64)
    }

    #[inline]
    fn is_eof(&mut self) -> Result<bool, ZByteIoError> {
        Ok(self.position >= self.bytes.len())
    }

    fn z_position(&mut self) -> Result<u64, ZByteIoError> {
        Ok(self.position as u64)
    }

    fn read_remaining(&mut self, sink: &mut Vec<u8>) -> Result<usize, ZByteIoError> {
        let rest = self.rest();
        sink.extend_from_slice(rest);
        self.position += rest.len();
        Ok(rest.len())
    }
}
