//! The step that reads every crate and reports.

use std::collections::BTreeMap;

use super::exceptions::EXCEPTIONS;
use super::{circles, directions, tree};
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
        let exceptions: Vec<_> =
            EXCEPTIONS.iter().filter(|(of, _)| *of == folder).flat_map(|(_, list)| *list).collect();
        let mut faults = resolved.faults;
        faults.extend(circles::check(&resolved.graph, &exceptions));
        if folder == CORE {
            faults.extend(directions::check(&resolved.graph));
        }
        found.extend(faults.iter().map(|fault| format!("{folder}: {fault}")));
    }
    println!("   {imports} imports between {files} files");
    findings(&found)
}
