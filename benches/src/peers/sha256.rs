//! The floor of every signer: hashing the canonical request, and one HMAC whose key is already taken in.

use std::hint::black_box;

use sha2::{Digest, Sha256};

use crate::contest::Peer;

/// `canonical_bytes` is the length of the canonical request; the string to sign has about 140 bytes.
pub(crate) fn blocks(canonical_bytes: usize) -> impl Peer {
    let canonical = vec![b'a'; canonical_bytes];
    let to_sign = [b'b'; 140];
    let inner = Sha256::new_with_prefix([0x36; 64]);
    let outer = Sha256::new_with_prefix([0x5c; 64]);
    move || {
        black_box(Sha256::digest(black_box(&canonical)));
        let hash = inner.clone().chain_update(black_box(&to_sign)).finalize();
        black_box(outer.clone().chain_update(hash).finalize());
        Ok(())
    }
}
