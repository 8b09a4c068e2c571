//! Any bytes and any options are refused with an error or give a picture of the size asked for, which passes `check`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presize::{Fit, ImageRules, OutputFormat, Transform};

fuzz_target!(|data: &[u8]| {
    let Some((&[width, height, choice], image)) = data.split_first_chunk::<3>() else { return };
    let rules = ImageRules::default().max_pixels(1 << 20).max_memory_bytes(1 << 25);
    let pick = |from: u32, count: usize| usize::from(choice >> from) % count;
    let fit = [Fit::Cover, Fit::Contain, Fit::Fill, Fit::Inside, Fit::Outside][pick(0, 5)];
    let format = [OutputFormat::Jpeg, OutputFormat::Png, OutputFormat::Webp][pick(3, 3)];
    let wanted = Transform::default()
        .width(u32::from(width).max(1))
        .height(u32::from(height).max(1))
        .fit(fit)
        .format(format)
        .lossless(format == OutputFormat::Webp)
        .enlarge(choice & 0x80 != 0)
        .progressive(choice & 0x40 != 0);
    if let Ok(encoded) = presize::transform(image, &wanted, &rules) {
        if !matches!(fit, Fit::Outside) {
            assert!(encoded.width <= u32::from(width).max(1) && encoded.height <= u32::from(height).max(1));
        }
        let checked = presize::check(&encoded.bytes, None, &ImageRules::default()).expect("our own picture is fine");
        assert_eq!((checked.width, checked.height), (encoded.width, encoded.height));
    }
});
