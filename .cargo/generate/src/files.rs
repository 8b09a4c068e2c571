//! The files with generated parts: written, or compared with what would be written.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::surface::{DOCSTRINGS, PYTHON, TYPESCRIPT};
use crate::{python, readme, splice, tables, typescript};

const PYTHON_FOLDER: &str = "bindings-python/python/presize";
const NODE_FOLDER: &str = "bindings-node/lib";

/// A file with its present and its expected content.
struct Generated {
    path: String,
    before: String,
    after: String,
}

pub(crate) fn write() -> Result<(), String> {
    for file in generate(&root())?.iter().filter(|file| file.before != file.after) {
        fs::write(root().join(&file.path), &file.after).map_err(|error| format!("{}: {error}", file.path))?;
        println!("   {} written", file.path);
    }
    Ok(())
}

/// Fails where a file is not what the tables say.
pub(crate) fn check() -> Result<(), String> {
    let files = generate(&root())?;
    println!("   {} files", files.len());
    let stale: Vec<_> = files.iter().filter_map(difference).collect();
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("{}\nrun `cargo xtask generate`", stale.join("\n")))
}

/// The first line that differs.
fn difference(file: &Generated) -> Option<String> {
    let same = file.before.lines().zip(file.after.lines()).take_while(|(before, after)| before == after).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").trim().to_owned();
    (file.before != file.after).then(|| {
        format!("{}:{}: `{}`, where the tables give `{}`", file.path, same + 1, line(&file.before), line(&file.after))
    })
}

/// The root of the workspace: two folders above this crate.
fn root() -> PathBuf {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(2).map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Every file with generated parts, in one list.
fn generate(root: &Path) -> Result<Vec<Generated>, String> {
    tables::check_complete(PYTHON)?;
    tables::check_complete(TYPESCRIPT)?;
    let mut files = vec![
        whole(root, format!("{PYTHON_FOLDER}/options.py"), python::options()?),
        whole(root, format!("{NODE_FOLDER}/options.d.ts"), typescript::options()?),
    ];
    for (path, name, lines) in [
        (format!("{PYTHON_FOLDER}/rules.py"), "ImageRules", python::attributes("ImageRules")?),
        (format!("{PYTHON_FOLDER}/uploads.py"), "UploadPolicy", python::attributes("UploadPolicy")?),
        (format!("{NODE_FOLDER}/rules.d.ts"), "ImageRules", typescript::fields("ImageRules")?),
        (format!("{NODE_FOLDER}/rules.d.ts"), "UploadPolicy", typescript::fields("UploadPolicy")?),
        (format!("{NODE_FOLDER}/error.d.ts"), "ErrorCode", typescript::error_codes()),
        ("core/README.md".to_owned(), "UploadPolicy", readme::options("UploadPolicy")?),
        ("core/README.md".to_owned(), "ImageRules", readme::options("ImageRules")?),
        ("core/README.md".to_owned(), "JsonLimits", readme::options("JsonLimits")?),
        ("core/README.md".to_owned(), "VariantPolicy", readme::options("VariantPolicy")?),
        ("core/README.md".to_owned(), "EventResizePolicy", readme::options("EventResizePolicy")?),
        ("core/README.md".to_owned(), "errors", readme::errors()?),
    ] {
        let file = opened(root, &mut files, &path)?;
        file.after = splice::block(&file.after, name, &lines).map_err(|reason| format!("{path}: {reason}"))?;
    }
    for listed in DOCSTRINGS {
        let path = format!("{PYTHON_FOLDER}/{}", listed.file);
        let items = python::items(listed)?;
        let lines = |indent: &str| items.iter().flat_map(|(name, said)| python::item(indent, name, said)).collect();
        let file = opened(root, &mut files, &path)?;
        file.after = splice::list(&file.after, listed.within, lines).map_err(|reason| format!("{path}: {reason}"))?;
    }
    Ok(files)
}

/// A file that is generated as a whole; it need not be there.
fn whole(root: &Path, path: String, after: String) -> Generated {
    let before = fs::read_to_string(root.join(&path)).unwrap_or_default();
    Generated { path, before, after }
}

/// A file with generated parts, which is read once.
fn opened<'a>(root: &Path, files: &'a mut Vec<Generated>, path: &str) -> Result<&'a mut Generated, String> {
    let at = if let Some(at) = files.iter().position(|file| file.path == path) {
        at
    } else {
        let before = fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
        files.push(Generated { path: path.to_owned(), after: before.clone(), before });
        files.len() - 1
    };
    files.get_mut(at).ok_or_else(|| format!("{path} was not read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_by_its_first_line() {
        let file = |before: &str, after: &str| Generated {
            path: "a.py".to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        };
        assert_eq!(difference(&file("a\nb\n", "a\nb\n")), None);
        let told = difference(&file("a\n  b\n", "a\n  c\n")).unwrap();
        assert_eq!(told, "a.py:2: `b`, where the tables give `c`");
        assert!(difference(&file("a\n", "a\nb\n")).unwrap().contains("a.py:2: `(the end)`"));
    }

    #[test]
    fn what_is_generated_is_committed() {
        check().unwrap();
    }
}
