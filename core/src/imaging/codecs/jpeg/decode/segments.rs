//! The segment parser: reads all segments of a JPEG once, before any scan is decoded, and checks the tables and the order of its
//! scans against the limits on work.

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat::Jpeg;
use crate::rules::ImageRules;

use super::bit_reader::ZERO_FILL;
use super::color_space::ColorSpace;
use super::frame::Frame;
use super::huffman::{DhtTable, STANDARD};
use super::markers::{EOI, Metadata, SOI, SOS, Segment, SegmentError, entropy_data, next_segment, read_frame};
use super::progression::{Progression, SpectralBand};
use crate::imaging::codecs::failure::{corrupt, unsupported};
use crate::imaging::codecs::work_weights::jpeg_work;

/// A parsed JPEG, whose segments are valid and within the limits.
pub(super) struct ParsedJpeg<'a> {
    pub frame: Frame,
    pub color_space: ColorSpace,
    pub metadata: Metadata<'a>,
    pub scans: Vec<Scan<'a>>,
    /// The quantisation table of each component, in zigzag order.
    pub quant_tables: Vec<[u16; 64]>,
    /// Whether the scans code all coefficients to the last bit. Otherwise each component has at least its first DC scan, unless
    /// the file may be truncated.
    pub is_complete: bool,
    /// Whether no end-of-image marker follows the last scan, which would show that its data is complete.
    pub is_open: bool,
    /// The offset at which the picture ends: after its end-of-image marker, or before bytes that belong to no scan.
    pub end: usize,
    pub ending: Ending,
}

/// How the picture ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With an end-of-image marker.
    Marked,
    /// Without one, after scans that code everything.
    Unmarked,
    /// Without one, and further scans may be missing.
    Cut,
}

impl<'a> ParsedJpeg<'a> {
    /// The only scan of a sequential file, with all components.
    pub(super) fn only_scan(&self) -> Option<&Scan<'a>> {
        match self.scans.as_slice() {
            [scan] if !self.frame.is_progressive && scan.components.len() == self.frame.components.len() => Some(scan),
            _ => None,
        }
    }
}

/// A scan with its tables.
pub(super) struct Scan<'a> {
    pub components: Vec<ScanComponent<'a>>,
    pub spectral_band: SpectralBand,
    /// MCUs between restart markers; 0 for none.
    pub restart_interval: u32,
    pub data: &'a [u8],
    /// Whether the file ends within it or right after it, and truncated files are allowed.
    pub is_cut: bool,
    /// Whether the file ends with it in zero bytes, which may replace lost data.
    pub has_zero_tail: bool,
}

impl Scan<'_> {
    /// Marks the scan as the one whose data the file ends with.
    fn at_the_end(self, allow_truncated: bool) -> Self {
        let tail = self.data.len().checked_sub(ZERO_FILL + 1).and_then(|start| self.data.get(start..));
        let has_zero_tail = !allow_truncated && tail.is_some_and(|tail| tail.iter().all(|byte| *byte == 0));
        Self { is_cut: allow_truncated, has_zero_tail, ..self }
    }
}

/// A component of a scan header (B.2.3).
#[derive(Clone, Copy)]
pub(super) struct ScanComponent<'a> {
    /// Its index among the components of the frame.
    pub index: usize,
    pub dc: Option<DhtTable<'a>>,
    pub ac: Option<DhtTable<'a>>,
}

/// How often the scans of a picture may visit each of its blocks on average. The scan scripts of common progressive encoders
/// visit a block 4 to 7 times.
const VISITS_PER_BLOCK: u64 = 24;
/// Visits that every picture may have, however small: a fraction of a second of work.
const FREE_VISITS: u64 = 4_000_000;

