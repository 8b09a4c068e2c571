//! The segment parser: all segments and scans of a JPEG, read once before any is decoded; tables, order, limits on work.

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat::Jpeg;
use crate::rules::ImageRules;

use super::bit_reader::ZERO_FILL;
use super::color_space::ColorSpace;
use super::frame::Frame;
use super::huffman::{DhtTable, STANDARD};
use super::markers::{Broken, EOI, Metadata, SOI, SOS, Segment, entropy_data, next_segment, read_frame};
use super::progression::{Progression, SpectralBand};
use crate::imaging::codecs::failure::{corrupt, unsupported};
use crate::imaging::codecs::work_weights::jpeg_work;

/// A parsed JPEG: complete as far as its markers tell, and within the limits.
pub(super) struct ParsedJpeg<'a> {
    pub frame: Frame,
    pub color_space: ColorSpace,
    pub metadata: Metadata<'a>,
    pub scans: Vec<Scan<'a>>,
    /// The quantisation table of each component, in zigzag order.
    pub quant_tables: Vec<[u16; 64]>,
    /// Whether the scans have all coefficients to the last bit. Otherwise each component has at least its first DC scan,
    /// unless the file may end early.
    pub is_complete: bool,
    /// Whether no end-of-image marker follows the last scan, which would tell that its data is whole.
    pub is_open: bool,
    /// Where the picture ends: after its end-of-image marker, or where what belongs to no scan starts.
    pub end: usize,
    pub ending: Ending,
}

/// What a file ends with, as far as decoders read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// An end-of-image marker.
    Marked,
    /// None, after scans that have everything.
    Unmarked,
    /// None, and there may have been more.
    Cut,
}

impl<'a> ParsedJpeg<'a> {
    /// The one scan of a file that has everything in it.
    pub(super) fn only_scan(&self) -> Option<&Scan<'a>> {
        match self.scans.as_slice() {
            [scan] if !self.frame.is_progressive && scan.components.len() == self.frame.components.len() => Some(scan),
            _ => None,
        }
    }
}

/// A scan with the tables that hold for it.
pub(super) struct Scan<'a> {
    pub components: Vec<ScanComponent<'a>>,
    pub band: SpectralBand,
    /// MCUs between restart markers; 0 for none.
    pub restart_interval: u32,
    pub data: &'a [u8],
    /// Whether the file ends within it or right after it, and is accepted all the same.
    pub is_cut: bool,
    /// Whether the file ends with it in zeros, which may stand for data that was lost.
    pub has_zero_tail: bool,
}

impl Scan<'_> {
    /// The scan with whose data the file ends.
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

/// How often the scans of a picture may visit each of its blocks on average. The scripts of common progressive
/// encoders visit a block 4 to 7 times; the visits that a tiny picture needs cost nothing and are not counted.
const VISITS_PER_BLOCK: u64 = 24;
/// Visits that any picture may have: a fraction of a second of work.
const FREE_VISITS: u64 = 4_000_000;

/// Walks over the file up to its end-of-image marker. Once all coefficients were coded the picture is whole: panoramas and
/// frames of door cameras lack the marker, and what trails them is passed over, if it is no further scan.
pub(super) fn parse<'a>(bytes: &'a [u8], rules: &ImageRules) -> Result<ParsedJpeg<'a>> {
    let mut metadata = Metadata::default();
    let mut frame: Option<Frame> = None;
    let mut parser = SegmentParser::default();
    let mut at = 2;
    let (mut is_whole, mut is_open) = (false, false);
    let (end, ending) = loop {
        let segment = match next_segment(bytes, at) {
            Err(_) if is_whole => break (at, Ending::Unmarked),
            Err(Broken::EndsEarly(_)) if rules.allow_truncated && !parser.scans.is_empty() => {
                is_open = true;
                break (at, Ending::Cut);
            }
            segment => segment?,
        };
        let start = at;
        at = segment.end;
        match segment.marker {
            EOI => break (at, Ending::Marked),
            SOI if is_whole => break (start, Ending::Unmarked),
            SOS if is_whole && frame.as_ref().is_none_or(|frame| parser.parse_scan(frame, &segment, &[]).is_err()) => {
                break (start, Ending::Unmarked);
            }
            SOS => {
                let frame = frame.as_ref().ok_or_else(|| corrupt("a JPEG with a scan before its frame header"))?;
                let data = entropy_data(bytes, at);
                at += data.len();
                let is_last = bytes.get(at..).unwrap_or_default().iter().all(|byte| *byte == 0xff);
                parser.add_scan(frame, &segment, (data, is_last), rules)?;
                if parser.progression.is_complete(frame.components.len()) {
                    is_whole = true;
                    is_open = next_segment(bytes, at).map_or(true, |segment| segment.marker != EOI);
                }
            }
            _ if is_whole => {}
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
            // A height that comes after the first scan (DNL) too: the frame has one, or took it from there.
            _ => {}
        }
    };
    let frame = frame.ok_or_else(|| corrupt("a JPEG without a frame header"))?;
    rules.check_work(jpeg_work(frame.all_blocks(), parser.visits, frame.is_progressive, bytes.len() as u64))?;
    if let Some(disorder) = parser.disorder {
        return Err(disorder);
    }
    let components = frame.components.len();
    let is_complete = parser.progression.is_complete(components);
    let can_be_shown = is_complete || (frame.is_progressive && parser.progression.has_every_dc(components));
    if !can_be_shown && ending != Ending::Cut {
        return Err(corrupt("a JPEG without any data for one of its components"));
    }
    // A component that is missing from the data has no table, and needs none.
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

