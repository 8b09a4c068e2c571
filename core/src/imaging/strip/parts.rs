//! The parts of a file that stay, and the sum of what goes.

use std::borrow::Cow;

use super::report::{MetadataKind, RemovedMetadata};

/// What becomes of a file: its parts in order.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    kept: Vec<Cow<'a, [u8]>>,
    /// Bytes by kind, in the order of [`MetadataKind::ALL`].
    removed: [u64; MetadataKind::ALL.len()],
    /// Whether a part is other than it was.
    is_changed: bool,
}

impl<'a> Parts<'a> {
    /// A part that stays as it is.
    pub(super) fn keep(&mut self, part: &'a [u8]) {
        if !part.is_empty() {
            self.kept.push(Cow::Borrowed(part));
        }
    }

    /// A part that is written anew.
    pub(super) fn write(&mut self, part: Vec<u8>) {
        self.is_changed = true;
        self.kept.push(Cow::Owned(part));
    }

    /// A part that goes.
    pub(super) fn remove(&mut self, kind: MetadataKind, part: &[u8]) {
        self.is_changed |= !part.is_empty();
        if let Some(bytes) = self.removed.get_mut(kind as usize) {
            *bytes += part.len() as u64;
        }
    }

    /// The new file, or the old one where nothing changes.
    pub(super) fn join(self, file: &'a [u8]) -> (Cow<'a, [u8]>, Vec<RemovedMetadata>) {
        if !self.is_changed {
            return (Cow::Borrowed(file), Vec::new());
        }
        let removed = MetadataKind::ALL.iter().zip(self.removed).filter(|(_, bytes)| *bytes > 0);
        let removed = removed.map(|(kind, bytes)| RemovedMetadata { kind: *kind, bytes }).collect();
        (Cow::Owned(self.kept.concat()), removed)
    }
}
