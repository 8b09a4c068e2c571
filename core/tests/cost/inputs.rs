//! The inputs, one of each kind that is decoded in a way of its own.

use presize::{ChromaSubsampling, ImageRules, OutputFormat, Transform, encode};

use super::{gif, jpeg, photo, png, webp};

pub(crate) struct Input {
    pub(crate) name: &'static str,
    /// As displayed.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Vec<u8>,
    /// Whether results of every kind are made of it, which of most inputs would say nothing new.
    pub(crate) has_every_path: bool,
    pub(crate) has_profile: bool,
}

type Make = fn(u32, u32) -> Vec<u8>;

const PLAIN: [(&str, Make); 20] = [
    ("jpeg 4:2:0", |width, height| encoded(width, height, 3, &Transform::default())),
    ("jpeg 4:4:4", |width, height| {
        encoded(width, height, 3, &Transform::default().chroma_subsampling(ChromaSubsampling::Full))
    }),
    ("jpeg progressive", |width, height| encoded(width, height, 3, &Transform::default().progressive(true))),
    ("jpeg gray", |width, height| encoded(width, height, 1, &Transform::default())),
    ("jpeg of four inks", jpeg::four_inks),
    ("png gray", |width, height| png::eight_bits(&photo::draw(width, height, 1))),
    ("png rgb", |width, height| png::eight_bits(&photo::draw(width, height, 3))),
    ("png rgba", |width, height| png::eight_bits(&photo::draw(width, height, 4))),
    ("png rgb of 16 bits", |width, height| png::sixteen_bits(&photo::draw(width, height, 3))),
    ("png rgba of 16 bits", |width, height| png::sixteen_bits(&photo::draw(width, height, 4))),
    ("png palette", |width, height| png::palette(&photo::draw(width, height, 1), false)),
    ("png palette with transparency", |width, height| png::palette(&photo::draw(width, height, 1), true)),
    ("png rgb interlaced", |width, height| png::interlaced(&photo::draw(width, height, 3), 8)),
    ("png rgba of 16 bits interlaced", |width, height| png::interlaced(&photo::draw(width, height, 4), 16)),
    ("gif", |width, height| gif::file(&photo::draw(width, height, 1), false, false)),
    ("gif interlaced, transparent", |width, height| gif::file(&photo::draw(width, height, 1), true, true)),
    ("webp lossless", |width, height| encoded(width, height, 3, &lossless())),
    ("webp lossless alpha", |width, height| encoded(width, height, 4, &lossless())),
    ("webp lossy", webp::lossy),
    ("webp lossy alpha", webp::lossy_with_alpha),
];

/// Turned by their EXIF orientation, so that width and height are exchanged.
const TURNED: [(&str, Make); 3] = [
    ("jpeg 4:2:0 turned", |width, height| jpeg::turned(&encoded(width, height, 3, &Transform::default()))),
    ("png rgba turned", |width, height| png::turned(&png::eight_bits(&photo::draw(width, height, 4)))),
    ("png rgb interlaced, turned", |width, height| png::turned(&png::interlaced(&photo::draw(width, height, 3), 8))),
];

const WITH_PROFILE: [(&str, Make); 3] = [
    ("jpeg in Display P3", |width, height| {
        jpeg::with_profile(&encoded(width, height, 3, &Transform::default()), "icc_p3.jpg")
    }),
    ("jpeg of four inks with a profile", |width, height| {
        jpeg::with_profile(&jpeg::four_inks(width, height), "cmyk_icc.jpg")
    }),
    ("png in Display P3", |width, height| png::with_profile(&png::eight_bits(&photo::draw(width, height, 3)))),
];

/// What makes each of them with about this many megapixels.
pub(crate) fn inputs() -> impl Iterator<Item = impl Fn(f64) -> Input> {
    let plain = PLAIN.into_iter().map(|(name, make)| (name, make, false, false));
    let turned = TURNED.into_iter().map(|(name, make)| (name, make, true, false));
    let with_profile = WITH_PROFILE.into_iter().map(|(name, make)| (name, make, false, true));
    plain.chain(turned).chain(with_profile).map(|(name, make, is_turned, has_profile)| {
        move |megapixels: f64| {
            let width = ((megapixels * 1e6 * 4.0 / 3.0).sqrt() as u32) | 1;
            let height = width * 3 / 4;
            let bytes = make(width, height);
            let (width, height) = if is_turned { (height, width) } else { (width, height) };
            let has_every_path = ["jpeg 4:2:0", "jpeg 4:2:0 turned", "png rgba", "jpeg gray"].contains(&name);
            Input { name, width, height, bytes, has_every_path, has_profile }
        }
    })
}

fn lossless() -> Transform {
    Transform::default().format(OutputFormat::Webp).lossless(true)
}

/// A photo that presize writes.
pub(crate) fn encoded(width: u32, height: u32, channels: u8, wanted: &Transform) -> Vec<u8> {
    let format = wanted.format.unwrap_or(OutputFormat::Jpeg);
    let rules = ImageRules::default().max_memory_bytes(4 << 30);
    encode(&photo::draw(width, height, channels), &wanted.clone().format(format), &rules).unwrap().bytes
}
