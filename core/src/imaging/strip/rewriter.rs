//! `FileRewriter`: goes through a file once, from start to end, and keeps, removes or replaces its segments, chunks or blocks.
//! What is removed is counted by kind. Nothing is copied before the first change.
//!
//! ```text
//! keep   SOI, APP0            nothing is copied: the file is unchanged so far
//! remove APP1, 60,000 bytes   the new file is allocated, and starts with SOI and APP0
//! write  APP1, 36 bytes
//! keep   DQT ... EOI          copied
//! ```

use std::borrow::Cow;

use super::report::{MetadataKind, RemovedMetadata};

/// How many bytes the new file may be longer than the old one: the EXIF block that is written for an orientation.
pub(super) const MAX_ADDED_BYTES: usize = 64;

/// What is done with a segment, chunk or block.
pub(super) enum Action {
    Keep,
    Remove(MetadataKind),
    /// Other bytes are written in its place.
    Replace(Vec<u8>, MetadataKind),
    /// It is kept without the bytes that have no meaning.
    Shorten(Vec<u8>),
}

/// Rewrites a file. Each byte of it is kept or removed once, in order.
#[derive(Debug)]
pub(super) struct FileRewriter<'a> {
    file: &'a [u8],
    /// How many bytes were kept before the first change.
    kept_bytes: usize,
    /// The new file, from the first change on.
    new_file: Option<Vec<u8>>,
    /// Bytes by kind, in the order of [`MetadataKind::ALL`].
    removed: [u64; MetadataKind::ALL.len()],
}

impl<'a> FileRewriter<'a> {
    /// Starts at the first byte of a file.
    pub(super) fn new(file: &'a [u8]) -> Self {
        Self { file, kept_bytes: 0, new_file: None, removed: [0; MetadataKind::ALL.len()] }
    }

    /// Keeps the next bytes of the file.
    pub(super) fn keep(&mut self, bytes: &[u8]) {
        match &mut self.new_file {
            Some(new_file) => new_file.extend_from_slice(bytes),
            None => self.kept_bytes += bytes.len(),
        }
    }

    /// Writes bytes that are not in the file.
    pub(super) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.new_file(0).extend_from_slice(bytes.as_ref());
    }

    /// Removes the next bytes of the file.
    pub(super) fn remove(&mut self, kind: MetadataKind, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.new_file(bytes.len());
        if let Some(removed) = self.removed.get_mut(kind as usize) {
            *removed += bytes.len() as u64;
        }
    }

    /// Does this with the next bytes of the file.
    pub(super) fn apply(&mut self, bytes: &[u8], action: Action) {
        match action {
            Action::Keep => self.keep(bytes),
            Action::Remove(kind) => self.remove(kind, bytes),
            Action::Replace(new, _) | Action::Shorten(new) if new == bytes => self.keep(bytes),
            Action::Replace(new, kind) => {
                self.remove(kind, bytes);
                self.write(new);
            }
            Action::Shorten(new) => {
                let beyond = bytes.get(new.len()..).filter(|beyond| !beyond.is_empty());
                self.remove(MetadataKind::Other, beyond.unwrap_or(bytes));
                self.write(new);
            }
        }
    }

    /// Overwrites bytes at an offset of the new file, if there is one: a length or flags that precede what they describe.
    pub(super) fn patch(&mut self, at: usize, bytes: &[u8]) {
        let place = self.new_file.as_mut().and_then(|file| file.get_mut(at..at.checked_add(bytes.len())?));
        if let Some(place) = place {
            place.copy_from_slice(bytes);
        }
    }

    /// The length of the result so far.
    pub(super) fn len(&self) -> usize {
        self.new_file.as_ref().map_or(self.kept_bytes, Vec::len)
    }

    /// Whether anything was removed or written.
    pub(super) fn is_changed(&self) -> bool {
        self.new_file.is_some()
    }

    /// The new file, allocated at the first change, which removes `removed_bytes`. It is never reallocated: most files have one
    /// large segment that is removed, and the memory that further removals leave free was never touched.
    fn new_file(&mut self, removed_bytes: usize) -> &mut Vec<u8> {
        let (file, kept_bytes) = (self.file, self.kept_bytes);
        self.new_file.get_or_insert_with(|| {
            let mut new_file = Vec::with_capacity(file.len().saturating_sub(removed_bytes) + MAX_ADDED_BYTES);
            new_file.extend_from_slice(file.get(..kept_bytes).unwrap_or(file));
            new_file
        })
    }

    /// The new file, or the old one if nothing changed, and what was removed.
    pub(super) fn finish(self) -> (Cow<'a, [u8]>, Vec<RemovedMetadata>) {
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
    fn lengths_are_patched_at_the_end() {
        let mut rewriter = FileRewriter::new(b"04abcdefgh");
        rewriter.keep(b"04");
        rewriter.apply(b"ab", Action::Remove(MetadataKind::Other));
        rewriter.apply(b"cd", Action::Replace(b"cd".to_vec(), MetadataKind::Other));
        rewriter.apply(b"efgh", Action::Shorten(b"e".to_vec()));
        rewriter.patch(1, b"2");
        rewriter.patch(3, b"beyond the end");
        assert_eq!(rewriter.len(), 5);
        let (bytes, removed) = rewriter.finish();
        assert_eq!((&*bytes, removed[0].bytes), (&b"02cde"[..], 5));
    }

    #[test]
    fn a_file_is_copied_once_something_changes() {
        let file = b"keep,go,stay";
        let mut rewriter = FileRewriter::new(file);
        rewriter.keep(b"keep,");
        rewriter.remove(MetadataKind::Xmp, b"");
        assert!(rewriter.new_file.is_none());
        rewriter.remove(MetadataKind::Xmp, b"go,");
        rewriter.write(b"new,");
        rewriter.keep(b"stay");
        let (bytes, removed) = rewriter.finish();
        assert_eq!((&*bytes, removed.len()), (&b"keep,new,stay"[..], 1));
        assert_eq!((removed[0].kind, removed[0].bytes), (MetadataKind::Xmp, 3));

        let mut rewriter = FileRewriter::new(file);
        rewriter.keep(file);
        rewriter.patch(0, b"K");
        assert!(!rewriter.is_changed() && rewriter.len() == file.len());
        let (bytes, removed) = rewriter.finish();
        assert!(matches!(bytes, Cow::Borrowed(same) if same == file) && removed.is_empty());
    }
}
