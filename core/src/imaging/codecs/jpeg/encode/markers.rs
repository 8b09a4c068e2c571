//! Writes the marker segments of a file (T.81, B.2; JFIF 1.01; ICC.1, B.4).

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

/// The identifier of the segments of an ICC profile, which their sequence number and count follow.
const ICC: &[u8] = b"ICC_PROFILE\0";
const MAX_PROFILE: usize = 255 * (MAX_SEGMENT - ICC.len() - 2);

/// The start of a file, from the start-of-image marker to the frame header.
pub(super) fn header(
    settings: &Settings<'_>,
    components: &[EncodedComponent],
    quant_tables: &[[u8; 64]],
) -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![0xff, SOI];
    // Version 1.01, square pixels, no thumbnail.
    segment(&mut bytes, APP0, &[b"JFIF\0", &[1, 1, 0, 0, 1, 0, 1, 0, 0]]);
    if let Some(profile) = settings.icc.filter(|profile| !profile.is_empty()) {
        if profile.len() > MAX_PROFILE {
            return Err("an ICC profile that is too long for JPEG".into());
        }
        let chunks = profile.chunks(MAX_SEGMENT - ICC.len() - 2);
        let count = chunks.len() as u8;
        for (number, chunk) in (1..=count).zip(chunks) {
            segment(&mut bytes, APP2, &[ICC, &[number, count], chunk]);
        }
    }
    for (number, quant_table) in (0_u8..).zip(quant_tables) {
        segment(&mut bytes, DQT, &[&[number], quant_table]);
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

/// Writes a DHT segment with the tables of a scan, each with its class and number.
pub(super) fn tables(bytes: &mut Vec<u8>, tables: &[(u8, &HuffmanCode)]) {
    let fields = tables
        .iter()
        .flat_map(|(class_and_number, table)| [std::slice::from_ref(class_and_number), &table.lengths, &table.symbols]);
    let fields: Vec<&[u8]> = fields.collect();
    if !fields.is_empty() {
        segment(bytes, DHT, &fields);
    }
}

/// Writes the header of a scan: its components, spectral selection and successive approximation. Luma has the Huffman tables 0,
/// chroma the tables 1.
pub(super) fn scan(bytes: &mut Vec<u8>, components: &[usize], band: (u8, u8), bits: (u8, u8)) {
    let mut scan_components = vec![components.len() as u8];
    for component in components {
        let table = (*component as u8).min(1);
        // Tables that the scan does not use have the number 0 (T.81, B.2.3).
        let dc = if band.0 == 0 && bits.0 == 0 { table } else { 0 };
        let ac = if band.1 > 0 { table } else { 0 };
        scan_components.extend([*component as u8 + 1, dc << 4 | ac]);
    }
    segment(bytes, SOS, &[&scan_components, &[band.0, band.1, bits.0 << 4 | bits.1]]);
}

/// Writes the end-of-image marker.
pub(super) fn end(bytes: &mut Vec<u8>) {
    bytes.extend([0xff, EOI]);
}

/// Writes a segment: its marker, its length and its fields.
fn segment(bytes: &mut Vec<u8>, marker: u8, fields: &[&[u8]]) {
    let length: usize = 2 + fields.iter().map(|field| field.len()).sum::<usize>();
    bytes.extend([0xff, marker]);
    bytes.extend((length as u16).to_be_bytes());
    for field in fields {
        bytes.extend_from_slice(field);
    }
}
