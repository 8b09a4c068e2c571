//! The segments of a file (T.81, B.2; JFIF 1.01; ICC.1, B.4).

use super::huffman::HuffmanCode;
use super::settings::{EncodedComponent, Settings};
use crate::imaging::codecs::failure::Failure;

const APP0: u8 = 0xe0;
const APP2: u8 = 0xe2;
const BASELINE: u8 = 0xc0;
const PROGRESSIVE: u8 = 0xc2;
const DHT: u8 = 0xc4;
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;

/// The most bytes of a segment, without its length.
const MAX_SEGMENT: usize = 65_533;

/// The segments of a profile start with this, and with which of how many each is.
const ICC: &[u8] = b"ICC_PROFILE\0";
const MAX_PROFILE: usize = 255 * (MAX_SEGMENT - ICC.len() - 2);

/// The start of a file, up to its frame.
pub(super) fn header(
    settings: &Settings<'_>,
    components: &[EncodedComponent],
    steps: &[[u8; 64]],
) -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![0xff, SOI];
    // Version 1.01, pixels that are square, no thumbnail.
    segment(&mut bytes, APP0, &[b"JFIF\0", &[1, 1, 0, 0, 1, 0, 1, 0, 0]]);
    if let Some(profile) = settings.icc.filter(|profile| !profile.is_empty()) {
        if profile.len() > MAX_PROFILE {
            return Err("an ICC profile that is too long for JPEG".into());
        }
        let parts = profile.chunks(MAX_SEGMENT - ICC.len() - 2);
        let count = parts.len() as u8;
        for (number, part) in (1..=count).zip(parts) {
            segment(&mut bytes, APP2, &[ICC, &[number, count], part]);
        }
    }
    for (number, steps) in (0_u8..).zip(steps) {
        segment(&mut bytes, DQT, &[&[number], steps]);
    }
    let [width, height] = [settings.width, settings.height].map(|side| (side as u16).to_be_bytes());
    let mut frame = vec![8, height[0], height[1], width[0], width[1], components.len() as u8];
    for (number, component) in (0_u8..).zip(components) {
        let (across, down) = component.sampling_factors;
        frame.extend([number + 1, (across << 4 | down) as u8, number.min(1)]);
    }
    segment(&mut bytes, if settings.has_several_scans() { PROGRESSIVE } else { BASELINE }, &[&frame]);
    Ok(bytes)
}

/// The tables of a scan, each with its class and number.
pub(super) fn tables(bytes: &mut Vec<u8>, tables: &[(u8, &HuffmanCode)]) {
    let listed = tables.iter().flat_map(|(place, table)| [std::slice::from_ref(place), &table.lengths, &table.symbols]);
    let parts: Vec<&[u8]> = listed.collect();
    if !parts.is_empty() {
        segment(bytes, DHT, &parts);
    }
}

/// The start of a scan of components: which coefficients it has, and which of their bits. Luma has the tables with the
/// number 0, chroma those with 1.
pub(super) fn scan(bytes: &mut Vec<u8>, components: &[usize], band: (u8, u8), bits: (u8, u8)) {
    let mut members = vec![components.len() as u8];
    for component in components {
        let table = (*component as u8).min(1);
        // Tables that the scan does not use are called 0 (T.81, B.2.3).
        let dc = if band.0 == 0 && bits.0 == 0 { table } else { 0 };
        let ac = if band.1 > 0 { table } else { 0 };
        members.extend([*component as u8 + 1, dc << 4 | ac]);
    }
    segment(bytes, SOS, &[&members, &[band.0, band.1, bits.0 << 4 | bits.1]]);
}

pub(super) fn end(bytes: &mut Vec<u8>) {
    bytes.extend([0xff, EOI]);
}

fn segment(bytes: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length: usize = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    bytes.extend([0xff, marker]);
    bytes.extend((length as u16).to_be_bytes());
    for part in parts {
        bytes.extend_from_slice(part);
    }
}
