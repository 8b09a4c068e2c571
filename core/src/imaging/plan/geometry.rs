//! `Plan`: the crop of a picture, the size that it is scaled to, and its position in the result. Numbers only.
//!
//! A side that follows from the aspect ratio is rounded to the nearest pixel, halves up, and is at least 1. The crop of
//! `cover` may begin and end between two pixels, as in Pillow's `ImageOps.fit`; where nothing is scaled it begins
//! on a pixel, rounded towards the top left, as does the picture that `contain` places.

use crate::error::Result;
use crate::imaging::codecs::output_format::MAX_SIDE_PIXELS;
use crate::imaging::pixels::canvas::{Canvas, Size};
use crate::imaging::pixels::orient::Orientation;
use crate::imaging::transform_options::{Fit, Position, Transform};
use crate::rules::at_most;

/// A crop rectangle in source pixels; its edges may be fractional.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CropRect {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// The geometry of a transform, as displayed: `crop` is scaled to `size`, and placed on `canvas` if there is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plan {
    pub crop: CropRect,
    pub size: Size,
    pub canvas: Option<Canvas>,
}

impl Plan {
    /// The plan for a picture of this size as displayed.
    ///
    /// Error: `image_too_large` for a side that would be longer than 16384 pixels.
    pub(crate) fn new(picture: Size, transform: &Transform) -> Result<Self> {
        let whole =
            CropRect { left: 0.0, top: 0.0, width: f64::from(picture.width), height: f64::from(picture.height) };
        let (width, height) = match (transform.width, transform.height) {
            (Some(width), Some(height)) => (width, height),
            (width, height) => {
                let size = follow(picture, width, height, transform.enlarge)?;
                return Ok(Self { crop: whole, size, canvas: None });
            }
        };
        let asked = Size { width, height };
        let plan = match transform.fit {
            Fit::Cover => {
                let size = if transform.enlarge { asked } else { within_aspect(asked, picture)? };
                Self { crop: cut(picture, size, transform.position), size, canvas: None }
            }
            Fit::Fill if transform.enlarge => Self { crop: whole, size: asked, canvas: None },
            Fit::Fill => {
                let size = Size { width: width.min(picture.width), height: height.min(picture.height) };
                Self { crop: whole, size, canvas: None }
            }
            Fit::Inside => Self { crop: whole, size: inside(picture, asked, transform.enlarge)?, canvas: None },
            Fit::Outside => Self { crop: whole, size: outside(picture, asked, transform.enlarge)?, canvas: None },
            Fit::Contain => {
                let size = inside(picture, asked, transform.enlarge)?;
                let (across, down) = halves(transform.position);
                let left = asked.width.saturating_sub(size.width) * across / 2;
                let top = asked.height.saturating_sub(size.height) * down / 2;
                let canvas = (size != asked).then_some(Canvas { size: asked, left, top });
                Self { crop: whole, size, canvas }
            }
        };
        Ok(plan)
    }

    /// The size of the result.
    pub(crate) fn result(&self) -> Size {
        self.canvas.map_or(self.size, |canvas| canvas.size)
    }

    /// `crop` and `size` in the axes of the stored pixels, for a picture of this size as displayed.
    pub(crate) fn stored(&self, picture: Size, orientation: Orientation) -> (CropRect, Size) {
        let CropRect { left, top, width, height } = self.crop;
        let right = f64::from(picture.width) - left - width;
        let bottom = f64::from(picture.height) - top - height;
        // Before and after the crop, along the displayed axis that each stored axis follows.
        let (mut x, mut y) = ((left, right), (top, bottom));
        let (mut crop_size, mut size) = ((width, height), self.size);
        if orientation.swaps_axes() {
            (x, y) = (y, x);
            crop_size = (height, width);
            size = Size { width: size.height, height: size.width };
        }
        let left = if orientation.reverses_stored_x() { x.1 } else { x.0 };
        let top = if orientation.reverses_stored_y() { y.1 } else { y.0 };
        (CropRect { left, top, width: crop_size.0, height: crop_size.1 }, size)
    }
}

