//! Sequencers: the order of the events of one key.
//!
//! ```text
//! sequencer 0055AED6DCD90281E5     compared as hexadecimal numbers of one length, zeros added on the right
//!           0055AED6DCD90281E5     the same event
//!           0055AED6DCD90281E6     a later one
//! ```

use std::cmp::Ordering;

/// The longest sequencer that is compared, in bytes. Those of S3 have 18.
const MAX_SEQUENCER_BYTES: usize = 64;

/// Whether the text is a sequencer: hexadecimal digits.
pub(in crate::delivery) fn is_sequencer(text: &str) -> bool {
    (1..=MAX_SEQUENCER_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The order of two sequencers of one key. `None` where one of them is none.
pub(in crate::delivery) fn compare_sequencers(one: &str, other: &str) -> Option<Ordering> {
    if !is_sequencer(one) || !is_sequencer(other) {
        return None;
    }
    let length = one.len().max(other.len());
    let padded = |text: &str| format!("{:0<length$}", text.to_ascii_lowercase());
    Some(padded(one).cmp(&padded(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequencers_are_padded_on_the_right() {
        assert_eq!(compare_sequencers("0055AED6DCD90281E5", "0055aed6dcd90281e5"), Some(Ordering::Equal));
        assert_eq!(compare_sequencers("0055", "00550"), Some(Ordering::Equal));
        assert_eq!(compare_sequencers("0055", "00541F"), Some(Ordering::Greater));
        assert_eq!(compare_sequencers("00", "001"), Some(Ordering::Less));
        for none in ["0x", "", &"0".repeat(65)] {
            assert_eq!(compare_sequencers(none, "00"), None, "{none}");
        }
    }
}
