//! Reduces the tag table of an ICC profile (ICC.1:2022, section 7.3) to the tags that a conversion from it needs.
//!
//! An entry of the tag table is a signature, the offset of the tag data and its size. Entries may share tag data, and a signature
//! may be repeated as often as the table has room. A profile of 4 MB can hold 170,000 descriptions of 2 MB each, or the same CLUT
//! 300,000 times, and a parser of all tags would take gigabytes and minutes. A conversion needs at most a dozen tags, each once:
//!
//! ```text
//! in   128 bytes of header | 5 | desc 144+9000 | A2B0 9200+50000 | A2B0 9200+50000 | wtpt 60000+20 | B2A0 9200+50000 | tag data
//! out  the same header     | 2 | A2B0 9200+50000 | wtpt 60000+20 | the old bytes  ...                               | tag data
//! ```

/// The tags that a conversion to the PCS reads. Of the CLUTs one is needed: the perceptual `A2B0`, or else the colorimetric
/// `A2B1`.
const NEEDED: [&[u8; 4]; 12] =
    [b"A2B0", b"A2B1", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"chad", b"cicp"];

const HEADER_BYTES: usize = 128;
const ENTRY_BYTES: usize = 12;

type Entry = [u8; ENTRY_BYTES];

/// The profile with a tag table of the needed tags, each at most once. The tag data keeps its offsets. `None` if the table is cut
/// off.
pub(super) fn with_needed_tags(profile: &[u8]) -> Option<Vec<u8>> {
    let kept: Vec<u8> = needed_entries(profile)?.into_iter().flatten().flatten().copied().collect();
    let kept_count = (kept.len() / ENTRY_BYTES) as u32;
    let mut reduced = profile.to_vec();
    let table = reduced.get_mut(HEADER_BYTES..)?;
    table.get_mut(..4)?.copy_from_slice(&kept_count.to_be_bytes());
    table.get_mut(4..4 + kept.len())?.copy_from_slice(&kept);
    Some(reduced)
}

/// Whether the profile converts by a CLUT, which takes several times its bytes in memory.
pub(super) fn has_clut(profile: &[u8]) -> bool {
    needed_entries(profile).is_some_and(|[perceptual, colorimetric, ..]| perceptual.or(colorimetric).is_some())
}

/// The first entry of each needed signature.
fn needed_entries(profile: &[u8]) -> Option<[Option<&Entry>; NEEDED.len()]> {
    let count = u32::from_be_bytes(*profile.get(HEADER_BYTES..)?.first_chunk()?) as usize;
    let entries = profile.get(HEADER_BYTES + 4..)?;
    let entries = entries.get(..count.checked_mul(ENTRY_BYTES)?)?.as_chunks::<ENTRY_BYTES>().0;
    let mut found = [None; NEEDED.len()];
    for entry in entries {
        if let Some(place) = NEEDED.iter().position(|signature| entry.starts_with(*signature)) {
            found[place].get_or_insert(entry);
        }
    }
    if found[0].is_some() {
        found[1] = None;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(tags: &[(&[u8; 4], u32)]) -> Vec<u8> {
        let mut profile = vec![7; HEADER_BYTES];
        profile.extend((tags.len() as u32).to_be_bytes());
        for (name, offset) in tags {
            profile.extend(*name);
            profile.extend(offset.to_be_bytes());
            profile.extend(20_u32.to_be_bytes());
        }
        profile.extend([9; 40]);
        profile
    }

    #[test]
    fn each_needed_tag_is_kept_once() {
        let bomb = profile(&[
            (b"desc", 1),
            (b"wtpt", 2),
            (b"A2B1", 3),
            (b"A2B0", 4),
            (b"A2B0", 5),
            (b"B2A0", 6),
            (b"wtpt", 7),
        ]);
        let reduced = with_needed_tags(&bomb).unwrap();
        assert_eq!(reduced.len(), bomb.len());
        let expected = profile(&[(b"A2B0", 4), (b"wtpt", 2)]);
        assert_eq!(reduced[..HEADER_BYTES + 28], expected[..HEADER_BYTES + 28]);
        assert_eq!(reduced[HEADER_BYTES + 28..], bomb[HEADER_BYTES + 28..]);
        assert!(has_clut(&bomb) && has_clut(&profile(&[(b"A2B1", 1)])));
        assert!(!has_clut(&profile(&[(b"rTRC", 1), (b"B2A0", 1)])));
    }

    #[test]
    fn a_table_that_is_cut_off_is_none() {
        let whole = profile(&[(b"desc", 1), (b"wtpt", 2)]);
        for end in 0..HEADER_BYTES + 28 {
            assert!(with_needed_tags(&whole[..end]).is_none(), "cut at {end}");
        }
        let mut endless = whole.clone();
        endless[HEADER_BYTES..HEADER_BYTES + 4].fill(0xff);
        assert!(with_needed_tags(&endless).is_none());
    }
}
