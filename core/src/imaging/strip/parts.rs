//! The parts of a file, in order: what stays goes into the new file at once, what goes is counted by kind.
//!
//! ```text
//! keep   SOI, APP0            nothing is copied yet: the file is the same so far
//! remove APP1, 60,000 bytes   from here on there is a new file, as large as the old one at most, which starts as that did
//! write  APP1, 36 bytes
//! keep   DQT ... EOI          copied
//! ```

use std::borrow::Cow;

use super::report::{MetadataKind, RemovedMetadata};

/// How much longer than the old file a new one may be: an orientation is written back in a block of its own.
pub(super) const MAX_ADDED_BYTES: usize = 64;

/// What becomes of a file. Each byte of it is kept or removed once, from the first to the last.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    file: &'a [u8],
    /// How many bytes at the start of the file are kept, until something changes.
    kept_bytes: usize,
    /// The new file, once something has changed.
    new_file: Option<Vec<u8>>,
    /// Bytes by kind, in the order of [`MetadataKind::ALL`].
    removed: [u64; MetadataKind::ALL.len()],
}

impl<'a> Parts<'a> {
    /// No part yet of this file.
    pub(super) fn of(file: &'a [u8]) -> Self {
        Self { file, kept_bytes: 0, new_file: None, removed: [0; MetadataKind::ALL.len()] }
    }

    /// A part that stays as it is.
    pub(super) fn keep(&mut self, part: &[u8]) {
        match &mut self.new_file {
            Some(new_file) => new_file.extend_from_slice(part),
            None => self.kept_bytes += part.len(),
        }
    }

    /// A part that is written anew.
    pub(super) fn write(&mut self, part: impl AsRef<[u8]>) {
        self.new_file().extend_from_slice(part.as_ref());
    }

    /// A part that goes.
    pub(super) fn remove(&mut self, kind: MetadataKind, part: &[u8]) {
        if part.is_empty() {
            return;
        }
        self.new_file();
        if let Some(bytes) = self.removed.get_mut(kind as usize) {
            *bytes += part.len() as u64;
        }
    }

    fn new_file(&mut self) -> &mut Vec<u8> {
        let (file, kept_bytes) = (self.file, self.kept_bytes);
        self.new_file.get_or_insert_with(|| {
            let mut new_file = Vec::with_capacity(file.len() + MAX_ADDED_BYTES);
            new_file.extend_from_slice(file.get(..kept_bytes).unwrap_or(file));
            new_file
        })
    }

    /// The new file, or the old one where nothing changed, and what was removed.
    pub(super) fn join(self) -> (Cow<'a, [u8]>, Vec<RemovedMetadata>) {
        let Some(mut new_file) = self.new_file else {
            return (Cow::Borrowed(self.file), Vec::new());
        };
        new_file.shrink_to_fit();
        let removed = MetadataKind::ALL.iter().zip(self.removed).filter(|(_, bytes)| *bytes > 0);
        let removed = removed.map(|(kind, bytes)| RemovedMetadata { kind: *kind, bytes }).collect();
        (Cow::Owned(new_file), removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_copied_once_something_changes() {
        let file = b"keep,go,stay";
        let mut parts = Parts::of(file);
        parts.keep(b"keep,");
        parts.remove(MetadataKind::Xmp, b"");
        assert!(parts.new_file.is_none());
        parts.remove(MetadataKind::Xmp, b"go,");
        parts.write(b"new,");
        parts.keep(b"stay");
        let (bytes, removed) = parts.join();
        assert_eq!((&*bytes, removed.len()), (&b"keep,new,stay"[..], 1));
        assert_eq!((removed[0].kind, removed[0].bytes), (MetadataKind::Xmp, 3));

        let mut parts = Parts::of(file);
        parts.keep(file);
        let (bytes, removed) = parts.join();
        assert!(matches!(bytes, Cow::Borrowed(same) if same == file) && removed.is_empty());
    }
}
