//! The filter coefficients of a resampling along one axis: Lanczos with three lobes, widened by the factor of shrinking (as in
//! Pillow's `resize`), as integers, so that every machine computes the same bytes.
//!
//! ```text
//! shrinking by 2: a sample of the result is the sum of 12 samples of the source, 6 on either side of its centre, over 16384:
//! 60 247 -557 -1092 2220 7314 | 7314 2220 -1092 -557 247 60
//! an edge between samples of 0 and of 255 becomes 5  0 (-21)  128  255 (276)  250: the ringing that makes Lanczos look sharp
//! ```

/// Fractional bits of a coefficient: all coefficients of a sample add up to `1 << COEFFICIENT_BITS`.
pub(super) const COEFFICIENT_BITS: u32 = 14;

/// How samples along one axis of a result lie on those of a source: that of index `i` is centred at
/// `start + (i + 0.5) * step`, in samples of the source from its edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    /// Samples of the source, after its enlargement.
    pub source: usize,
    /// Samples of the result.
    pub target: usize,
    pub start: f64,
    pub step: f64,
    /// How stored samples are enlarged to the source.
    pub enlargement: Enlargement,
}

/// How decoding at full size upsamples a component with fewer samples than pixels (`upsample.rs` of the JPEG decoder). The
/// coefficients of upsampling and resampling are combined, so that no upsampled sample is ever computed:
///
/// ```text
/// samples               a       b       c            doubled   a  (3a+b)/4  (a+3b)/4  (3b+c)/4  (b+3c)/4  c
/// a sample in the middle of the third and the fourth:  (a + 3b + 3b + c) / 8,  so the coefficients of a, b, c are 1/8, 6/8, 1/8
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Enlargement {
    None,
    /// Doubled from `samples`: three quarters of a sample and one quarter of its neighbour.
    Doubled {
        samples: usize,
    },
    /// Each sample repeated.
    Repeated {
        times: usize,
    },
}

impl Enlargement {
    /// The two stored samples of an enlarged one, with the share of each.
    fn shares(self, at: usize) -> [(usize, f64); 2] {
        match self {
            Self::None => [(at, 1.0), (at, 0.0)],
            Self::Repeated { times } => [(at / times.max(1), 1.0), (at / times.max(1), 0.0)],
            Self::Doubled { samples } => {
                let near = at / 2;
                let far = if at.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
                [(near, 0.75), (far.min(samples.saturating_sub(1)), 0.25)]
            }
        }
    }

    /// The coefficients for stored samples, from those for enlarged samples from `first` on.
    fn fold(self, first: usize, coefficients: Vec<f64>) -> (usize, Vec<f64>) {
        if self == Self::None {
            return (first, coefficients);
        }
        let places = (first..first + coefficients.len()).flat_map(|at| self.shares(at).map(|(place, _)| place));
        let Some((least, most)) = places.fold(None, |range, place| match range {
            None => Some((place, place)),
            Some((least, most)) => Some((place.min(least), place.max(most))),
        }) else {
            return (0, coefficients);
        };
        let mut folded = vec![0.0; most - least + 1];
        for (at, coefficient) in (first..).zip(coefficients) {
            for (place, share) in self.shares(at) {
                if let Some(to) = folded.get_mut(place - least) {
                    *to += share * coefficient;
                }
            }
        }
        (least, folded)
    }
}

/// The coefficients of each sample of a result: `count` for consecutive samples of the source, from `first` on.
#[derive(Debug)]
pub(super) struct FilterCoefficients {
    pub count: usize,
    /// The first source sample of each result sample; where coefficients are zero, source samples need not exist.
    pub first: Vec<usize>,
    /// `count` coefficients for each sample of the result.
    pub coefficients: Vec<i16>,
}

impl FilterCoefficients {
    /// Computes the coefficients, padded with zeros to a multiple of `multiple`.
    pub(super) fn new(axis: Axis, multiple: usize) -> Self {
        let mut found: Vec<(usize, Vec<i16>)> = (0..axis.target).map(|at| coefficients_of(axis, at)).collect();
        let count =
            found.iter().map(|(_, coefficients)| coefficients.len()).max().unwrap_or(1).next_multiple_of(multiple);
        for (_, coefficients) in &mut found {
            coefficients.resize(count, 0);
        }
        Self {
            count,
            first: found.iter().map(|(first, _)| *first).collect(),
            coefficients: found.into_iter().flat_map(|(_, coefficients)| coefficients).collect(),
        }
    }

    /// The most coefficients of a sample.
    pub(super) fn most(step: f64) -> usize {
        (2.0 * LOBES * step.max(1.0)).ceil() as usize + 2
    }

    /// The first source sample and the coefficients of a sample.
    #[inline(always)]
    pub(super) fn of(&self, at: usize) -> (usize, &[i16]) {
        let coefficients = self.coefficients.get(at * self.count..(at + 1) * self.count).unwrap_or_default();
        (self.first.get(at).copied().unwrap_or(0), coefficients)
    }

    /// One past the last source sample with a coefficient that is not zero.
    pub(super) fn end(&self, at: usize) -> usize {
        let (first, coefficients) = self.of(at);
        first + coefficients.iter().rposition(|coefficient| *coefficient != 0).map_or(0, |last| last + 1)
    }
}

const LOBES: f64 = 3.0;

