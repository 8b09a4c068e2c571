//! The work of a JPEG: how many blocks it has, and how often its scans visit them, from markers alone.

use super::super::weights::jpeg_work;
use super::frame::Frame;
use super::markers::{EOI, SOS, entropy_data, next_segment, read_frame};
use super::progression::{Band, Progression};

/// The work of the file up to where the decoder stops reading it. Damage is left to the decoder, which does no work before
/// it finds it.
pub(crate) fn work_pixels(bytes: &[u8]) -> u64 {
    let mut frame: Option<Frame> = None;
    let mut progression = Progression::default();
    let mut visits = 0_u64;
    let mut at = 2;
    while let Ok(segment) = next_segment(bytes, at) {
        at = segment.end;
        match (segment.marker, &frame) {
            (EOI, _) => break,
            (SOS, Some(frame)) => {
                at += entropy_data(bytes, at).len();
                visits = visits.saturating_add(visited_blocks(frame, segment.data, &mut progression));
                if progression.is_complete(frame.components.len()) {
                    break;
                }
            }
            (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf, None) => match read_frame(bytes, &segment) {
                Ok(read) => frame = Some(read),
                Err(_) => break,
            },
            _ => {}
        }
    }
    frame.map_or(0, |frame| jpeg_work(frame.all_blocks(), visits, frame.is_progressive, bytes.len() as u64))
}

/// How many blocks a scan visits, by its header (T.81, B.2.3).
fn visited_blocks(frame: &Frame, header: &[u8], progression: &mut Progression) -> u64 {
    let Some((count, rest)) = header.split_first() else { return 0 };
    let count = usize::from(*count);
    let Some((listed, band)) = rest.split_at_checked(2 * count) else { return 0 };
    let band = match band.try_into() {
        Ok(band) if frame.is_progressive => Band::parse(band, count),
        _ => Some(Band::WHOLE),
    };
    let mut blocks = 0_u64;
    for [id, _] in listed.as_chunks::<2>().0 {
        let Some(component) = frame.components.iter().position(|component| component.id == *id) else { continue };
        if let Some(band) = band {
            let _damage = progression.add(component, band);
        }
        let component = frame.components[component];
        blocks += if count == 1 { frame.own_blocks(component) } else { frame.padded_blocks(component) };
    }
    blocks
}
