//! Any bytes are refused, or decoded alike with and without the best instructions, at every scale; what is accepted
//! with its end missing too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presize::{ImageRules, decode_every_way};

fuzz_target!(|data: &[u8]| {
    let rules = ImageRules::default().max_pixels(1 << 18).max_memory_bytes(1 << 24);
    let whole = decode_every_way(data, &rules);
    let lenient = decode_every_way(data, &rules.allow_truncated(true));
    assert!(lenient >= whole, "leniency refuses nothing");
});
