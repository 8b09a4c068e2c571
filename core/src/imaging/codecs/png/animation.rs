//! The animation chunks of an APNG (PNG, third edition, section 11.3.6), and whether they are consistent.
//!
//! ```text
//! acTL  2 frames
//! fcTL  0  the first frame, if it is before IDAT
//! IDAT     the static image
//! fcTL  1  size and offset of the next frame
//! fdAT  2  its data
//! ```
//!
//! The sequence numbers count every `fcTL` and `fdAT`. If they or any other part of this order are wrong, browsers show the
//! static image, and so the animation does not count.

/// The state of the animation, from the chunks so far.
#[derive(Debug, Default)]
pub(super) struct Animation {
    /// `num_frames` of `acTL`.
    num_frames: Option<u32>,
    next_sequence_number: u32,
    /// How many `fcTL` there were.
    frames: u32,
    /// Whether the frame of the last `fcTL` has data.
    has_data: bool,
    is_inconsistent: bool,
}

impl Animation {
    /// Takes an `acTL` before the image data: `num_frames` and `num_plays`.
    pub(super) fn animation_control(&mut self, data: &[u8], is_intact: bool) {
        let frames = match data {
            [f0, f1, f2, f3, _, _, _, _] => u32::from_be_bytes([*f0, *f1, *f2, *f3]),
            _ => 0,
        };
        self.is_inconsistent |= !is_intact || frames == 0 || self.num_frames.is_some();
        self.num_frames = Some(frames);
    }

    /// Takes an `fcTL` and returns the size of the frame. `canvas` is the size of the static image, and of a frame before `IDAT`.
    pub(super) fn frame_control(
        &mut self,
        data: &[u8],
        is_intact: bool,
        canvas: (u32, u32),
        is_after_image_data: bool,
    ) -> Option<(u32, u32)> {
        let numbers = data.as_chunks::<4>().0;
        let (&[sequence_number, width, height, left, top, _delay], Some([dispose, blend])) =
            (&*numbers.iter().take(7).map(|bytes| u32::from_be_bytes(*bytes)).collect::<Vec<_>>(), data.get(24..26))
        else {
            self.is_inconsistent = true;
            return None;
        };
        let fits =
            |from: u32, length: u32, whole: u32| length > 0 && from.checked_add(length).is_some_and(|end| end <= whole);
        let is_inside = fits(left, width, canvas.0) && fits(top, height, canvas.1);
        let is_whole = (width, height) == canvas;
        let is_first = self.frames == 0;
        self.is_inconsistent |= !is_intact
            || data.len() != 26
            || !is_inside
            || *dispose > 2
            || *blend > 1
            || !(is_first || self.has_data)
            || !(is_after_image_data || (is_first && is_whole));
        self.count(sequence_number);
        self.frames = self.frames.saturating_add(1);
        self.has_data = false;
        Some((width, height))
    }

    /// Takes an `IDAT`, which is the data of the first frame if an `fcTL` is before it.
    pub(super) fn image_data(&mut self) {
        self.has_data |= self.frames > 0;
    }

    /// Takes an `fdAT`: a sequence number, and data of the frame.
    pub(super) fn frame_data(&mut self, data: &[u8], is_after_image_data: bool) {
        match data.first_chunk::<4>() {
            Some(number) if is_after_image_data && self.frames > 0 => self.count(u32::from_be_bytes(*number)),
            _ => self.is_inconsistent = true,
        }
        self.has_data = true;
    }

    fn count(&mut self, sequence_number: u32) {
        self.is_inconsistent |= sequence_number != self.next_sequence_number;
        self.next_sequence_number = self.next_sequence_number.saturating_add(1);
    }

    /// Whether there is an animation that is consistent so far.
    pub(super) fn is_valid(&self) -> bool {
        self.num_frames.is_some_and(|num_frames| self.frames > 0 && self.frames <= num_frames) && !self.is_inconsistent
    }

    /// Whether it has all of its frames.
    pub(super) fn is_complete(&self) -> bool {
        self.num_frames == Some(self.frames) && self.has_data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(number: u32, width: u32, left: u32) -> Vec<u8> {
        let numbers = [number, width, 2, left, 0, 0].map(u32::to_be_bytes).concat();
        [&numbers[..], &[0, 0]].concat()
    }

    fn animation(numbers: [u32; 3], width: u32, left: u32) -> Animation {
        let mut animation = Animation::default();
        animation.animation_control(&[0, 0, 0, 2, 0, 0, 0, 0], true);
        animation.frame_control(&control(numbers[0], 3, 0), true, (3, 2), false);
        animation.image_data();
        animation.frame_control(&control(numbers[1], width, left), true, (3, 2), true);
        animation.frame_data(&[&numbers[2].to_be_bytes()[..], b"data"].concat(), true);
        animation
    }

    #[test]
    fn sequence_numbers_and_offsets_are_checked() {
        let good = animation([0, 1, 2], 2, 1);
        assert!(good.is_valid() && good.is_complete());
        for (numbers, width, left) in [
            ([1, 2, 3], 2, 1),
            ([0, 2, 3], 2, 1),
            ([0, 1, 1], 2, 1),
            ([0, 1, 2], 3, 1),
            ([0, 1, 2], 0, 0),
            ([0, 1, 2], 2, u32::MAX),
        ] {
            assert!(!animation(numbers, width, left).is_valid(), "{numbers:?} {width} {left}");
        }
    }

    #[test]
    fn an_animation_that_ends_early_is_consistent() {
        let mut animation = Animation::default();
        animation.animation_control(&[0, 0, 0, 2, 0, 0, 0, 0], true);
        animation.frame_control(&control(0, 3, 0), true, (3, 2), false);
        animation.image_data();
        assert!(animation.is_valid() && !animation.is_complete());
        animation.animation_control(&[0, 0, 0, 2, 0, 0, 0, 0], true);
        assert!(!animation.is_valid(), "acTL twice");
    }
}
