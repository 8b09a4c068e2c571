//! `Fingerprint`: which bytes an object has.

use sha2::{Digest as _, Sha256};

/// The head of a file, in bytes: as much as is fetched at first with `verify` of `head`.
pub(crate) const FILE_HEAD_BYTES: u64 = 262_144;

/// The size of an object, and the SHA-256 of all its bytes or of the head of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// Whether the hash covers all bytes, not the first [`FILE_HEAD_BYTES`].
    pub is_whole: bool,
    pub bytes: u64,
    pub sha256: [u8; 32],
}

impl Fingerprint {
    /// Hashes a whole file.
    pub(crate) fn whole(file: &[u8]) -> Self {
        Self { is_whole: true, bytes: file.len() as u64, sha256: Sha256::digest(file).into() }
    }

    /// Hashes the head of a file that has `bytes` in all. A server that ignores the range has sent more: the rest is left out.
    pub(crate) fn head(head: &[u8], bytes: u64) -> Self {
        let head = head.get(..FILE_HEAD_BYTES as usize).unwrap_or(head);
        Self { is_whole: false, bytes, sha256: Sha256::digest(head).into() }
    }

    /// Whether a file, of which these are all bytes or the head, has this fingerprint.
    pub(crate) fn matches(&self, bytes: &[u8]) -> bool {
        *self == if self.is_whole { Self::whole(bytes) } else { Self::head(bytes, self.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_compared_with_a_head() {
        let file = vec![7; FILE_HEAD_BYTES as usize + 1];
        let head = Fingerprint::head(&file[..FILE_HEAD_BYTES as usize], file.len() as u64);
        assert!(head.matches(&file) && head.matches(&file[..FILE_HEAD_BYTES as usize]));
        assert!(!head.matches(&file[1..FILE_HEAD_BYTES as usize]));
        assert!(Fingerprint::whole(&file).matches(&file) && !Fingerprint::whole(&file).matches(&file[1..]));
    }
}
