//! All segments and scans of a JPEG, walked over once: the limits on work, and the stream that the engine gets.

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat::Jpeg;
use crate::rules::ImageRules;

use super::super::header::{corrupt, unsupported};
use super::color::Color;
use super::frame::{Component, Frame};
use super::markers::{EOI, Metadata, SOS, Segment, next_segment};

/// A JPEG that is complete as far as markers tell, and within the limits.
pub(super) struct Stream<'a> {
    pub frame: Frame,
    pub color: Color,
    pub metadata: Metadata<'a>,
    /// Whether the engine must hold all coefficients at once.
    pub keeps_coefficients: bool,
    /// The tables and scans, without metadata, fill bytes and whatever follows the end.
    pub bytes: Vec<u8>,
}

/// How often the scans of a picture may visit each of its blocks on average. The scripts of common progressive
/// encoders visit a block 4 to 7 times; the visits that a tiny picture needs cost nothing and are not counted.
const VISITS_PER_BLOCK: u64 = 24;
/// Visits that any picture may have: a fraction of a second of work.
const FREE_VISITS: u64 = 4_000_000;

/// Walks over the file up to its end-of-image marker. What follows is not looked at.
pub(super) fn scan<'a>(bytes: &'a [u8], rules: &ImageRules) -> Result<Stream<'a>> {
    let mut metadata = Metadata::default();
    let mut frame: Option<Frame> = None;
    let mut work = Work::default();
    let mut out = vec![0xff, 0xd8];
    let mut at = 2;
    loop {
        let segment = next_segment(bytes, at)?;
        at = segment.end;
        match segment.marker {
            EOI => break,
            SOS => {
                let frame = frame.as_ref().ok_or_else(|| corrupt("a scan comes before the frame header"))?;
                let entropy = entropy_data(bytes, at);
                at += entropy.len();
                work.add(frame, &segment, entropy.len() as u64, rules)?;
                push(&mut out, &segment);
                out.extend(entropy);
            }
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                if frame.is_some() {
                    return Err(corrupt("it has two frame headers"));
                }
                let parsed = Frame::parse(segment.marker, segment.data)?;
                push_frame(&mut out, &segment, &parsed);
                frame = Some(parsed);
            }
            0xdd => {
                work.has_restarts |= segment.data.iter().any(|byte| *byte != 0);
                push(&mut out, &segment);
            }
            0xc4 | 0xdb => push(&mut out, &segment),
            0xcc => return Err(unsupported(Jpeg, "arithmetic coding")),
            0xdc => return Err(unsupported(Jpeg, "a height that is given after its data")),
            0xde | 0xdf => return Err(unsupported(Jpeg, "hierarchical coding")),
            _ if work.scans == 0 => metadata.take(&segment),
            _ => {}
        }
    }
    out.extend([0xff, EOI]);
    let frame = frame.ok_or_else(|| corrupt("it has no frame header"))?;
    if work.started.iter().filter(|started| **started).count() < frame.components.len() {
        return Err(corrupt("the data of a component is missing"));
    }
    // zune-jpeg 0.5.16-rc3 makes wrong pixels of these and does not notice, so they are refused.
    if !frame.is_progressive && frame.is_subsampled() && work.has_restarts && work.has_lone_component {
        return Err(unsupported(Jpeg, "restarts in scans of single, subsampled components"));
    }
    let color = Color::of(&frame, &metadata);
    if let Some(transform) = color.engine_transform() {
        let adobe = [&[0xff, 0xee, 0, 14], b"Adobe".as_slice(), &[0, 100, 0, 0, 0, 0, transform]].concat();
        out.splice(2..2, adobe);
    }
    let keeps_coefficients = frame.is_progressive || work.scans > 1;
    Ok(Stream { frame, color, metadata, keeps_coefficients, bytes: out })
}

fn push(out: &mut Vec<u8>, segment: &Segment<'_>) {
    out.extend([0xff, segment.marker]);
    out.extend((segment.data.len() as u16 + 2).to_be_bytes());
    out.extend(segment.data);
}

