//! The animation chunks of an APNG (PNG, third edition, section 11.3.6), held against each other.
//!
//! ```text
//! acTL  2 frames
//! fcTL  0  the first frame, if it stands before IDAT
//! IDAT     the still picture
//! fcTL  1  size and place of the next frame
//! fdAT  2  its data
//! ```
//!
//! The numbers count every `fcTL` and `fdAT`. Where they, or anything else of this order, are wrong, browsers show the still
//! picture, and so it is that alone which counts.

/// What the animation chunks say, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Animation {
    /// The frames that `acTL` announces.
    announced: Option<u32>,
    next_number: u32,
    /// How many `fcTL` there were.
    frames: u32,
    /// Whether the frame of the last `fcTL` has data.
    has_data: bool,
    is_contradictory: bool,
}

impl Animation {
    /// `acTL` before the picture: the number of frames, and how often they are played.
    pub(super) fn announce(&mut self, data: &[u8], is_intact: bool) {
        let frames = match data {
            [f0, f1, f2, f3, _, _, _, _] => u32::from_be_bytes([*f0, *f1, *f2, *f3]),
            _ => 0,
        };
        self.is_contradictory |= !is_intact || frames == 0 || self.announced.is_some();
        self.announced = Some(frames);
    }

    /// `fcTL`: gives the size of the frame. `canvas` is the size of the picture, whose frame comes before `IDAT`.
    pub(super) fn control(
        &mut self,
        data: &[u8],
        is_intact: bool,
        canvas: (u32, u32),
        after_picture: bool,
    ) -> Option<(u32, u32)> {
        let numbers = data.as_chunks::<4>().0;
        let (&[number, width, height, left, top, _delay], Some([dispose, blend])) =
            (&*numbers.iter().take(7).map(|bytes| u32::from_be_bytes(*bytes)).collect::<Vec<_>>(), data.get(24..26))
        else {
            self.is_contradictory = true;
            return None;
        };
        let fits =
            |from: u32, length: u32, whole: u32| length > 0 && from.checked_add(length).is_some_and(|end| end <= whole);
        let is_inside = fits(left, width, canvas.0) && fits(top, height, canvas.1);
        let is_whole = (width, height) == canvas;
        let is_first = self.frames == 0;
        self.is_contradictory |= !is_intact
            || data.len() != 26
            || !is_inside
            || *dispose > 2
            || *blend > 1
            || !(is_first || self.has_data)
            || !(after_picture || (is_first && is_whole));
        self.count(number);
        self.frames = self.frames.saturating_add(1);
        self.has_data = false;
        Some((width, height))
    }

    /// `IDAT`, which is the data of a frame after its `fcTL`.
    pub(super) fn picture(&mut self) {
        self.has_data |= self.frames > 0;
    }

    /// `fdAT`: a number, and data of the frame.
    pub(super) fn data(&mut self, data: &[u8], after_picture: bool) {
        match data.first_chunk::<4>() {
            Some(number) if after_picture && self.frames > 0 => self.count(u32::from_be_bytes(*number)),
            _ => self.is_contradictory = true,
        }
        self.has_data = true;
    }

    fn count(&mut self, number: u32) {
        self.is_contradictory |= number != self.next_number;
        self.next_number = self.next_number.saturating_add(1);
    }

    /// Whether there is an animation that does not contradict itself, as far as it goes.
    pub(super) fn is_valid(&self) -> bool {
        self.announced.is_some_and(|announced| self.frames > 0 && self.frames <= announced) && !self.is_contradictory
    }

    /// Whether every frame that was announced is there.
    pub(super) fn is_complete(&self) -> bool {
        self.announced == Some(self.frames) && self.has_data
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
        animation.announce(&[0, 0, 0, 2, 0, 0, 0, 0], true);
        animation.control(&control(numbers[0], 3, 0), true, (3, 2), false);
        animation.picture();
        animation.control(&control(numbers[1], width, left), true, (3, 2), true);
        animation.data(&[&numbers[2].to_be_bytes()[..], b"data"].concat(), true);
        animation
    }

    #[test]
    fn numbers_and_places_are_held_against_each_other() {
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
    fn what_is_missing_is_no_contradiction() {
        let mut animation = Animation::default();
        animation.announce(&[0, 0, 0, 2, 0, 0, 0, 0], true);
        animation.control(&control(0, 3, 0), true, (3, 2), false);
        animation.picture();
        assert!(animation.is_valid() && !animation.is_complete());
        animation.announce(&[0, 0, 0, 2, 0, 0, 0, 0], true);
        assert!(!animation.is_valid(), "announced twice");
    }
}
