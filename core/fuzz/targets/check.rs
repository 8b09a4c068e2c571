//! Any bytes are refused with an error, or they are an image within the limits that `inspect` describes alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presize::ImageRules;

const MAX_PIXELS: u64 = 1 << 20;

fuzz_target!(|data: &[u8]| {
    let rules = ImageRules::default().max_pixels(MAX_PIXELS).max_memory_bytes(1 << 25).max_frames(50);
    if let Ok(image) = presize::check(data, None, &rules) {
        assert!(u64::from(image.width) * u64::from(image.height) <= MAX_PIXELS);
        let info = presize::inspect(data).expect("what was checked can be inspected");
        assert_eq!((info.format, info.width, info.height), (image.format, image.width, image.height));
    }
});