/// The size if at most one side is given.
fn follow(picture: Size, width: Option<u32>, height: Option<u32>, enlarge: bool) -> Result<Size> {
    let asked = match (width, height) {
        (Some(width), _) if enlarge || width < picture.width => Size { width, height: 0 },
        (_, Some(height)) if enlarge || height < picture.height => Size { width: 0, height },
        _ => return size(picture.width.into(), picture.height.into()),
    };
    if asked.height == 0 { at_width(picture, asked.width) } else { at_height(picture, asked.height) }
}

/// The largest size with the aspect ratio of `asked` that is not larger than it and lies within the picture.
fn within_aspect(asked: Size, picture: Size) -> Result<Size> {
    if asked.width <= picture.width && asked.height <= picture.height {
        return Ok(asked);
    }
    inside(asked, picture, false)
}

fn inside(picture: Size, room: Size, enlarge: bool) -> Result<Size> {
    if !enlarge && picture.width <= room.width && picture.height <= room.height {
        return size(picture.width.into(), picture.height.into());
    }
    if is_wider(picture, room) { at_width(picture, room.width) } else { at_height(picture, room.height) }
}

fn outside(picture: Size, room: Size, enlarge: bool) -> Result<Size> {
    if !enlarge && (picture.width <= room.width || picture.height <= room.height) {
        return size(picture.width.into(), picture.height.into());
    }
    if is_wider(picture, room) { at_height(picture, room.height) } else { at_width(picture, room.width) }
}

/// The largest crop of the picture with the aspect ratio of `target`.
fn cut(picture: Size, target: Size, position: Position) -> CropRect {
    let (picture_width, picture_height) = (f64::from(picture.width), f64::from(picture.height));
    let (target_width, target_height) = (f64::from(target.width), f64::from(target.height));
    // The division comes last: it is exact where the crop is as large as the target.
    let (width, height) = if is_wider(picture, target) {
        (picture_height * target_width / target_height, picture_height)
    } else {
        (picture_width, picture_width * target_height / target_width)
    };
    let (across, down) = halves(position);
    let mut left = (picture_width - width) * f64::from(across) / 2.0;
    let mut top = (picture_height - height) * f64::from(down) / 2.0;
    if (width, height) == (target_width, target_height) {
        (left, top) = (left.floor(), top.floor());
    }
    CropRect { left, top, width, height }
}

/// Whether the first has the larger ratio of width to height.
fn is_wider(picture: Size, other: Size) -> bool {
    u64::from(picture.width) * u64::from(other.height) >= u64::from(picture.height) * u64::from(other.width)
}

fn at_width(picture: Size, width: u32) -> Result<Size> {
    size(width.into(), scale(picture.height, width, picture.width))
}

fn at_height(picture: Size, height: u32) -> Result<Size> {
    size(scale(picture.width, height, picture.height), height.into())
}

/// `side * numerator / denominator`, halves up, at least 1.
fn scale(side: u32, numerator: u32, denominator: u32) -> u64 {
    let denominator = u64::from(denominator.max(1));
    ((2 * u64::from(side) * u64::from(numerator) + denominator) / (2 * denominator)).max(1)
}

fn size(width: u64, height: u64) -> Result<Size> {
    at_most("width", width, MAX_SIDE_PIXELS.into())?;
    at_most("height", height, MAX_SIDE_PIXELS.into())?;
    Ok(Size { width: width as u32, height: height as u32 })
}

/// How much of the free space lies to the left and above, in halves.
fn halves(position: Position) -> (u32, u32) {
    match position {
        Position::TopLeft => (0, 0),
        Position::Top => (1, 0),
        Position::TopRight => (2, 0),
        Position::Left => (0, 1),
        Position::Center => (1, 1),
        Position::Right => (2, 1),
        Position::BottomLeft => (0, 2),
        Position::Bottom => (1, 2),
        Position::BottomRight => (2, 2),
    }
}

