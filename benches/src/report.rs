//! The dated results file.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs, thread};

/// Writes `results/<date>.md` and tells its path. The machine is named by its kind only.
pub(crate) fn write(tables: &[String]) -> Result<PathBuf, String> {
    let date = jiff::Timestamp::try_from(since_epoch()?)
        .map_err(|error| error.to_string())?
        .to_string()
        .chars()
        .take(10)
        .collect::<String>();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!(
        "# {date}\n\n{cores} cores {}, {}, shared. Made by `cargo xtask bench --write`. Compare ratios, not times.\n",
        env::consts::ARCH,
        env::consts::OS
    );
    for table in tables {
        text.push('\n');
        text.push_str(table);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    let path = folder.join(format!("{date}.md"));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

fn since_epoch() -> Result<SystemTime, String> {
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_err(|_| "the clock stands before 1970".to_owned())?;
    Ok(now)
}
