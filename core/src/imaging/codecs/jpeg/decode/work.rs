//! The work of decoding a JPEG, from its markers alone: how many blocks it has, and how often its scans visit them.

use super::frame::Frame;
use super::markers::{EOI, SOI, SOS, entropy_data, next_segment, read_frame};
use crate::imaging::codecs::work_weights::jpeg_work;

/// The work of the file, in weighted pixels, up to its end or to damage, which the decoder finds before it does any work.
pub(crate) fn work_pixels(bytes: &[u8]) -> u64 {
    let mut frame: Option<Frame> = None;
    let mut visits = 0_u64;
    let mut at = 2;
    while let Ok(segment) = next_segment(bytes, at) {
        at = segment.end;
        match (segment.marker, &frame) {
            (EOI, _) => break,
            // Another picture, after one without an end-of-image marker.
            (SOI, _) if visits > 0 => break,
            (SOS, Some(frame)) => {
                at += entropy_data(bytes, at).len();
                visits = visits.saturating_add(visited_blocks(frame, segment.data));
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
fn visited_blocks(frame: &Frame, header: &[u8]) -> u64 {
    let Some((count, component_bytes)) = header.split_first() else { return 0 };
    let ids = component_bytes.chunks_exact(2).take(usize::from(*count)).filter_map(<[u8]>::first);
    let components = ids.filter_map(|id| frame.components.iter().find(|component| component.id == *id));
    if *count == 1 {
        components.map(|component| frame.noninterleaved_blocks(*component)).sum()
    } else {
        components.map(|component| frame.interleaved_blocks(*component)).sum()
    }
}
