//! Any bytes are refused with an error or described with a size that is none of zero.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(info) = presize::inspect(data) {
        assert!(info.width > 0 && info.height > 0);
    }
});
