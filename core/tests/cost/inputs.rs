//! The inputs, one of each kind that is decoded in a way of its own.

use presize::{ChromaSubsampling, ImageRules, OutputFormat, PixelImage, Transform, encode};

use super::photo::{gray, rgb};
use super::{gif, jpeg, png, webp};

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

type Photo = PixelImage<'static>;
type Make = fn(&Photo) -> Vec<u8>;

const PLAIN: [(&str, Make); 20] = [
    ("jpeg 4:2:0", |photo| jpeg_of(photo, &Transform::default())),
    ("jpeg 4:4:4", |photo| jpeg_of(photo, &Transform::default().chroma_subsampling(ChromaSubsampling::Full))),
    ("jpeg progressive", |photo| jpeg_of(photo, &Transform::default().progressive(true))),
    ("jpeg gray", |photo| encoded(&gray(photo), OutputFormat::Jpeg, &Transform::default())),
    ("jpeg of four inks", |photo| jpeg::four_inks(photo.width, photo.height)),
    ("png gray", |photo| png::eight_bits(&gray(photo))),
    ("png rgb", |photo| png::eight_bits(&rgb(photo))),
    ("png rgba", png::eight_bits),
    ("png rgb of 16 bits", |photo| png::sixteen_bits(&rgb(photo))),
    ("png rgba of 16 bits", png::sixteen_bits),
    ("png palette", |photo| png::palette(&gray(photo), false)),
    ("png palette with transparency", |photo| png::palette(&gray(photo), true)),
    ("png rgb interlaced", |photo| png::interlaced(&rgb(photo), 8)),
    ("png rgba of 16 bits interlaced", |photo| png::interlaced(photo, 16)),
    ("gif", |photo| gif::file(&gray(photo), false, false)),
    ("gif interlaced, transparent", |photo| gif::file(&gray(photo), true, true)),
    ("webp lossless", |photo| webp::lossless(&rgb(photo))),
    ("webp lossless alpha", webp::lossless),
    ("webp lossy", |photo| webp::lossy(photo.width, photo.height)),
    ("webp lossy alpha", webp::lossy_with_alpha),
];

/// Turned by their EXIF orientation, so that width and height are exchanged.
const TURNED: [(&str, Make); 3] = [
    ("jpeg 4:2:0 turned", |photo| jpeg::turned(&jpeg_of(photo, &Transform::default()))),
    ("png rgba turned", |photo| png::turned(&png::eight_bits(photo))),
    ("png rgb interlaced, turned", |photo| png::turned(&png::interlaced(&rgb(photo), 8))),
];

const WITH_PROFILE: [(&str, Make); 3] = [
    ("jpeg in Display P3", |photo| jpeg::with_profile(&jpeg_of(photo, &Transform::default()), "icc_p3.jpg")),
    ("jpeg of four inks with a profile", |photo| {
        jpeg::with_profile(&jpeg::four_inks(photo.width, photo.height), "cmyk_icc.jpg")
    }),
    ("png in Display P3", |photo| png::with_profile(&png::eight_bits(&rgb(photo)))),
];

/// What makes an input of a photo.
pub(crate) struct Maker {
    pub(crate) name: &'static str,
    make: Make,
    is_turned: bool,
    has_profile: bool,
}

/// All of them.
pub(crate) fn inputs() -> impl Iterator<Item = Maker> {
    let plain = PLAIN.into_iter().map(|(name, make)| Maker { name, make, is_turned: false, has_profile: false });
    let turned = TURNED.into_iter().map(|(name, make)| Maker { name, make, is_turned: true, has_profile: false });
    let with_profile =
        WITH_PROFILE.into_iter().map(|(name, make)| Maker { name, make, is_turned: false, has_profile: true });
    plain.chain(turned).chain(with_profile)
}

impl Maker {
    pub(crate) fn of(&self, photo: &Photo) -> Input {
        let Self { name, make, is_turned, has_profile } = *self;
        let (width, height) = if is_turned { (photo.height, photo.width) } else { (photo.width, photo.height) };
        let has_every_path = ["jpeg 4:2:0", "jpeg 4:2:0 turned", "png rgba", "jpeg gray"].contains(&name);
        Input { name, width, height, bytes: make(photo), has_every_path, has_profile }
    }
}

fn jpeg_of(photo: &Photo, wanted: &Transform) -> Vec<u8> {
    encoded(&rgb(photo), OutputFormat::Jpeg, wanted)
}

/// A file that presize writes.
pub(crate) fn encoded(photo: &Photo, format: OutputFormat, wanted: &Transform) -> Vec<u8> {
    let wanted = wanted.clone().format(format).lossless(format == OutputFormat::Webp);
    encode(photo, &wanted, &ImageRules::default().max_memory_bytes(4 << 30)).unwrap().bytes
}