/// The coefficients of one sample. Those outside the source are cut off, and the rest is normalised.
fn coefficients_of(axis: Axis, at: usize) -> (usize, Vec<i16>) {
    let center = axis.start + (at as f64 + 0.5) * axis.step;
    let widening = axis.step.max(1.0);
    let reach = LOBES * widening;
    let last_sample = axis.source.saturating_sub(1) as f64;
    // The centre of a sample is half a sample after its index.
    let first = (center - reach - 0.5).ceil().clamp(0.0, last_sample) as usize;
    let end = ((center + reach - 0.5).floor().clamp(0.0, last_sample) as usize).max(first);
    let exact: Vec<f64> =
        (first..=end).map(|neighbour| lanczos((neighbour as f64 + 0.5 - center) / widening)).collect();
    let total: f64 = exact.iter().sum();
    if total.abs() < 1e-9 {
        // A filter outside the source takes the sample at the edge.
        let edge = center.clamp(0.0, last_sample) as usize;
        let [(edge, _), _] = axis.enlargement.shares(edge);
        return (edge, vec![1 << COEFFICIENT_BITS]);
    }
    let (first, exact) = axis.enlargement.fold(first, exact);
    let unit = f64::from(1 << COEFFICIENT_BITS);
    let mut coefficients: Vec<i16> =
        exact.iter().map(|coefficient| (coefficient / total * unit).round() as i16).collect();
    // The rounding error is added to the largest coefficient, so that the sum is exact and flat areas keep their value.
    let missing = (1 << COEFFICIENT_BITS) - coefficients.iter().map(|coefficient| i32::from(*coefficient)).sum::<i32>();
    if let Some(largest) = coefficients.iter_mut().max_by_key(|coefficient| **coefficient) {
        *largest = (i32::from(*largest) + missing).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    }
    let zeros = coefficients.iter().take_while(|coefficient| **coefficient == 0).count();
    coefficients.drain(..zeros);
    coefficients.truncate(coefficients.iter().rposition(|coefficient| *coefficient != 0).map_or(0, |last| last + 1));
    (first + zeros, coefficients)
}

fn lanczos(x: f64) -> f64 {
    if x == 0.0 {
        1.0
    } else if x.abs() >= LOBES {
        0.0
    } else {
        let third = x * std::f64::consts::PI / LOBES;
        let sine = third.sin();
        // The sine of three times the angle. At whole numbers it is not exactly zero; rounding removes the rest.
        let sine_of_x = sine * (3.0 - 4.0 * sine * sine);
        sine_of_x * sine / (LOBES * third * third)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_and_stay_within_the_source() {
        for (source, target, start, step) in [
            (1008, 320, 0.0, 3.15),
            (10, 3, 0.25, 3.0),
            (1, 5, 0.0, 0.2),
            (7, 7, 0.0, 1.0),
            (16, 50, 3.3, 0.1),
            (4096, 1, 0.0, 4096.0),
        ] {
            let filter =
                FilterCoefficients::new(Axis { source, target, start, step, enlargement: Enlargement::None }, 1);
            for at in 0..target {
                let (first, coefficients) = filter.of(at);
                assert_eq!(
                    coefficients.iter().map(|coefficient| i32::from(*coefficient)).sum::<i32>(),
                    1 << COEFFICIENT_BITS
                );
                assert!(filter.end(at) <= source, "{source} {target} {at}: {first} {coefficients:?}");
                assert!(filter.count <= FilterCoefficients::most(step));
            }
        }
    }

    #[test]
    fn a_copy_has_one_neighbour() {
        let filter = FilterCoefficients::new(
            Axis { source: 9, target: 5, start: 2.0, step: 1.0, enlargement: Enlargement::None },
            1,
        );
        assert_eq!(
            (filter.count, filter.first, filter.coefficients),
            (1, vec![2, 3, 4, 5, 6], vec![1 << COEFFICIENT_BITS; 5])
        );
    }

    /// Both steps one after the other, in floating point.
    #[test]
    fn enlarging_and_scaling_are_put_together() {
        let samples: Vec<f64> = (0..9_u32).map(|at| f64::from(at * at * 37 % 101)).collect();
        let at = |place: isize| samples[place.clamp(0, 8) as usize];
        let doubled: Vec<f64> = (0..17)
            .map(|pixel| {
                let (near, is_left) = (pixel / 2, pixel % 2 == 0);
                (3.0 * at(near) + at(if is_left { near - 1 } else { near + 1 })) / 4.0
            })
            .collect();
        let repeated: Vec<f64> = (0..33).map(|pixel| at(pixel / 4)).collect();
        for (enlargement, enlarged) in
            [(Enlargement::Doubled { samples: 9 }, doubled), (Enlargement::Repeated { times: 4 }, repeated)]
        {
            let source = enlarged.len();
            for (target, start, step) in
                [(source, 0.0, 1.0), (5, 0.0, source as f64 / 5.0), (40, 1.5, 0.3), (3, 2.0, 1.7)]
            {
                let axis = Axis { source, target, start, step, enlargement };
                let alone = Axis { enlargement: Enlargement::None, ..axis };
                let (together, apart) = (FilterCoefficients::new(axis, 1), FilterCoefficients::new(alone, 1));
                assert!(together.count <= FilterCoefficients::most(step));
                let unit = f64::from(1 << COEFFICIENT_BITS);
                let sum = |filter: &FilterCoefficients, values: &[f64], at: usize| {
                    let (first, coefficients) = filter.of(at);
                    let terms = coefficients.iter().enumerate().filter(|(_, coefficient)| **coefficient != 0);
                    terms
                        .map(|(place, coefficient)| f64::from(*coefficient) / unit * values[first + place])
                        .sum::<f64>()
                };
                for at in 0..target {
                    let (ours, theirs) = (sum(&together, &samples, at), sum(&apart, &enlarged, at));
                    assert!((ours - theirs).abs() < 0.05, "{enlargement:?} {target} {at}: {ours} {theirs}");
                }
            }
        }
    }
}
