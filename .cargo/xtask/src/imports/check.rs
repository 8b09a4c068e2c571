//! The step that reads every crate and package and reports.

use std::collections::BTreeMap;
use std::io;

use super::tree::Graph;
use super::{circles, directions, javascript, python, tree};
use crate::cargo::root;
use crate::sources;
use crate::step::{Outcome, findings};

const CORE: &str = "core/src";

/// The folders whose files do not import each other in a circle.
const FOLDERS: [&str; 7] = [
    CORE,
    "bindings-python/src",
    "bindings-node/src",
    "examples/src",
    "benches/src",
    ".cargo/generate/src",
    ".cargo/xtask/src",
];

/// The packages in other languages: folder, extensions, and what reads their imports.
type Package = (&'static str, &'static [&'static str], fn(&BTreeMap<String, String>) -> Graph);
const PACKAGES: [Package; 2] =
    [("bindings-python/python", &["py"], python::resolve), ("bindings-node", &["js", "mjs"], javascript::resolve)];

pub(crate) fn check() -> Outcome {
    let mut found = Vec::new();
    let (mut files, mut imports) = (0, 0);
    for folder in FOLDERS {
        let sources = match sources::read(&root().join(folder)) {
            Ok(sources) => sources,
            Err(error) => return Outcome::Failed(format!("{folder} cannot be read: {error}")),
        };
        let resolved = tree::resolve(&sources);
        files += sources.len();
        imports += resolved.graph.values().map(BTreeMap::len).sum::<usize>();
        let mut faults = resolved.faults;
        faults.extend(circles::check(&resolved.graph));
        if folder == CORE {
            faults.extend(directions::check(&resolved.graph));
        }
        found.extend(faults.iter().map(|fault| format!("{folder}: {fault}")));
    }
    for (folder, extensions, resolve) in PACKAGES {
        let sources = match read_package(folder, extensions) {
            Ok(sources) => sources,
            Err(error) => return Outcome::Failed(format!("{folder} cannot be read: {error}")),
        };
        let graph = resolve(&sources);
        files += sources.len();
        imports += graph.values().map(BTreeMap::len).sum::<usize>();
        found.extend(circles::check(&graph).iter().map(|fault| format!("{folder}: {fault}")));
    }
    println!("   {imports} imports between {files} files");
    findings(&found)
}

/// Reads the sources of a package, without its tests and without untracked files.
fn read_package(folder: &str, extensions: &[&str]) -> io::Result<BTreeMap<String, String>> {
    let mut sources = sources::read_kind(&root().join(folder), extensions)?;
    sources.retain(|path, _| !path.starts_with("test/") && !path.starts_with("node_modules/"));
    Ok(sources)
}