/// The sampling factors of a lone component mean nothing (T.81, A.2.2) and confuse decoders: they become 1 x 1.
fn push_frame(out: &mut Vec<u8>, segment: &Segment<'_>, frame: &Frame) {
    push(out, segment);
    if frame.components.len() == 1
        && let [.., sampling, _table] = out.as_mut_slice()
    {
        *sampling = 0x11;
    }
}

/// Entropy-coded data: up to the next marker that is no restart.
fn entropy_data(bytes: &[u8], start: usize) -> &[u8] {
    let rest = bytes.get(start..).unwrap_or_default();
    let mut at = 0;
    while let Some(found) = rest.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) {
        match rest.get(at + found + 1) {
            Some(0 | 0xd0..=0xd7) => at += found + 2,
            Some(0xff) => at += found + 1,
            _ => return &rest[..at + found],
        }
    }
    rest
}

/// What the scans of a file ask for.
#[derive(Default)]
struct Work {
    scans: u64,
    visits: u64,
    /// Which components have had their first data.
    started: [bool; 4],
    has_restarts: bool,
    /// Whether a component of several has a scan of its own.
    has_lone_component: bool,
}

impl Work {
    fn add(&mut self, frame: &Frame, segment: &Segment<'_>, entropy_bytes: u64, rules: &ImageRules) -> Result<()> {
        self.scans += 1;
        crate::rules::at_most("scans", self.scans, rules.max_scans.into())?;
        let (members, is_first) = self.members(frame, segment)?;
        self.has_lone_component |= members.len() == 1 && frame.components.len() > 1;
        let blocks: u64 = match members.as_slice() {
            [one] => frame.own_blocks(*one),
            several => several.iter().map(|component| frame.padded_blocks(*component)).sum(),
        };
        // No Huffman code is shorter than a bit: a block of a baseline scan has at least two codes, one of a first DC
        // scan at least one. So a short file cannot ask for the memory of a large picture.
        let least_bits = if is_first { blocks * if frame.is_progressive { 1 } else { 2 } } else { 0 };
        if entropy_bytes < least_bits.div_ceil(8) {
            return Err(corrupt("its data is too short for its size"));
        }
        self.visits = self.visits.saturating_add(blocks);
        let most = FREE_VISITS.max(VISITS_PER_BLOCK * frame.all_blocks());
        if self.visits > most {
            let max = self.scans - 1;
            return Err(ErrorKind::ImageTooLarge { what: "scans", received: self.scans, max }.into());
        }
        Ok(())
    }

    /// The components of a scan, and whether it is their first.
    fn members(&mut self, frame: &Frame, segment: &Segment<'_>) -> Result<(Vec<Component>, bool)> {
        let malformed = || corrupt("a scan header is malformed");
        let (count, rest) = segment.data.split_first().ok_or_else(malformed)?;
        let count = usize::from(*count);
        if !(1..=4).contains(&count) || rest.len() != 2 * count + 3 {
            return Err(malformed());
        }
        let (listed, parameters) = rest.split_at(2 * count);
        let is_dc_first = parameters[0] == 0 && parameters[2] >> 4 == 0;
        let mut members = Vec::with_capacity(count);
        for [id, _tables] in listed.as_chunks::<2>().0 {
            let place = frame.components.iter().position(|component| component.id == *id).ok_or_else(malformed)?;
            members.push(frame.components[place]);
            if self.started[place] && !frame.is_progressive {
                return Err(corrupt("a component is coded twice"));
            }
            if frame.is_progressive && !is_dc_first && !self.started[place] {
                return Err(corrupt("a component is refined before it is coded"));
            }
            self.started[place] = true;
        }
        let is_first = !frame.is_progressive || is_dc_first;
        let blocks_per_unit: u32 = members.iter().map(|c| u32::from(c.horizontal) * u32::from(c.vertical)).sum();
        if count > 1 && blocks_per_unit > 10 {
            return Err(corrupt("a unit has more than ten blocks"));
        }
        if frame.is_progressive && parameters[0] != 0 && count > 1 {
            return Err(malformed());
        }
        Ok((members, is_first))
    }
}
