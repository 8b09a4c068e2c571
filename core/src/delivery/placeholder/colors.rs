//! The colours that stand for a picture: the mean, and the one that is most frequent.

/// The mean of all colours, weighted by their alpha: `None` where everything is transparent.
pub(super) fn average(pixels: &[[u8; 4]]) -> Option<[u8; 3]> {
    mean(pixels.iter())
}

/// The mean of the fullest of 4096 boxes of colours, 16 levels of each channel, weighted by alpha. Of boxes that are equally
/// full it is the darkest by red, green and blue, in this order.
pub(super) fn dominant(pixels: &[[u8; 4]]) -> Option<[u8; 3]> {
    let mut weights = vec![0_u32; 4096];
    for pixel in pixels {
        if let Some(weight) = weights.get_mut(index(*pixel)) {
            *weight += u32::from(pixel[3]);
        }
    }
    let (fullest, weight) = weights.iter().enumerate().rev().max_by_key(|(_, weight)| **weight)?;
    if *weight == 0 {
        return None;
    }
    mean(pixels.iter().filter(|pixel| index(**pixel) == fullest))
}

fn index([red, green, blue, _]: [u8; 4]) -> usize {
    let level = |channel: u8| usize::from(channel >> 4);
    level(red) << 8 | level(green) << 4 | level(blue)
}

fn mean<'a>(pixels: impl Iterator<Item = &'a [u8; 4]>) -> Option<[u8; 3]> {
    let mut sums = [0_u64; 3];
    let mut total = 0;
    for [red, green, blue, alpha] in pixels {
        for (sum, channel) in sums.iter_mut().zip([red, green, blue]) {
            *sum += u64::from(*channel) * u64::from(*alpha);
        }
        total += u64::from(*alpha);
    }
    (total > 0).then(|| sums.map(|sum| ((2 * sum + total) / (2 * total)) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_does_not_count() {
        let pixels = [[255, 0, 0, 255], [0, 0, 255, 0], [255, 10, 0, 255], [0, 255, 0, 1]];
        assert_eq!(average(&pixels), Some([255, 5, 0]));
        assert_eq!(dominant(&pixels), Some([255, 5, 0]));
        assert_eq!((average(&[[9, 9, 9, 0]]), dominant(&[[9, 9, 9, 0]]), dominant(&[])), (None, None, None));
        assert_eq!(dominant(&[[200, 0, 0, 9], [0, 200, 0, 9]]), Some([0, 200, 0]), "the darkest by red");
    }
}
