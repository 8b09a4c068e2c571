//! Quantisation that weighs errors against bits (trellis quantisation): of each block the values are chosen for which
//! the square error and the bits that they cost are the least together.

use super::blocks::{present, size_and_bits, value};
use super::huffman::{Counts, Table};
use super::quantisation::Steps;
use crate::imaging::codecs::jpeg::zigzag::NATURAL;

/// What a bit may cost, as a square error in steps, in a block that is nearly flat.
const PRICE: f32 = 0.035;

/// The mean square of coefficients at which a bit may cost twice as much, since errors are seen less there. It counts
/// coefficients that are 8 times too large.
const MASKING: f32 = 180_000.0;

/// Counts the symbols of AC that a block has when its coefficients are just rounded.
#[inline(always)]
pub(super) fn count(block: &[i16; 64], steps: &Steps, counts: &mut Counts) {
    let mut block = *block;
    steps.quantize(&mut block);
    let mut last = 0;
    let mut rest = present(&block, 0) & !1;
    while rest != 0 {
        let k = rest.trailing_zeros();
        rest &= rest - 1;
        let run = k - last - 1;
        last = k;
        counts[0xf0] += run >> 4;
        counts[((run & 15) << 4 | size_and_bits(value(&block, k)).0) as usize & 0xff] += 1;
    }
    counts[0] += u32::from(last < 63);
}

/// Quantises the blocks of a component.
pub(super) struct Trellis<'a> {
    steps: &'a Steps,
    /// In zigzag order: one over the step, for coefficients that are 8 times too large.
    reciprocals: [f32; 64],
    /// The bits of each symbol and of the value behind it.
    bits: [f32; 256],
}

/// A coefficient that is not zero, as the last one so far.
#[derive(Clone, Copy, Default)]
struct Node {
    k: u32,
    /// The node before it.
    before: u8,
    magnitude: i16,
    /// What all costs up to here, less what it would cost if all these coefficients were zero.
    cost: f32,
}

impl<'a> Trellis<'a> {
    pub(super) fn new(steps: &'a Steps, counts: &Counts) -> Self {
        let table = Table::new(counts);
        let bits = std::array::from_fn(|symbol| {
            // A symbol that there was none of would be a rare one.
            let length = table.length(symbol as u8);
            (if length == 0 { 16 } else { length }) as f32 + (symbol % 16) as f32
        });
        let reciprocals = steps.zigzag().map(|step| 1.0 / (8.0 * f32::from(step)));
        Self { steps, reciprocals, bits }
    }

    #[inline(always)]
    pub(super) fn quantize(&self, block: &mut [i16; 64]) {
        let exact = *block;
        self.steps.quantize(block);
        let candidates = present(block, 0) & !1;
        if candidates == 0 {
            return;
        }
        let energy =
            exact[1..].iter().fold(0_i32, |sum, value| sum.wrapping_add(i32::from(*value) * i32::from(*value)));
        let price = PRICE * (1.0 + energy as f32 / (63.0 * MASKING));

        let mut nodes = [Node::default(); 64];
        let mut count = 1;
        let mut rest = candidates;
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            let exact = f32::from(value(&exact, k).unsigned_abs()) * self.reciprocals[k as usize & 63];
            let rounded = value(block, k).abs();
            nodes[count & 63] = self.best(&nodes[..count], k, exact, rounded, price);
            count += 1;
        }
        // The end: which one is the last.
        let end = price * self.bits[0];
        let costs = nodes[..count].iter().map(|node| if node.k == 63 { node.cost } else { node.cost + end });
        let (mut place, _) = costs
            .enumerate()
            .fold((0, f32::INFINITY), |best, (place, cost)| if cost < best.1 { (place, cost) } else { best });
        let mut kept = [0_i16; 64];
        while place > 0 {
            let node = nodes[place & 63];
            kept[usize::from(NATURAL[node.k as usize & 63]) & 63] = node.magnitude;
            place = node.before.into();
        }
        for ((value, kept), exact) in block.iter_mut().zip(kept).zip(exact).skip(1) {
            *value = if exact < 0 { -kept } else { kept };
        }
    }

    /// The cheapest way to a coefficient that is not zero: which one is before it, and which value it has.
    #[inline(always)]
    fn best(&self, nodes: &[Node], k: u32, exact: f32, rounded: i16, price: f32) -> Node {
        let mut best = Node { k, cost: f32::INFINITY, ..Node::default() };
        let lower = [rounded, rounded - 1];
        for magnitude in lower.into_iter().filter(|magnitude| *magnitude > 0) {
            let error = exact - f32::from(magnitude);
            let error = error * error - exact * exact;
            let size = size_and_bits(magnitude).0;
            for (before, node) in nodes.iter().enumerate() {
                let run = k - node.k - 1;
                let bits = self.bits[((run & 15) << 4 | size) as usize & 0xff] + self.bits[0xf0] * (run >> 4) as f32;
                let cost = node.cost + error + price * bits;
                if cost < best.cost {
                    best = Node { k, before: before as u8, magnitude, cost };
                }
            }
        }
        best
    }
}
