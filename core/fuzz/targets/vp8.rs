//! Any bytes are refused, or decoded alike with and without the best instructions, as the data of a lossy WebP.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presize::{ImageRules, decode_lossy_planes};

fuzz_target!(|data: &[u8]| {
    let rules = ImageRules::default().max_pixels(1 << 18).max_memory_bytes(1 << 24);
    let decode = |has_best_instructions| {
        let mut planes = [const { Vec::new() }; 3];
        let mut take_row = |plane: usize, row: &[u8]| planes[plane].extend_from_slice(row);
        let decoded = decode_lossy_planes(data, &rules, has_best_instructions, &mut take_row);
        (decoded.is_ok(), planes)
    };
    assert!(decode(true) == decode(false), "the instructions differ");
});
