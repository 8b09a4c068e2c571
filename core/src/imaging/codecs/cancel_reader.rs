//! `CancelReader`: reads the bytes of a file until the call is cancelled.

use std::io::{BufRead, Cursor, Error, Read, Result, Seek, SeekFrom};

use crate::rules::ImageRules;

/// A reader that fails once the call is cancelled, which stops the decoder.
pub(crate) struct CancelReader<'a> {
    cursor: Cursor<&'a [u8]>,
    rules: &'a ImageRules,
}

impl<'a> CancelReader<'a> {
    pub(crate) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Self {
        Self { cursor: Cursor::new(bytes), rules }
    }

    fn check(&self) -> Result<()> {
        // Not `Interrupted`, after which readers try again.
        self.rules.check_cancelled().map_err(Error::other)
    }
}

impl Read for CancelReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.check()?;
        self.cursor.read(buffer)
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> Result<()> {
        self.check()?;
        self.cursor.read_exact(buffer)
    }

    /// Reserves what is left at once. By default a reader does not know how much that is, and its buffer doubles as it grows.
    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> Result<usize> {
        self.check()?;
        self.cursor.read_to_end(buffer)
    }
}

impl BufRead for CancelReader<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.check()?;
        self.cursor.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.cursor.consume(amount);
    }
}

impl Seek for CancelReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.cursor.seek(to)
    }
}