/// The parser: the tables in force, and what the scans so far add up to.
#[derive(Default)]
struct SegmentParser<'a> {
    scans: Vec<Scan<'a>>,
    progression: Progression,
    /// Why the scans are not in order, which matters after the limits on all of them.
    disorder: Option<Error>,
    visits: u64,
    restart_interval: u32,
    dc: [Option<DhtTable<'a>>; 4],
    ac: [Option<DhtTable<'a>>; 4],
    quant_tables: [Option<[u16; 64]>; 4],
    /// The table of each component: the one in force when its first scan starts.
    component_tables: [Option<[u16; 64]>; 4],
}

impl<'a> SegmentParser<'a> {
    fn add_huffman_tables(&mut self, segment: &'a [u8]) -> Result<()> {
        let malformed = || corrupt("a JPEG with an invalid Huffman table");
        let mut rest = segment;
        while let Some((place, behind)) = rest.split_first() {
            let tables = match place >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(malformed()),
            };
            let table = tables.get_mut(usize::from(place & 15)).ok_or_else(malformed)?;
            let (listed, behind) = DhtTable::split_from(behind).ok_or_else(malformed)?;
            *table = Some(listed);
            rest = behind;
        }
        Ok(())
    }

    fn add_quantization_tables(&mut self, segment: &[u8]) -> Result<()> {
        let malformed = || corrupt("a JPEG with an invalid quantisation table");
        let mut rest = segment;
        while let Some((place, behind)) = rest.split_first() {
            let table = self.quant_tables.get_mut(usize::from(place & 15)).ok_or_else(malformed)?;
            let bytes_each = usize::from(place >> 4) + 1;
            if bytes_each > 2 {
                return Err(malformed());
            }
            let (quant_table, behind) = behind.split_at_checked(64 * bytes_each).ok_or_else(malformed)?;
            let mut read = quant_table.chunks_exact(bytes_each);
            let mut next =
                || read.next().unwrap_or_default().iter().fold(0, |quant, byte| quant << 8 | u16::from(*byte));
            *table = Some(std::array::from_fn(|_| next()));
            rest = behind;
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
            [one] => frame.own_blocks(frame.components[one.index]),
            several => several.iter().map(|component| frame.padded_blocks(frame.components[component.index])).sum(),
        };
        // No Huffman code is shorter than a bit: a block of a baseline scan has at least two codes, one of a first DC
        // scan at least one, and one that refines it has one bit. The longest end-of-band run is 32767 blocks of at least
        // one bit and 14 more (T.81, G.1.2.2). So a short file cannot ask for the memory of a large picture.
        let least_bits = match (frame.is_progressive, scan.band.first) {
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
            let added = self.progression.add(component.index, scan.band);
            self.disorder = self.disorder.take().or(added.err());
        }
        self.scans.push(scan);
        Ok(())
    }

    /// The scan of a segment (B.2.3), with the tables in force.
    fn parse_scan(&mut self, frame: &Frame, segment: &Segment<'_>, data: &'a [u8]) -> Result<Scan<'a>> {
        let malformed = || corrupt("a JPEG with an invalid scan header");
        let (count, rest) = segment.data.split_first().ok_or_else(malformed)?;
        let count = usize::from(*count);
        if !(1..=4).contains(&count) {
            return Err(malformed());
        }
        let (listed, band) = rest.split_at_checked(2 * count).ok_or_else(malformed)?;
        let band: [u8; 3] = band.try_into().map_err(|_| malformed())?;
        let mut components: Vec<ScanComponent<'a>> = Vec::with_capacity(count);
        for [id, tables] in listed.as_chunks::<2>().0 {
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
            self.start(index, frame.components[index].table)?;
        }
        let blocks_per_mcu = components.iter().map(|component| frame.components[component.index]);
        let blocks_per_mcu: u32 = blocks_per_mcu.map(|c| u32::from(c.horizontal) * u32::from(c.vertical)).sum();
        if count > 1 && blocks_per_mcu > 10 {
            return Err(corrupt("a JPEG with more than ten blocks in an MCU"));
        }
        let restart_interval = self.restart_interval;
        let band = if frame.is_progressive {
            SpectralBand::parse(band, count).ok_or_else(malformed)?
        } else {
            SpectralBand::WHOLE
        };
        Ok(Scan { components, band, restart_interval, data, is_cut: false, has_zero_tail: false })
    }

    fn start(&mut self, component: usize, table: u8) -> Result<()> {
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
            // The least that the data of a scan can be.
            bytes.extend(vec![0; if k == 0 { blocks / 8 } else { (15 * (blocks / 32_767)).div_ceil(8) }]);
        }
        bytes.extend([0xff, EOI]);
        bytes
    }

    /// What bounds the work of a file is how often its scans visit blocks, not how many bytes they have.
    #[test]
    fn scans_visit_blocks_so_often_and_no_more() {
        let rules = ImageRules::default();
        assert_eq!(parse(&many_scans(512), &rules).map(|parsed| parsed.scans.len()).ok(), Some(64), "few blocks");
        let error = parse(&many_scans(4096), &rules).err().map(|error| error.to_string()).unwrap_or_default();
        let most = VISITS_PER_BLOCK;
        assert!(error.contains(&format!("at most {most} for scans")), "{error}");
    }
}
