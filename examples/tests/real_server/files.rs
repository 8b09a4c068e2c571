//! What a client uploads, good and bad, all of one size and declared as JPEG; and what of it may be at a final key.

use presize::{Fit, ImageRules, Originals, PixelImage, Transform, decode, strip_metadata};
use presize_examples::photo::{self, PhotoSize};

use crate::ground::Ground;

/// Files of the same size.
pub(crate) struct Files {
    /// Two photos that differ in a level of brightness.
    pub(crate) photos: [Vec<u8>; 2],
    pub(crate) page: Vec<u8>,
    /// The first photo up to its middle: its header is good.
    pub(crate) damaged: Vec<u8>,
    /// What a confirmation makes of the photos.
    promoted: [Vec<u8>; 2],
    /// Those scaled to [`VARIANT_WIDTH`].
    variants: [PixelImage<'static>; 2],
}

pub(crate) const VARIANT_WIDTH: u32 = 40;

/// What is found at a final key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Missing,
    /// What was made of the photo of this index, and was checked.
    Photo(usize),
    /// Anything else: its first bytes.
    Unchecked(String),
}

impl Files {
    /// As a policy with these `originals` promotes them.
    pub(crate) fn draw(originals: Originals) -> Self {
        let first = photo::draw(PhotoSize { width: 120, height: 160 }).unwrap();
        let mut second = first.clone();
        // The first value of the first quantisation table, after FF DB, the length and the table's number (T.81, B.2.4.1).
        let table = first.windows(2).position(|marker| marker == [0xff, 0xdb]).unwrap();
        second[table + 5] += 1;
        let mut page = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
        page.resize(first.len(), b' ');
        let mut damaged = first.clone();
        let middle = first.len() / 2;
        damaged[middle..].fill(0);
        damaged[middle..middle + 2].copy_from_slice(b"\xff\xd9");
        let promoted = [&first, &second].map(|photo| match originals {
            Originals::AsIs => photo.clone(),
            _ => strip_metadata(photo, &ImageRules::default()).unwrap().bytes.into_owned(),
        });
        let small = Transform::default().width(VARIANT_WIDTH).fit(Fit::Inside);
        let variants = [&promoted[0], &promoted[1]].map(|photo| decode(photo, &small, &ImageRules::default()).unwrap());
        assert!(promoted[0] != promoted[1] && first.len() == second.len());
        Self { photos: [first, second], page, damaged, promoted, variants }
    }

    pub(crate) fn len(&self) -> u64 {
        self.page.len() as u64
    }

    /// Whether a variant shows what is at the final key, and not the other photo, as far as lossy encoding lets it tell.
    pub(crate) fn is_variant_of(&self, variant: &[u8], content: &Content) -> bool {
        let Content::Photo(index) = content else { return false };
        let variant = decode(variant, &Transform::default(), &ImageRules::default()).unwrap();
        let [own, other] = [*index, 1 - *index].map(|index| distance(&variant, &self.variants[index]));
        own < other
    }

    fn content(&self, bytes: &[u8]) -> Content {
        match self.promoted.iter().position(|promoted| promoted == bytes) {
            Some(index) => Content::Photo(index),
            None => Content::Unchecked(bytes[..bytes.len().min(24)].escape_ascii().to_string()),
        }
    }
}

/// The mean difference of two pictures of the same size, in levels of a channel.
fn distance(one: &PixelImage<'_>, other: &PixelImage<'_>) -> f64 {
    assert_eq!((one.width, one.height), (other.width, other.height));
    let pairs = one.bytes.iter().zip(other.bytes.iter());
    pairs.map(|(one, other)| f64::from(one.abs_diff(*other))).sum::<f64>() / one.bytes.len() as f64
}

impl Ground {
    /// What is at a key.
    pub(crate) fn content(&self, key: &str, files: &Files) -> Content {
        let answer = self.send(self.presigner.get(key), b"");
        match answer.status {
            404 => Content::Missing,
            200 => files.content(&answer.body),
            status => panic!("{status} {:?}", answer.s3_code()),
        }
    }

    pub(crate) fn etag(&self, key: &str) -> String {
        let answer = self.send(self.presigner.head(key), b"");
        assert_eq!(answer.status, 200, "{key}");
        answer.headers["etag"].to_str().unwrap().trim_matches('"').to_owned()
    }
}
