//! `CancelToken`: stops a call whose result is no longer needed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops the calls whose rules hold it ([`ImageRules::cancel_token`](crate::ImageRules::cancel_token)), from
/// any thread: they end with the error `cancelled`. Clones are the same token, and it stays cancelled.
///
/// A call checks the token when it begins and between its stages, for each image and each frame; while it reads a PNG, a GIF
/// or a lossless WebP, at least once per 64 KiB; and in a JPEG once per MCU row. A single step, once begun, runs to its end:
/// decoding a lossy WebP, scaling, encoding.
///
/// ```
/// use presize::{CancelToken, ImageRules};
///
/// let token = CancelToken::new();
/// let rules = ImageRules::default().cancel_token(&token);
/// token.cancel(); // from another thread, when the client has hung up
/// let refused = presize::check(b"\x89PNG", None, &rules).unwrap_err();
/// assert_eq!(refused.code(), "cancelled");
/// ```
#[derive(Clone, Default)]
pub struct CancelToken {
    is_cancelled: Arc<AtomicBool>,
    #[cfg(test)]
    checks: Arc<tests::Checks>,
}

impl CancelToken {
    /// A token that is not cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the calls that have this token, and those that will have it.
    pub fn cancel(&self) {
        // No other memory is published with the flag, so relaxed ordering suffices.
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether [`cancel`](Self::cancel) has been called.
    pub fn is_cancelled(&self) -> bool {
        #[cfg(test)]
        self.checks.record(self);
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// Whether both are clones of one token.
impl PartialEq for CancelToken {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.is_cancelled, &other.is_cancelled)
    }
}
impl Eq for CancelToken {}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CancelToken {{ is_cancelled: {} }}", self.is_cancelled.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::{
        Fit, ImageFormat, ImageRules, OutputFormat, PixelImage, Result, Transform, check, decode, decode_data_uri,
        decode_data_uris, encode, encode_data_uri, transform, transform_many,
    };

    /// How often a token has been checked, and at which check it is cancelled.
    pub(super) struct Checks {
        count: AtomicU32,
        cancelled_at: u32,
    }

    impl Default for Checks {
        fn default() -> Self {
            Self { count: AtomicU32::new(0), cancelled_at: u32::MAX }
        }
    }

    impl Checks {
        pub(super) fn record(&self, token: &CancelToken) {
            if self.count.fetch_add(1, Ordering::Relaxed) == self.cancelled_at {
                token.cancel();
            }
        }
    }

    /// A token that is cancelled at its check number `cancelled_at`, counted from 0.
    fn cancelled_at(cancelled_at: u32) -> CancelToken {
        let checks = Checks { count: AtomicU32::new(0), cancelled_at };
        CancelToken { checks: Arc::new(checks), ..CancelToken::new() }
    }

    fn image(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images").join(name)).unwrap()
    }

    /// Noise, which cannot be compressed.
    fn noise(side: u32, channels: u8) -> PixelImage<'static> {
        let mut state = 1_u32;
        let count = side as usize * side as usize * usize::from(channels);
        let random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        PixelImage::new(side, side, channels, std::iter::repeat_with(random).take(count).collect::<Vec<_>>()).unwrap()
    }

    /// Cancels a call at each of its checks. It must fail with `cancelled`, check at most 4 times more, and check at least `least`
    /// times in all.
    fn stops_everywhere(name: &str, least: u32, call: impl Fn(&ImageRules) -> Result<()>) {
        let token = CancelToken::new();
        call(&ImageRules::default().cancel_token(&token)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let times = token.checks.count.load(Ordering::Relaxed);
        println!("{name}: checked {times} times");
        assert!(times >= least, "{name}: checked {times} times, fewer than {least}");
        for at in 0..times {
            let token = cancelled_at(at);
            let error = call(&ImageRules::default().cancel_token(&token)).expect_err(name);
            assert_eq!((error.code(), error.index()), ("cancelled", None), "{name} at {at}: {error}");
            let more = token.checks.count.load(Ordering::Relaxed) - at;
            assert!(more <= 4, "{name}: checked {more} times after it was cancelled at {at} of {times}");
        }
        let token = cancelled_at(times);
        assert!(
            call(&ImageRules::default().cancel_token(&token)).is_ok() && !token.is_cancelled.load(Ordering::Relaxed)
        );
    }

    #[test]
    fn every_decoder_stops() {
        // Two checks for the call and the end of the decoder, and those while it reads.
        for (name, least) in [
            // One for each MCU row of each scan: 3 rows in an interleaved scan of 4:2:0, 5 without subsampling.
            ("baseline_420.jpg", 2 + 3),
            ("progressive_420.jpg", 2 + 10 * 3),
            ("own_444_scans.jpg", 2 + 3 * 5),
            ("cmyk_adobe.jpg", 2 + 5),
            ("rgb.png", 6),
            ("rgb_adam7.png", 6),
            ("animated.png", 12),
            ("static.gif", 4),
            ("animated.gif", 6),
            ("lossless_alpha.webp", 6),
            ("lossy.webp", 5),
            ("animated_lossy_alpha.webp", 8),
        ] {
            stops_everywhere(name, least, |rules| check(&image(name), None, rules).map(|_| ()));
        }
    }

    #[test]
    fn decoders_stop_in_the_middle_of_their_data() {
        let rules = ImageRules::default();
        for format in [OutputFormat::Png, OutputFormat::Webp] {
            let options = Transform::default().format(format).lossless(true);
            let file = encode(&noise(400, 3), &options, &rules).unwrap().bytes;
            let least = file.len() as u32 / 65536;
            assert!(least > 1, "{format}: {} bytes are too few to say anything", file.len());
            let token = CancelToken::new();
            check(&file, None, &ImageRules::default().cancel_token(&token)).unwrap();
            let times = token.checks.count.load(Ordering::Relaxed);
            println!("{format}: checked {times} times in {} bytes", file.len());
            assert!(times >= least, "{format}: checked {times} times in {} bytes", file.len());
            for at in [2, times / 4, times / 2, times - 2] {
                let token = cancelled_at(at);
                let error = check(&file, None, &ImageRules::default().cancel_token(&token)).unwrap_err();
                let more = token.checks.count.load(Ordering::Relaxed) - at;
                assert!(error.code() == "cancelled" && more <= 4, "{format}: {error}, checked {more} times more");
            }
        }
    }

    /// The call and its decoder, which scales and orients too, then colours, background, encoder.
    #[test]
    fn every_stage_stops() {
        let photo = image("transform-exif6-p3.jpg");
        let small = Transform::default().width(20).height(30).fit(Fit::Contain).format(OutputFormat::Png);
        stops_everywhere("transform", 9, |rules| transform(&photo, &small, rules).map(|_| ()));
        let copies = vec![small.clone(); 5];
        stops_everywhere("transform_many", 2 + 5 * 5, |rules| transform_many(&photo, &copies, rules).map(|_| ()));
        let drawn = Transform::default().width(20);
        stops_everywhere("decode", 8, |rules| decode(&photo, &drawn, rules).map(|_| ()));
        stops_everywhere("encode", 7, |rules| encode(&noise(40, 4), &small, rules).map(|_| ()));
        let uris = vec![encode_data_uri(&image("rgb.png"), ImageFormat::Png); 4];
        stops_everywhere("decode_data_uri", 7, |rules| decode_data_uri(&uris[0], rules).map(|_| ()));
        stops_everywhere("decode_data_uris", 4 * 6 + 1, |rules| decode_data_uris(&uris, rules).map(|_| ()));
    }

    #[test]
    fn rules_show_and_compare_their_token() {
        let (one, other) = (CancelToken::new(), CancelToken::new());
        let rules = ImageRules::default();
        assert_eq!(rules.clone().cancel_token(&one), rules.clone().cancel_token(&one.clone()));
        assert_ne!(rules.clone().cancel_token(&one), rules.clone().cancel_token(&other));
        assert_ne!(rules.clone().cancel_token(&one), rules);
        one.clone().cancel();
        assert!(one.is_cancelled() && !other.is_cancelled());
        let shown = format!("{:?}", rules.clone().cancel_token(&one));
        assert!(shown.ends_with("cancel_token: Some(CancelToken { is_cancelled: true }) }"), "{shown}");
        assert_eq!(rules.clone().cancel_token(&one).to_named(), rules.to_named(), "no option by name");
    }
}
