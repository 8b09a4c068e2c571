//! The parts of a file that stay, and the sum of what goes.

use std::borrow::Cow;

use super::report::{MetadataKind, RemovedMetadata};

/// The most bytes that a file grows by: an orientation takes the place of a longer block, and what is shortened may need a
/// terminator or padding.
pub(super) const MAX_GROWTH: usize = 64;

/// What becomes of a part of a file.
pub(super) enum Fate {
    Stays,
    Goes(MetadataKind),
    /// Other bytes take its place, and what they leave out is of a kind.
    Becomes(Vec<u8>, MetadataKind),
}

/// A file whose parts are given in order. It is copied from the first part on that goes or changes, into one allocation that is
/// as long as the file, however many parts there are.
///
/// ```text
/// keep(A)    the first part of the file stays: nothing is copied
/// remove(B)  A is copied
/// keep(C)    C is copied after it
/// ```
#[derive(Debug)]
pub(super) struct Parts<'a> {
    file: &'a [u8],
    /// The bytes from the start on that stay, until the first that does not.
    unchanged: usize,
    changed: Option<Vec<u8>>,
    /// Bytes by kind, in the order of [`MetadataKind::ALL`].
    removed: [u64; MetadataKind::ALL.len()],
}

impl<'a> Parts<'a> {
    pub(super) fn of(file: &'a [u8]) -> Self {
        Self { file, unchanged: 0, changed: None, removed: [0; MetadataKind::ALL.len()] }
    }

    /// The next part of the file.
    pub(super) fn put(&mut self, part: &[u8], fate: Fate) {
        match fate {
            Fate::Stays => self.keep(part),
            Fate::Goes(kind) => self.remove(kind, part),
            Fate::Becomes(new, _) if new == part => self.keep(part),
            Fate::Becomes(new, kind) => {
                self.remove(kind, part);
                self.write(&new);
            }
        }
    }

    /// The next part of the file stays as it is.
    pub(super) fn keep(&mut self, part: &[u8]) {
        match &mut self.changed {
            Some(changed) => changed.extend_from_slice(part),
            None => self.unchanged += part.len(),
        }
    }

    /// Bytes that do not stand in the file.
    pub(super) fn write(&mut self, part: &[u8]) {
        self.changed().extend_from_slice(part);
    }

    /// The next part of the file goes.
    pub(super) fn remove(&mut self, kind: MetadataKind, part: &[u8]) {
        if part.is_empty() {
            return;
        }
        self.changed();
        if let Some(bytes) = self.removed.get_mut(kind as usize) {
            *bytes += part.len() as u64;
        }
    }

    /// Other bytes in the place of those at `at`, which were kept or written, if anything was removed or written.
    pub(super) fn patch(&mut self, at: usize, bytes: &[u8]) {
        let changed = self.changed.as_mut();
        if let Some(place) = changed.and_then(|changed| changed.get_mut(at..at.checked_add(bytes.len())?)) {
            place.copy_from_slice(bytes);
        }
    }

    /// Whether the new file differs from the old one so far.
    pub(super) fn is_changed(&self) -> bool {
        self.changed.is_some()
    }

    /// How long the new file is so far.
    pub(super) fn len(&self) -> usize {
        self.changed.as_ref().map_or(self.unchanged, Vec::len)
    }

    fn changed(&mut self) -> &mut Vec<u8> {
        self.changed.get_or_insert_with(|| {
            let mut changed = Vec::with_capacity(self.file.len().saturating_add(MAX_GROWTH));
            changed.extend_from_slice(self.file.get(..self.unchanged).unwrap_or(self.file));
            changed
        })
    }

    /// The new file, or the old one where nothing changes.
    pub(super) fn join(self) -> (Cow<'a, [u8]>, Vec<RemovedMetadata>) {
        let Some(changed) = self.changed else { return (Cow::Borrowed(self.file), Vec::new()) };
        let removed = MetadataKind::ALL.iter().zip(self.removed).filter(|(_, bytes)| *bytes > 0);
        let removed = removed.map(|(kind, bytes)| RemovedMetadata { kind: *kind, bytes }).collect();
        (Cow::Owned(changed), removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_copied_from_its_first_change_on() {
        let file = b"abcdef";
        let mut parts = Parts::of(file);
        parts.keep(&file[..2]);
        parts.keep(&file[2..]);
        parts.patch(0, b"x");
        assert!(matches!(parts.join(), (Cow::Borrowed(b"abcdef"), removed) if removed.is_empty()));
        let mut parts = Parts::of(file);
        parts.keep(&file[..2]);
        parts.remove(MetadataKind::Other, &file[2..4]);
        parts.write(b"!");
        parts.keep(&file[4..5]);
        parts.remove(MetadataKind::Exif, &file[5..]);
        parts.patch(1, b"BC");
        parts.patch(3, b"beyond");
        assert_eq!(parts.len(), 4);
        let (bytes, removed) = parts.join();
        assert_eq!(&*bytes, b"aBCe");
        let removed: Vec<_> = removed.iter().map(|removed| (removed.kind, removed.bytes)).collect();
        assert_eq!(removed, [(MetadataKind::Exif, 1), (MetadataKind::Other, 2)]);
    }
}
