//! Sequential scans (T.81, F.2): whole blocks one after the other.

use crate::error::Result;

use super::bits::Bits;
use super::coder::{Coder, Tables, bad_code, difference};
use super::coefficients::{Corner, NATURAL};
use super::frame::Frame;
use super::huffman::{Huffman, Symbol};
use super::idct::samples;
use super::idct_scaled::scaled_samples;
use super::planes::Plane;
use super::scans::{Scan, Stream};

/// Decodes the one scan of a file row by row, straight to samples.
pub(super) struct Baseline<'a> {
    coder: Coder<'a>,
    tables: Tables,
    members: Vec<Member>,
    units_across: usize,
}

/// From so many blocks on it pays to have tables for passing over symbols.
const MANY_BLOCKS: u64 = 8_000;

/// A component of the scan.
struct Member {
    component: usize,
    /// Steps of quantisation in zigzag order.
    steps: [i16; 64],
    corner: Corner,
    /// The last coefficient in zigzag order that is needed.
    wanted: usize,
}

impl<'a> Baseline<'a> {
    pub(super) fn new(stream: &Stream<'a>, scan: &Scan<'a>, planes: &[Plane]) -> Result<Self> {
        let steps = |component: usize| stream.quantization.get(component).copied().unwrap_or([0; 64]);
        let members = scan.members.iter().map(|member| {
            let corner = planes.get(member.component).map_or(Corner { across: 8, down: 8 }, Corner::of);
            // 16 bits are kept of a product, so that the sign of a factor means nothing.
            let steps = steps(member.component).map(|step| step as i16);
            Member { component: member.component, steps, corner, wanted: corner.last() }
        });
        let mut tables = Tables::build(scan)?;
        let passes_over = planes.iter().any(|plane| Corner::of(plane).values() < 64);
        if passes_over && stream.frame.all_blocks() > MANY_BLOCKS {
            tables.build_skips();
        }
        Ok(Self {
            coder: Coder::new(scan),
            tables,
            members: members.collect(),
            units_across: stream.frame.units().0 as usize,
        })
    }

    /// Decodes a row of units into the newest band of the planes.
    pub(super) fn decode_row(&mut self, planes: &mut [Plane], is_last: bool) -> Result<()> {
        let mut block = [0; 64];
        for unit in 0..self.units_across {
            self.coder.begin_unit()?;
            for (number, member) in self.members.iter().enumerate() {
                let (dc, ac) = (self.tables.dc(number)?, self.tables.ac(number)?);
                let Some(plane) = planes.get_mut(member.component) else { continue };
                let prediction = &mut self.coder.predictions[member.component & 3];
                let (corner, wanted) = (member.corner, member.wanted);
                for row in 0..plane.vertical {
                    for column in 0..plane.horizontal {
                        let column = unit * plane.horizontal + column;
                        let bits = &mut self.coder.bits;
                        if corner.values() == 64 {
                            let last = decode_block::<false>(bits, (dc, ac), &member.steps, 63, prediction, &mut block);
                            plane.put_full(column, row, &samples(&block, last.ok_or_else(bad_code)?));
                        } else {
                            let last =
                                decode_block::<true>(bits, (dc, ac), &member.steps, wanted, prediction, &mut block);
                            let (samples, count) = scaled_samples(&block, last.ok_or_else(bad_code)?, corner);
                            plane.put(column, row, samples.get(..count).unwrap_or_default());
                        }
                        block = [0; 64];
                    }
                }
            }
        }
        if is_last { self.coder.finish() } else { self.coder.check() }
    }
}

/// Decodes one block to natural order, dequantised, and tells the last coefficient in zigzag order that is not zero;
/// `None` for bits that are no code. Coefficients behind `wanted` are passed over where `IS_SCALED`.
#[inline(always)]
pub(super) fn decode_block<const IS_SCALED: bool>(
    bits: &mut Bits<'_>,
    (dc, ac): (&Huffman, &Huffman),
    steps: &[i16; 64],
    wanted: usize,
    prediction: &mut i32,
    block: &mut [i16; 64],
) -> Option<usize> {
    // Held here until the end, so that it can be held in registers.
    let mut held = *bits;
    let last = decode_held::<IS_SCALED>(&mut held, (dc, ac), steps, wanted, prediction, block);
    *bits = held;
    last
}

#[inline(always)]
fn decode_held<const IS_SCALED: bool>(
    bits: &mut Bits<'_>,
    (dc, ac): (&Huffman, &Huffman),
    steps: &[i16; 64],
    wanted: usize,
    prediction: &mut i32,
    block: &mut [i16; 64],
) -> Option<usize> {
    *prediction = prediction.wrapping_add(difference(bits, dc)?);
    block[0] = (*prediction as i16).wrapping_mul(steps[0]);
    let (mut last, mut k) = (0, 1);
    while k < 64 {
        if IS_SCALED && k > wanted {
            ac.pass_over(bits, k)?;
            break;
        }
        bits.refill();
        let value = match ac.look(bits)? {
            Symbol::Value { run, value } => {
                k += run as usize;
                value
            }
            Symbol::Plain(symbol) => {
                let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
                if size == 0 {
                    if run < 15 {
                        break;
                    }
                    k += 16;
                    continue;
                }
                k += run;
                bits.take_signed(size)
            }
        };
        if k > 63 {
            return None;
        }
        block[usize::from(NATURAL[k]) & 63] = (value as i16).wrapping_mul(steps[k]);
        last = k;
        k += 1;
    }
    Some(last)
}

/// Decodes a scan of a file that has several, unquantised, into what is kept of its components.
pub(super) fn decode_scan(
    frame: &Frame,
    scan: &Scan<'_>,
    kept: &mut [super::coefficients::Coefficients],
    between_rows: &dyn Fn() -> Result<()>,
) -> Result<()> {
    let tables = Tables::build(scan)?;
    let mut coder = Coder::new(scan);
    super::progressive::for_each_block(
        frame,
        scan,
        kept,
        between_rows,
        &mut coder,
        &mut |coder, member, mut block| {
            let mut whole = [0; 64];
            let both = (tables.dc(member.place)?, tables.ac(member.place)?);
            let prediction = &mut coder.predictions[member.component & 3];
            decode_block::<false>(&mut coder.bits, both, &[1; 64], 63, prediction, &mut whole).ok_or_else(bad_code)?;
            for (k, natural) in NATURAL.iter().enumerate() {
                let value = whole[usize::from(*natural)];
                *block.present |= u64::from(value != 0) << k;
                if let Some(to) = block.value(k) {
                    *to = value;
                }
            }
            Ok(())
        },
    )?;
    coder.finish()
}
