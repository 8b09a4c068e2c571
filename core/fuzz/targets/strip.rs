//! Any bytes that `check` accepts can be stripped, look the same afterwards, and have nothing more to be stripped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presize::{ImageRules, Orientation, Transform};

fuzz_target!(|data: &[u8]| {
    let rules = ImageRules::default()
        .max_pixels(1 << 18)
        .max_memory_bytes(1 << 25)
        .max_frames(50)
        .allow_polyglots(true)
        .allow_truncated(true);
    let stripped = presize::strip_metadata(data, &rules);
    let Ok(before) = presize::check(data, None, &rules) else { return };
    let stripped = stripped.expect("what is accepted can be stripped");
    assert!(stripped.bytes.len() <= data.len() + 64);
    let after = presize::check(&stripped.bytes, None, &rules).expect("and is accepted afterwards");
    assert_eq!((after.format, after.width, after.height), (before.format, before.width, before.height));
    assert_eq!((after.is_complete, after.info.orientation), (before.is_complete, before.info.orientation));
    assert_eq!(after.info.has_exif, after.info.orientation != Orientation::Normal);
    let pixels = |bytes: &[u8]| presize::decode(bytes, &Transform::default(), &rules).ok();
    assert!(pixels(data) == pixels(&stripped.bytes));
    let again = presize::strip_metadata(&stripped.bytes, &rules).expect("a second time");
    assert!(again.removed.is_empty() && again.bytes == stripped.bytes);
});
