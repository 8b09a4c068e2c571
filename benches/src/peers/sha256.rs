//! The floor of every signer: hashing the canonical request, and one HMAC whose key is already taken in.

use std::hint::black_box;

use sha2::{Digest, Sha256};

use crate::contest::Peer;

/// For a canonical request and a string to sign of these lengths.
pub(crate) fn blocks((canonical_bytes, to_sign_bytes): (usize, usize)) -> impl Peer {
    let canonical = vec![b'a'; canonical_bytes];
    let to_sign = vec![b'b'; to_sign_bytes];
    let inner = Sha256::new_with_prefix([0x36; 64]);
    let outer = Sha256::new_with_prefix([0x5c; 64]);
    move || {
        black_box(Sha256::digest(black_box(&canonical)));
        let hash = inner.clone().chain_update(black_box(&to_sign)).finalize();
        black_box(outer.clone().chain_update(hash).finalize());
        Ok(())
    }
}
