//! Sources: each file's text by its path.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Every Rust file below a folder, by its path from there, with `/` on every platform.
pub(crate) fn read(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    read_kind(folder, &["rs"])
}

/// The same for files with other extensions.
pub(crate) fn read_kind(folder: &Path, extensions: &[&str]) -> io::Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    collect(folder, "", extensions, &mut texts)?;
    Ok(texts)
}

fn collect(folder: &Path, prefix: &str, extensions: &[&str], texts: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), extensions, texts)?;
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
            texts.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
