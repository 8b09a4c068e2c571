//! YCbCr to RGB by the equations of JFIF, rounded as libjpeg does, with 16 fractional bits.
//!
//! In two passes, each a loop that compilers vectorise: channel by channel, then pixel by pixel.

/// How many pixels go through both passes at a time: their bytes stay in the nearest cache.
const PIECE: usize = 512;
/// What a vector holds.
const LANES: usize = 16;

#[inline(always)]
pub(in crate::imaging) fn ycbcr_to_rgb(luma: &[u8], blue: &[u8], red: &[u8], row: &mut [u8]) {
    let mut channels = [[0; PIECE]; 3];
    // What was brought to the width of the picture may jut out.
    let [luma, blue, red] = [luma, blue, red].map(|samples| samples.get(..row.len() / 3).unwrap_or(samples));
    let samples = luma.chunks(PIECE).zip(blue.chunks(PIECE)).zip(red.chunks(PIECE));
    for (row, ((luma, blue), red)) in row.chunks_mut(3 * PIECE).zip(samples) {
        convert(luma, blue, red, &mut channels);
        let [r, g, b] = &channels;
        for (((pixel, r), g), b) in row.as_chunks_mut::<3>().0.iter_mut().zip(r).zip(g).zip(b) {
            *pixel = [*r, *g, *b];
        }
    }
}

#[inline(always)]
fn convert(luma: &[u8], blue: &[u8], red: &[u8], [r, g, b]: &mut [[u8; PIECE]; 3]) {
    let channels = r.as_chunks_mut::<LANES>().0.iter_mut().zip(g.as_chunks_mut::<LANES>().0);
    let mut channels = channels.zip(b.as_chunks_mut::<LANES>().0);
    let (lumas, luma_rest) = luma.as_chunks();
    let (blues, blue_rest) = blue.as_chunks();
    let (reds, red_rest) = red.as_chunks();
    for (((luma, blue), red), ((r, g), b)) in lumas.iter().zip(blues).zip(reds).zip(&mut channels) {
        convert_lanes(luma, blue, red, r, g, b);
    }
    if let (false, Some(((r, g), b))) = (luma_rest.is_empty(), channels.next()) {
        convert_lanes(&padded(luma_rest), &padded(blue_rest), &padded(red_rest), r, g, b);
    }
}

fn padded(samples: &[u8]) -> [u8; LANES] {
    let mut padded = [0; LANES];
    padded.iter_mut().zip(samples).for_each(|(to, from)| *to = *from);
    padded
}

#[inline(always)]
fn convert_lanes(
    luma: &[u8; LANES],
    blue: &[u8; LANES],
    red: &[u8; LANES],
    r: &mut [u8; LANES],
    g: &mut [u8; LANES],
    b: &mut [u8; LANES],
) {
    // 1.402 is 1 and 0.402; 1.772 is 2 less 0.228; 0.714 is 1 less 0.286: so that all factors have 16 bits.
    for lane in 0..LANES {
        let (y, cr) = (i16::from(luma[lane]), i16::from(red[lane]) - 128);
        r[lane] = byte(y + cr + ((upper_half(2 * cr, 26_345) + 1) >> 1));
    }
    for lane in 0..LANES {
        let (y, cb) = (i16::from(luma[lane]), i16::from(blue[lane]) - 128);
        b[lane] = byte(y + 2 * cb + ((upper_half(2 * cb, -14_942) + 1) >> 1));
    }
    for lane in 0..LANES {
        let (y, cb, cr) = (i16::from(luma[lane]), i16::from(blue[lane]) - 128, i16::from(red[lane]) - 128);
        let sum = i32::from(cb) * -22_554 + i32::from(cr) * 18_734 + (1 << 15);
        g[lane] = byte(y - cr + (sum >> 16) as i16);
    }
}

#[inline(always)]
fn upper_half(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}

#[inline(always)]
fn byte(value: i16) -> u8 {
    value.clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_is_that_of_the_tables_of_libjpeg() {
        for cb in 0..=255_u8 {
            for cr in 0..=255_u8 {
                let luma: Vec<u8> = (0..19).map(|step| step * 14).collect();
                let mut row = vec![0; 3 * luma.len()];
                ycbcr_to_rgb(&luma, &[cb; 19], &[cr; 19], &mut row);
                let (x, z) = (i32::from(cb) - 128, i32::from(cr) - 128);
                for (pixel, y) in row.chunks_exact(3).zip(luma) {
                    let y = i32::from(y);
                    let red = y + ((91_881 * z + 32_768) >> 16);
                    let green = y + ((-22_554 * x + 32_768 - 46_802 * z) >> 16);
                    let blue = y + ((116_130 * x + 32_768) >> 16);
                    let expected = [red, green, blue].map(|value| value.clamp(0, 255) as u8);
                    assert_eq!(pixel, expected, "{y} {cb} {cr}");
                }
            }
        }
    }
}
