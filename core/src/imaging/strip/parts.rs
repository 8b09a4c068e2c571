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

/// What becomes of a part.
pub(super) enum Fate {
    Stays,
    Goes(MetadataKind),
    /// It goes, and other bytes take its place.
    Becomes(Vec<u8>, MetadataKind),
    /// It stays with the bytes that mean something.
    Shortens(Vec<u8>),
}

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
        self.new_file(0).extend_from_slice(part.as_ref());
    }

    /// A part that goes.
    pub(super) fn remove(&mut self, kind: MetadataKind, part: &[u8]) {
        if part.is_empty() {
            return;
        }
        self.new_file(part.len());
        if let Some(bytes) = self.removed.get_mut(kind as usize) {
            *bytes += part.len() as u64;
        }
    }

    /// The next part of the file, as its format judges it.
    pub(super) fn put(&mut self, part: &[u8], fate: Fate) {
        match fate {
            Fate::Stays => self.keep(part),
            Fate::Goes(kind) => self.remove(kind, part),
            Fate::Becomes(new, _) | Fate::Shortens(new) if new == part => self.keep(part),
            Fate::Becomes(new, kind) => {
                self.remove(kind, part);
                self.write(new);
            }
            Fate::Shortens(new) => {
                let gone = part.get(new.len()..).filter(|gone| !gone.is_empty());
                self.remove(MetadataKind::Other, gone.unwrap_or(part));
                self.write(new);
            }
        }
    }

    /// Writes other bytes in the place of those at `at` of the new file, if there is one: a length or flags that stand before
    /// what they count.
    pub(super) fn patch(&mut self, at: usize, bytes: &[u8]) {
        let place = self.new_file.as_mut().and_then(|file| file.get_mut(at..at.checked_add(bytes.len())?));
        if let Some(place) = place {
            place.copy_from_slice(bytes);
        }
    }

    /// How long the file is so far.
    pub(super) fn len(&self) -> usize {
        self.new_file.as_ref().map_or(self.kept_bytes, Vec::len)
    }

    /// Whether there is a new file.
    pub(super) fn is_changed(&self) -> bool {
        self.new_file.is_some()
    }

    /// The new file, which is made before the first change, of `gone_bytes`. Its size is never changed: most files have one large
    /// part that goes, and what the others leave free is no memory that was touched.
    fn new_file(&mut self, gone_bytes: usize) -> &mut Vec<u8> {
        let (file, kept_bytes) = (self.file, self.kept_bytes);
        self.new_file.get_or_insert_with(|| {
            let mut new_file = Vec::with_capacity(file.len().saturating_sub(gone_bytes) + MAX_ADDED_BYTES);
            new_file.extend_from_slice(file.get(..kept_bytes).unwrap_or(file));
            new_file
        })
    }

    /// The new file, or the old one where nothing changed, and what was removed.
    pub(super) fn join(self) -> (Cow<'a, [u8]>, Vec<RemovedMetadata>) {
        let Some(new_file) = self.new_file else {
            return (Cow::Borrowed(self.file), Vec::new());
        };
        let removed = MetadataKind::ALL.iter().zip(self.removed).filter(|(_, bytes)| *bytes > 0);
        let removed = removed.map(|(kind, bytes)| RemovedMetadata { kind: *kind, bytes }).collect();
        (Cow::Owned(new_file), removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_others_is_written_at_last() {
        let mut parts = Parts::of(b"04abcdefgh");
        parts.keep(b"04");
        parts.put(b"ab", Fate::Goes(MetadataKind::Other));
        parts.put(b"cd", Fate::Becomes(b"cd".to_vec(), MetadataKind::Other));
        parts.put(b"efgh", Fate::Shortens(b"e".to_vec()));
        parts.patch(1, b"2");
        parts.patch(3, b"beyond the end");
        assert_eq!(parts.len(), 5);
        let (bytes, removed) = parts.join();
        assert_eq!((&*bytes, removed[0].bytes), (&b"02cde"[..], 5));
    }

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
        parts.patch(0, b"K");
        assert!(!parts.is_changed() && parts.len() == file.len());
        let (bytes, removed) = parts.join();
        assert!(matches!(bytes, Cow::Borrowed(same) if same == file) && removed.is_empty());
    }
}
