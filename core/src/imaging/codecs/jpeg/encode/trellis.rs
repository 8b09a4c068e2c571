//! Trellis quantisation: chooses the values of each block that minimise squared error plus price times bits (rate-distortion).
//!
//! ```text
//! for each coefficient k that is nonzero when rounded, in zigzag order
//!     for each value v of rounded, rounded - 1
//!         for each earlier nonzero coefficient j, or none
//!             cost(k, v) = cost(j) + error(k, v) - error(k, 0) + price * bits(run from j to k, size of v)
//!     keep the cheapest v and j
//! the last coefficient is the k with the least cost(k) + price * bits(end of block); follow j back from there
//! ```
//!
//! Errors are in units of the quantisation step. In a nearly flat block, where a bit costs 0.035, with the AC table of annex K:
//!
//! ```text
//! 1.51, run 0   2: 0.49^2 - 1.51^2 = -2.040, + 4 bits = -1.900     1: 0.51^2 - 1.51^2 = -2.020, + 3 bits = -1.915     becomes 1
//! 0.55, run 7   1: 0.45^2 - 0.55^2 = -0.100, + 9 bits =  0.215     0: 0                                               becomes 0
//! ```

use super::blocks::{nonzero, size_and_bits, value};
use super::huffman::{HuffmanCode, SymbolCounts};
use super::quantisation::QuantTable;
use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

/// The price of a bit in a nearly flat block, as a squared error in units of the quantisation step.
const PRICE: f32 = 0.035;

/// The mean square of the AC coefficients, scaled by 8, at which the price doubles, since texture masks errors.
const MASKING: f32 = 180_000.0;

/// Counts the AC symbols of a block whose coefficients are rounded.
#[inline(always)]
pub(super) fn count(block: &[i16; 64], quant_table: &QuantTable, counts: &mut SymbolCounts) {
    let mut block = *block;
    quant_table.quantize(&mut block);
    let mut last = 0;
    let mut rest = nonzero(&block, 0) & !1;
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
    quant_table: &'a QuantTable,
    /// The reciprocals of the quantisation table in zigzag order, for coefficients scaled by 8.
    reciprocals: [f32; 64],
    /// The bits of each symbol with its value.
    bits: [f32; 256],
}

/// The cheapest path to a nonzero coefficient.
#[derive(Clone, Copy, Default)]
struct Node {
    k: u32,
    /// The index of the node before it.
    before: u8,
    magnitude: i16,
    /// The cost of the path, less that of all its coefficients being zero.
    cost: f32,
}

impl<'a> Trellis<'a> {
    pub(super) fn new(quant_table: &'a QuantTable, counts: &SymbolCounts) -> Self {
        let table = HuffmanCode::new(counts);
        let bits = std::array::from_fn(|symbol| {
            // A symbol that has not occurred is taken for a rare one.
            let length = table.length(symbol as u8);
            (if length == 0 { 16 } else { length }) as f32 + (symbol % 16) as f32
        });
        let reciprocals = quant_table.zigzag().map(|quant| 1.0 / (8.0 * f32::from(quant)));
        Self { quant_table, reciprocals, bits }
    }

    #[inline(always)]
    pub(super) fn quantize(&self, block: &mut [i16; 64]) {
        let exact = *block;
        self.quant_table.quantize(block);
        let candidates = nonzero(block, 0) & !1;
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
        // The last nonzero coefficient.
        let end = price * self.bits[0];
        let costs = nodes[..count].iter().map(|node| if node.k == 63 { node.cost } else { node.cost + end });
        let (mut place, _) = costs
            .enumerate()
            .fold((0, f32::INFINITY), |best, (place, cost)| if cost < best.1 { (place, cost) } else { best });
        let mut kept = [0_i16; 64];
        while place > 0 {
            let node = nodes[place & 63];
            kept[usize::from(NATURAL_ORDER[node.k as usize & 63]) & 63] = node.magnitude;
            place = node.before.into();
        }
        for ((value, kept), exact) in block.iter_mut().zip(kept).zip(exact).skip(1) {
            *value = if exact < 0 { -kept } else { kept };
        }
    }

    /// The cheapest path to a nonzero coefficient: the nonzero one before it, and its value.
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