/// Parses a file up to its end-of-image marker. Panoramas and frames of door cameras lack that marker: once the scans have coded
/// all coefficients the picture is complete, and bytes after it that are not a further scan are ignored.
pub(super) fn parse<'a>(bytes: &'a [u8], rules: &ImageRules) -> Result<ParsedJpeg<'a>> {
    let mut metadata = Metadata::default();
    let mut frame: Option<Frame> = None;
    let mut parser = SegmentParser::default();
    let mut at = 2;
    let (mut is_all_coded, mut is_open) = (false, false);
    let (end, ending) = loop {
        let segment = match next_segment(bytes, at) {
            Err(_) if is_all_coded => break (at, Ending::Unmarked),
            Err(SegmentError::EndsEarly(_)) if rules.allow_truncated && !parser.scans.is_empty() => {
                is_open = true;
                break (at, Ending::Cut);
            }
            segment => segment?,
        };
        let start = at;
        at = segment.end;
        match segment.marker {
            EOI => break (at, Ending::Marked),
            SOI if is_all_coded => break (start, Ending::Unmarked),
            SOS if is_all_coded
                && frame.as_ref().is_none_or(|frame| parser.parse_scan(frame, &segment, &[]).is_err()) =>
            {
                break (start, Ending::Unmarked);
            }
            SOS => {
                let frame = frame.as_ref().ok_or_else(|| corrupt("a JPEG with a scan before its frame header"))?;
                let data = entropy_data(bytes, at);
                at += data.len();
                let is_last = bytes.get(at..).unwrap_or_default().iter().all(|byte| *byte == 0xff);
                parser.add_scan(frame, &segment, (data, is_last), rules)?;
                if parser.progression.is_complete(frame.components.len()) {
                    is_all_coded = true;
                    is_open = next_segment(bytes, at).map_or(true, |segment| segment.marker != EOI);
                }
            }
            _ if is_all_coded => {}
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                if frame.is_some() {
                    return Err(corrupt("a JPEG with two frame headers"));
                }
                frame = Some(read_frame(bytes, &segment)?);
            }
            0xdd => parser.restart_interval = restart_interval(&segment)?,
            0xc4 => parser.add_huffman_tables(segment.data)?,
            0xdb => parser.add_quantization_tables(segment.data)?,
            0xcc => return Err(unsupported(Jpeg, "arithmetic coding")),
            0xde | 0xdf => return Err(unsupported(Jpeg, "hierarchical coding")),
            _ if parser.scans.is_empty() => metadata.take(&segment),
            _ => {} // DNL too, whose height `read_frame` has taken
        }
    };
    let frame = frame.ok_or_else(|| corrupt("a JPEG without a frame header"))?;
    rules.check_work(jpeg_work(frame.all_blocks(), parser.visits, frame.is_progressive, bytes.len() as u64))?;
    if let Some(error) = parser.order_error {
        return Err(error);
    }
    let components = frame.components.len();
    let is_complete = parser.progression.is_complete(components);
    let can_be_shown = is_complete || (frame.is_progressive && parser.progression.has_every_dc(components));
    if !can_be_shown && ending != Ending::Cut {
        return Err(corrupt("a JPEG without any data for one of its components"));
    }
    // A component without data has no table and needs none.
    let quant_tables = parser.component_tables.iter().take(components);
    let quant_tables = quant_tables.map(|table| table.unwrap_or([1; 64])).collect();
    let color_space = ColorSpace::of(&frame, &metadata);
    Ok(ParsedJpeg {
        frame,
        color_space,
        metadata,
        scans: parser.scans,
        quant_tables,
        is_complete,
        is_open,
        end,
        ending,
    })
}

fn restart_interval(segment: &Segment<'_>) -> Result<u32> {
    let interval: [u8; 2] = segment.data.try_into().map_err(|_| corrupt("a JPEG with an invalid restart interval"))?;
    Ok(u16::from_be_bytes(interval).into())
}

