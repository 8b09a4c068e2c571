//! Segments: macroblocks of similar activity share a quantiser. Errors show least where much is going on, so that busy segments
//! get coarser steps and flat ones finer steps (spatial noise shaping).
//!
//! The activity of a macroblock is the mean over its sixteen 4x4 blocks of log2(1 + variance). Up to four segments are the
//! clusters of all activities (k-means).

use super::super::quantiser::{Factors, QuantiserDeltas};
use super::logarithm::{FRACTION_BITS, log2};
use super::quantiser::{adjusted, compression, index};
use super::settings::{MOST_SEGMENTS, Settings};

/// Activities in 16ths.
const ACTIVITIES: usize = 256;
/// Pictures with fewer macroblocks have one segment: more of them would cost more than they save.
const FEWEST_MACROBLOCKS: usize = 12;

/// How much the quantisers of segments differ, in 65536ths of a compression per step of relative activity: 0.9 / 128 for each, times
/// one half. Measured from 0 to 100 % of that: bytes at equal SSIMULACRA2 are least from 50 to 70 %.
const STRENGTH: i64 = 230;

/// The segment of each macroblock, and what each segment is coded with.
pub(super) struct Segments {
    /// Empty if there is only one segment.
    pub map: Vec<u8>,
    /// One to four.
    pub indices: Vec<i32>,
    pub filter_levels: Vec<u8>,
}

/// Fractional logarithms of numbers from 256 to 511, less 8, in 256ths.
static LOGARITHMS: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = ((log2(256 + at as u64) - (8 << FRACTION_BITS)) >> (FRACTION_BITS - 8)) as u8;
        at += 1;
    }
    table
};

/// log2(1 + variance) of sixteen samples, in 256ths, from 256 times the variance.
#[inline(always)]
fn block_activity(variance: u32) -> u32 {
    let value = variance + 256;
    let shift = value.ilog2() - 8;
    (shift << 8) + u32::from(LOGARITHMS[(value >> shift) as usize & 255])
}

/// The activity of a macroblock, in 16ths.
#[inline(always)]
fn activity(rows: impl Iterator<Item = [u8; 16]>) -> u8 {
    let (mut sums, mut squares) = ([0_u32; 4], [0_u32; 4]);
    let mut total = 0;
    for (number, row) in rows.enumerate() {
        for ((sum, square), samples) in sums.iter_mut().zip(&mut squares).zip(row.as_chunks::<4>().0) {
            for sample in samples {
                *sum += u32::from(*sample);
                *square += u32::from(*sample) * u32::from(*sample);
            }
        }
        if number % 4 == 3 {
            total +=
                sums.iter().zip(&squares).map(|(sum, square)| block_activity(16 * square - sum * sum)).sum::<u32>();
            (sums, squares) = ([0; 4], [0; 4]);
        }
    }
    // A sum of sixteen, from 256ths to 16ths.
    (total / 256) as u8
}

/// The activity of each macroblock of a luma plane that consists of full macroblocks.
#[inline(always)]
pub(super) fn activities(luma: &[u8], stride: usize) -> Vec<u8> {
    let columns = stride / 16;
    let mut activities = Vec::with_capacity(luma.len() / 256);
    for band in luma.chunks_exact((16 * stride).max(1)) {
        for column in 0..columns {
            activities.push(activity(band.chunks_exact(stride).map(|row| {
                let mut samples = [0; 16];
                let from = row.get(16 * column..16 * column + 16).unwrap_or_default();
                samples.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                samples
            })));
        }
    }
    activities
}

impl Segments {
    /// Divides macroblocks into segments.
    pub(super) fn new(activities: Vec<u8>, settings: &Settings) -> Self {
        let base = compression(settings.quality);
        let filter_level = |index: i32| if settings.is_filtered { filter_level(index) } else { 0 };
        if settings.segments <= 1 || settings.has_few_modes || activities.len() < FEWEST_MACROBLOCKS {
            let index = index(base);
            return Self { map: Vec::new(), indices: vec![index], filter_levels: vec![filter_level(index)] };
        }
        let mut histogram = [0_u32; ACTIVITIES];
        for activity in &activities {
            histogram[usize::from(*activity)] += 1;
        }
        let (centers, nearest) = clusters(&histogram, settings.segments.min(MOST_SEGMENTS));
        // Centers relative to their mean: the range of all has 256 steps, of which one side gets at most half.
        let total: i64 = histogram.iter().map(|count| i64::from(*count)).sum();
        let weighted: i64 = histogram
            .iter()
            .zip(nearest)
            .map(|(count, segment)| i64::from(*count) * centers[usize::from(segment)])
            .sum();
        let mean = weighted / total.max(1);
        let (least, most) = (centers.iter().min().copied().unwrap_or(0), centers.iter().max().copied().unwrap_or(0));
        let range = (most - least).max(512);
        let relative = |center: &i64| ((256 * (center - mean)) / range).clamp(-127, 127);
        let indices: Vec<i32> =
            centers.iter().map(|center| index(adjusted(base, relative(center) * STRENGTH))).collect();
        let filter_levels = indices.iter().map(|index| filter_level(*index)).collect();
        let mut map = activities;
        for activity in &mut map {
            *activity = nearest[usize::from(*activity)];
        }
        Self { map, indices, filter_levels }
    }

    pub(super) fn of(&self, macroblock: usize) -> usize {
        self.map.get(macroblock).map_or(0, |segment| usize::from(*segment))
    }
}

/// Clusters of a histogram: their centers in 16ths of its unit, and for each value the nearest one.
fn clusters(histogram: &[u32; ACTIVITIES], count: usize) -> (Vec<i64>, [u8; ACTIVITIES]) {
    let first = histogram.iter().position(|count| *count > 0).unwrap_or(0) as i64;
    let last = histogram.iter().rposition(|count| *count > 0).unwrap_or(0) as i64;
    let of = count as i64;
    let mut centers: Vec<i64> =
        (0..of).map(|number| 16 * first + 16 * (2 * number + 1) * (last - first) / (2 * of)).collect();
    let mut nearest = [0; ACTIVITIES];
    for _ in 0..10 {
        let mut sums = [(0_i64, 0_i64); MOST_SEGMENTS];
        for ((value, count), nearest) in histogram.iter().enumerate().zip(&mut nearest) {
            let value = 16 * value as i64;
            let best = (0..centers.len()).min_by_key(|number| (centers[*number] - value).abs()).unwrap_or(0);
            *nearest = best as u8;
            sums[best].0 += value * i64::from(*count);
            sums[best].1 += i64::from(*count);
        }
        let moved: Vec<i64> =
            centers.iter().zip(sums).map(|(center, (sum, count))| sum.checked_div(count).unwrap_or(*center)).collect();
        if moved == centers {
            break;
        }
        centers = moved;
    }
    (centers, nearest)
}

/// The level of the loop filter, 0 to 63, for a quantiser index: an edge between blocks is about as high as the error of
/// quantisation.
fn filter_level(index: i32) -> u8 {
    let level = i64::from(Factors::new(index, QuantiserDeltas::default()).y1[1]) * 66 / 256;
    if level < 2 { 0 } else { level.min(63) as u8 }
}
