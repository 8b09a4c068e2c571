//! A 12-megapixel photo to a JPEG of quality 80, 320 and 720 pixels wide.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::contest::Contest;
use crate::peers::{image, presize, script};
use crate::photo;

pub(crate) fn contests() -> Result<Vec<Contest>, String> {
    let jpeg = Arc::new(photo::jpeg()?);
    let file = std::env::temp_dir().join(format!("presize-bench-{}.jpg", std::process::id()));
    fs::write(&file, jpeg.as_slice()).map_err(|error| format!("{}: {error}", file.display()))?;
    let contests = [320, 720].map(|width| contest(&jpeg, &file, width));
    Ok(contests.into())
}

fn contest(jpeg: &Arc<Vec<u8>>, file: &Path, width: u32) -> Contest {
    let size = jpeg.len() as f64 / 1e6;
    let title = format!("{} x {} JPEG ({size:.1} MB) to {width} pixels, quality 80", photo::WIDTH, photo::HEIGHT);
    let mut contest = Contest::new(&title)
        .peer("presize", presize::thumbnail(Arc::clone(jpeg), width))
        .peer("image 0.25, Lanczos3", image::thumbnail(Arc::clone(jpeg), width));
    for script in [script::PILLOW, script::SHARP] {
        match script.start([file.as_os_str(), width.to_string().as_ref()]) {
            Ok((name, peer)) => contest = contest.peer(name, peer),
            Err(reason) => eprintln!("  without {}: {reason}", script.name),
        }
    }
    contest
}
