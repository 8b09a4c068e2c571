//! Stripping a photo of its metadata, compared with a copy of its bytes, and with decoding and encoding it anew.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use presize::{ImageRules, strip_metadata};

use crate::contest::Contest;
use crate::peers::script;
use crate::sources::Source;

/// How many bytes of metadata a phone writes: EXIF with a thumbnail.
const EXIF_BYTES: u16 = 60_000;
/// Everything at its own size, with the quality of the source.
const AGAIN: &str = "0x0:jpeg:91";

pub(crate) fn contest() -> Result<Contest, String> {
    let file = env::temp_dir().join(format!("presize-strip-{}.jpg", std::process::id()));
    let bytes = Arc::new(with_metadata(&Source::PHOTO_12.bytes()?));
    fs::write(&file, &*bytes).map_err(|error| format!("{}: {error}", file.display()))?;
    let contest = with_peers(&bytes, &file);
    // The scripts have read it when they give their names.
    fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(contest)
}

fn with_peers(bytes: &Arc<Vec<u8>>, file: &Path) -> Contest {
    let rules = ImageRules::default();
    let (ours, theirs) = (Arc::clone(bytes), Arc::clone(bytes));
    let megabytes = bytes.len() as f64 / 1e6;
    let mut contest = Contest::new(&format!("Strip a 12 MP JPEG of its metadata ({megabytes:.1} MB)"))
        .peer("presize", move || {
            black_box(strip_metadata(&ours, &rules).map_err(|error| error.to_string())?);
            Ok(())
        })
        .peer("a copy of the bytes", move || {
            black_box(theirs.to_vec());
            Ok(())
        });
    for (script, mode) in [(&script::PILLOW, "plain"), (&script::SHARP, "")] {
        match script.start([file.as_os_str(), AGAIN.as_ref(), mode.as_ref()]) {
            Ok((name, peer)) => contest = contest.peer(format!("{name}, encoded anew"), peer),
            Err(reason) => eprintln!("  without {}: {reason}", script.name),
        }
    }
    contest.at_most("presize", "Pillow", 0.01)
}

/// The photo with an EXIF segment after its start marker.
fn with_metadata(photo: &[u8]) -> Vec<u8> {
    let (start, rest) = photo.split_at(2.min(photo.len()));
    let block = [
        &b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"[..],
        &vec![1; EXIF_BYTES.into()],
    ]
    .concat();
    let length = (block.len() as u16 + 2).to_be_bytes();
    [start, &[0xff, 0xe1], &length, &block, rest].concat()
}