/// Whether `crop` at `size` is a copy of whole pixels, which no filter touches.
#[allow(clippy::float_cmp, reason = "whole numbers below 2^16 are exact")]
pub(crate) fn is_copy(crop: CropRect, size: Size) -> bool {
    crop.left.fract() == 0.0
        && crop.top.fract() == 0.0
        && crop.width == f64::from(size.width)
        && crop.height == f64::from(size.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(picture: (u32, u32), box_size: (u32, u32), fit: Fit, enlarge: bool) -> Result<Plan> {
        let transform = Transform::default().width(box_size.0).height(box_size.1).fit(fit).enlarge(enlarge);
        Plan::new(Size { width: picture.0, height: picture.1 }, &transform)
    }

    fn result(picture: (u32, u32), box_size: (u32, u32), fit: Fit, enlarge: bool) -> (u32, u32) {
        let size = plan(picture, box_size, fit, enlarge).unwrap().result();
        (size.width, size.height)
    }

    /// The sizes that sharp documents for its `fit` option (on 1.5 to 1) and Pillow for `ImageOps.contain` and `cover`.
    #[test]
    fn sizes() {
        for (fit, shrunk, kept, enlarged) in [
            (Fit::Cover, (200, 200), (400, 400), (800, 800)),
            (Fit::Contain, (200, 200), (800, 800), (800, 800)),
            (Fit::Fill, (200, 200), (600, 400), (800, 800)),
            (Fit::Inside, (200, 133), (600, 400), (800, 533)),
            (Fit::Outside, (300, 200), (600, 400), (1200, 800)),
        ] {
            assert_eq!(result((600, 400), (200, 200), fit, false), shrunk, "{fit}");
            assert_eq!(result((600, 400), (800, 800), fit, false), kept, "{fit}");
            assert_eq!(result((600, 400), (800, 800), fit, true), enlarged, "{fit}");
        }
        assert_eq!(result((100, 100), (200, 150), Fit::Cover, false), (100, 75));
        assert_eq!(result((600, 400), (700, 100), Fit::Cover, false), (600, 86), "7 to 1");
        assert_eq!(result((600, 400), (700, 100), Fit::Fill, false), (600, 100));
        assert_eq!(result((600, 400), (700, 100), Fit::Outside, false), (600, 400));
    }

    #[test]
    fn one_side_or_none() {
        for fit in Fit::ALL {
            let follow = |width: Option<u32>, height: Option<u32>, enlarge| {
                let mut transform = Transform::default().fit(*fit).enlarge(enlarge);
                (transform.width, transform.height) = (width, height);
                let size = Plan::new(Size { width: 4032, height: 3024 }, &transform).unwrap().result();
                (size.width, size.height)
            };
            assert_eq!(follow(None, None, true), (4032, 3024));
            assert_eq!(follow(Some(320), None, false), (320, 240));
            assert_eq!(follow(Some(33), None, false), (33, 25), "24.75");
            assert_eq!(follow(Some(34), None, false), (34, 26), "25.5");
            assert_eq!(follow(None, Some(1), false), (1, 1), "1.33");
            assert_eq!(follow(Some(5000), None, false), (4032, 3024));
            assert_eq!(follow(Some(8064), None, true), (8064, 6048));
        }
    }

    #[test]
    fn extreme_ratios_neither_vanish_nor_overflow() {
        assert_eq!(result((16384, 1), (80, 80), Fit::Inside, false), (80, 1));
        assert_eq!(result((1, 16384), (80, 80), Fit::Inside, true), (1, 80));
        assert_eq!(result((1, 16384), (80, 80), Fit::Cover, false), (1, 1));
        assert_eq!(result((1, 16384), (80, 80), Fit::Cover, true), (80, 80));
        assert_eq!(result((1, 16384), (16384, 1), Fit::Cover, false), (1, 1));
        assert_eq!(result((1, 16384), (16384, 1), Fit::Fill, true), (16384, 1));
        for (picture, box_size, fit) in [
            ((1, 16384), (80, 80), Fit::Outside),
            ((65535, 1), (16384, 16384), Fit::Outside),
            ((1, 65535), (16384, 16384), Fit::Outside),
        ] {
            assert_eq!(plan(picture, box_size, fit, true).unwrap_err().code(), "image_too_large");
        }
        let transform = Transform::default().width(80).enlarge(true);
        let error = Plan::new(Size { width: 1, height: 16384 }, &transform).unwrap_err();
        assert_eq!(error.to_string(), "expected at most 16384 for height, received 1310720");
        let unchanged = Plan::new(Size { width: 20_000, height: 1 }, &Transform::default());
        assert_eq!(unchanged.unwrap_err().code(), "image_too_large");
    }

    #[test]
    fn cover_cuts_where_position_says() {
        let cut = |position, width, height| {
            let crop = cut(Size { width: 600, height: 400 }, Size { width, height }, position);
            (crop.left, crop.top, crop.width, crop.height)
        };
        assert_eq!(cut(Position::Center, 100, 100), (100.0, 0.0, 400.0, 400.0));
        assert_eq!(cut(Position::Left, 100, 100), (0.0, 0.0, 400.0, 400.0));
        assert_eq!(cut(Position::TopRight, 100, 100), (200.0, 0.0, 400.0, 400.0));
        assert_eq!(cut(Position::Bottom, 300, 100), (0.0, 200.0, 600.0, 200.0));
        assert_eq!(cut(Position::Center, 300, 100), (0.0, 100.0, 600.0, 200.0));
        assert_eq!(cut(Position::Center, 397, 400), (101.0, 0.0, 397.0, 400.0), "unscaled: from a whole pixel");
    }

    #[test]
    fn contain_places_where_position_says() {
        for (position, left, top) in
            [(Position::Center, 25, 0), (Position::Right, 50, 0), (Position::TopLeft, 0, 0), (Position::Bottom, 25, 0)]
        {
            let transform = Transform::default().width(150).height(100).fit(Fit::Contain).position(position);
            let plan = Plan::new(Size { width: 400, height: 400 }, &transform).unwrap();
            let size = Size { width: 150, height: 100 };
            assert_eq!(plan.canvas, Some(Canvas { size, left, top }), "{position}");
        }
        let exact = plan((300, 200), (150, 100), Fit::Contain, false).unwrap();
        assert_eq!(exact.canvas, None);
    }

    /// A corner cut of a sideways photo lies at another corner of its pixels.
    #[test]
    fn plans_are_mapped_onto_stored_axes() {
        let picture = Size { width: 300, height: 400 };
        let crop = CropRect { left: 10.0, top: 20.0, width: 100.0, height: 50.0 };
        let plan = Plan { crop, size: Size { width: 20, height: 10 }, canvas: None };
        for (exif, expected) in [
            (1, (10.0, 20.0, 100.0, 50.0)),
            (2, (190.0, 20.0, 100.0, 50.0)),
            (3, (190.0, 330.0, 100.0, 50.0)),
            (4, (10.0, 330.0, 100.0, 50.0)),
            (5, (20.0, 10.0, 50.0, 100.0)),
            (6, (20.0, 190.0, 50.0, 100.0)),
            (7, (330.0, 190.0, 50.0, 100.0)),
            (8, (330.0, 10.0, 50.0, 100.0)),
        ] {
            let (crop, size) = plan.stored(picture, Orientation::from_exif(exif).unwrap());
            assert_eq!((crop.left, crop.top, crop.width, crop.height), expected, "{exif}");
            assert_eq!(size.width, if exif < 5 { 20 } else { 10 });
        }
    }

    #[test]
    fn whole_pixels_at_their_size_are_copied() {
        let crop = CropRect { left: 1.0, top: 1.0, width: 2.0, height: 2.0 };
        assert!(is_copy(crop, Size { width: 2, height: 2 }));
        assert!(!is_copy(crop, Size { width: 2, height: 1 }));
        assert!(!is_copy(CropRect { left: 0.5, ..crop }, Size { width: 2, height: 2 }));
    }
}