/// The state of the parser: the tables in force, and the progress of the scans.
#[derive(Default)]
struct SegmentParser<'a> {
    scans: Vec<Scan<'a>>,
    progression: Progression,
    /// The error of scans that are out of order, which is reported after the limits on all scans.
    order_error: Option<Error>,
    /// Visits of blocks by all scans.
    visits: u64,
    restart_interval: u32,
    dc: [Option<DhtTable<'a>>; 4],
    ac: [Option<DhtTable<'a>>; 4],
    quant_tables: [Option<[u16; 64]>; 4],
    /// The quantisation table of each component: the one in force when its first scan starts.
    component_tables: [Option<[u16; 64]>; 4],
}

impl<'a> SegmentParser<'a> {
    fn add_huffman_tables(&mut self, segment: &'a [u8]) -> Result<()> {
        let malformed = || corrupt("a JPEG with an invalid Huffman table");
        let mut rest = segment;
        while let Some((class_and_number, tail)) = rest.split_first() {
            let tables = match class_and_number >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(malformed()),
            };
            let table = tables.get_mut(usize::from(class_and_number & 15)).ok_or_else(malformed)?;
            let (parsed, tail) = DhtTable::split_from(tail).ok_or_else(malformed)?;
            *table = Some(parsed);
            rest = tail;
        }
        Ok(())
    }

    fn add_quantization_tables(&mut self, segment: &[u8]) -> Result<()> {
        let malformed = || corrupt("a JPEG with an invalid quantisation table");
        let mut rest = segment;
        while let Some((precision_and_number, tail)) = rest.split_first() {
            let number = usize::from(precision_and_number & 15);
            let table = self.quant_tables.get_mut(number).ok_or_else(malformed)?;
            let bytes_each = usize::from(precision_and_number >> 4) + 1;
            if bytes_each > 2 {
                return Err(malformed());
            }
            let (quant_table, tail) = tail.split_at_checked(64 * bytes_each).ok_or_else(malformed)?;
            let mut read = quant_table.chunks_exact(bytes_each);
            let mut next =
                || read.next().unwrap_or_default().iter().fold(0, |quant, byte| quant << 8 | u16::from(*byte));
            *table = Some(std::array::from_fn(|_| next()));
            rest = tail;
        }
        Ok(())
    }

    fn add_scan(
        &mut self,
        frame: &Frame,
        segment: &Segment<'_>,
        (data, is_last): (&'a [u8], bool),
        rules: &ImageRules,
    ) -> Result<()> {
        let number = self.scans.len() as u64 + 1;
        crate::rules::at_most("scans", number, rules.max_scans.into())?;
        let scan = self.parse_scan(frame, segment, data)?;
        let scan = if is_last { scan.at_the_end(rules.allow_truncated) } else { scan };
        let blocks: u64 = match scan.components.as_slice() {
            [one] => frame.noninterleaved_blocks(frame.components[one.index]),
            several => {
                several.iter().map(|component| frame.interleaved_blocks(frame.components[component.index])).sum()
            }
        };
        // No Huffman code is shorter than a bit. A block of a baseline scan has at least two codes, of a first DC scan one code,
        // of a DC refinement one bit. The longest end-of-band run covers 32767 blocks with a code and 14 extra bits (T.81,
        // G.1.2.2). So a short file cannot claim the memory of a large picture.
        let least_bits = match (frame.is_progressive, scan.spectral_band.first) {
            (false, _) => 2 * blocks,
            (true, 0) => blocks,
            (true, _) => 15 * (blocks / 32_767),
        };
        if (data.len() as u64) < least_bits.div_ceil(8) && !scan.is_cut {
            return Err(corrupt("a JPEG with too little data for its size"));
        }
        self.visits = self.visits.saturating_add(blocks);
        let most = FREE_VISITS.max(VISITS_PER_BLOCK * frame.all_blocks());
        if self.visits > most {
            return Err(ErrorKind::ImageTooLarge { what: "scans", received: number, max: number - 1 }.into());
        }
        for component in &scan.components {
            let added = self.progression.add(component.index, scan.spectral_band);
            self.order_error = self.order_error.take().or(added.err());
        }
        self.scans.push(scan);
        Ok(())
    }

    /// Parses a scan header (B.2.3), and takes the tables in force.
    fn parse_scan(&mut self, frame: &Frame, segment: &Segment<'_>, data: &'a [u8]) -> Result<Scan<'a>> {
        let malformed = || corrupt("a JPEG with an invalid scan header");
        let (count, rest) = segment.data.split_first().ok_or_else(malformed)?;
        let count = usize::from(*count);
        if !(1..=4).contains(&count) {
            return Err(malformed());
        }
        let (component_bytes, progression) = rest.split_at_checked(2 * count).ok_or_else(malformed)?;
        let progression: [u8; 3] = progression.try_into().map_err(|_| malformed())?;
        let mut components: Vec<ScanComponent<'a>> = Vec::with_capacity(count);
        for [id, tables] in component_bytes.as_chunks::<2>().0 {
            let index = frame.components.iter().position(|component| component.id == *id).ok_or_else(malformed)?;
            if components.iter().any(|component| component.index == index) {
                return Err(corrupt("a JPEG with a scan that lists a component twice"));
            }
            let standard = |number: u8| STANDARD.get(usize::from(number)).filter(|_| !frame.is_progressive);
            let (dc, ac) = (tables >> 4, tables & 15);
            components.push(ScanComponent {
                index,
                dc: self.dc.get(usize::from(dc)).copied().flatten().or(standard(dc).map(|(dc, _)| *dc)),
                ac: self.ac.get(usize::from(ac)).copied().flatten().or(standard(ac).map(|(_, ac)| *ac)),
            });
            self.take_quant_table(index, frame.components[index].table)?;
        }
        let blocks_per_mcu = components.iter().map(|component| frame.components[component.index]);
        let blocks_per_mcu: u32 = blocks_per_mcu.map(|c| u32::from(c.horizontal) * u32::from(c.vertical)).sum();
        if count > 1 && blocks_per_mcu > 10 {
            return Err(corrupt("a JPEG with more than ten blocks in an MCU"));
        }
        let restart_interval = self.restart_interval;
        let spectral_band = if frame.is_progressive {
            SpectralBand::parse(progression, count).ok_or_else(malformed)?
        } else {
            SpectralBand::WHOLE
        };
        Ok(Scan { components, spectral_band, restart_interval, data, is_cut: false, has_zero_tail: false })
    }

    /// Takes the quantisation table of a component when its first scan starts.
    fn take_quant_table(&mut self, component: usize, table: u8) -> Result<()> {
        if self.component_tables[component].is_none() {
            let quant_table = self.quant_tables.get(usize::from(table)).copied().flatten();
            self.component_tables[component] =
                Some(quant_table.ok_or_else(|| corrupt("a JPEG without a quantisation table that its data needs"))?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        [&[0xff, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
    }

    /// A gray progressive picture with a scan for each coefficient, of which only the first has data.
    fn many_scans(side: u16) -> Vec<u8> {
        let [high, low] = side.to_be_bytes();
        let blocks = usize::from(side / 8) * usize::from(side / 8);
        let mut bytes = vec![0xff, 0xd8];
        bytes.extend(segment(0xdb, &[0; 65]));
        bytes.extend(segment(0xc2, &[8, high, low, high, low, 1, 1, 0x11, 0]));
        for k in 0..64 {
            bytes.extend(segment(SOS, &[1, 1, 0, k, k, 0]));
            // As little data as a scan can have.
            bytes.extend(vec![0; if k == 0 { blocks / 8 } else { (15 * (blocks / 32_767)).div_ceil(8) }]);
        }
        bytes.extend([0xff, EOI]);
        bytes
    }

    /// The work of a file is bounded by how often its scans visit blocks, not by their bytes.
    #[test]
    fn the_visits_of_blocks_are_limited() {
        let rules = ImageRules::default();
        assert_eq!(parse(&many_scans(512), &rules).map(|parsed| parsed.scans.len()).ok(), Some(64), "few blocks");
        let error = parse(&many_scans(4096), &rules).err().map(|error| error.to_string()).unwrap_or_default();
        let most = VISITS_PER_BLOCK;
        assert!(error.contains(&format!("at most {most} for scans")), "{error}");
    }
}
