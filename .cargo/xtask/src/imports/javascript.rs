//! Imports between modules of JavaScript, with `require` and with `import`.

use std::collections::BTreeMap;

use super::tree::Graph;

/// What stands before the path of an import.
const IMPORTS: [&str; 4] = ["require('", "from '", "import '", "import('"];

/// Which file imports from which: texts by their path. Only relative paths lead to files of the package.
pub(super) fn resolve(sources: &BTreeMap<String, String>) -> Graph {
    let mut graph = Graph::new();
    for (file, text) in sources {
        for (line, imported) in text.lines().enumerate().flat_map(|(at, line)| paths(line).map(move |path| (at, path)))
        {
            let target = join(file, imported);
            if target != *file && sources.contains_key(&target) {
                graph.entry(file.clone()).or_default().entry(target).or_insert(line + 1);
            }
        }
    }
    graph
}

/// The relative paths that a line imports. A comment imports nothing.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let code = if line.trim_start().starts_with(['/', '*']) { "" } else { line };
    IMPORTS.iter().flat_map(move |start| code.split(start).skip(1)).filter_map(|rest| {
        let (path, _) = rest.split_once('\'')?;
        path.starts_with('.').then_some(path)
    })
}

/// A path as seen from the folder of a file: `lib/http/body.js` and `../images.js` lead to `lib/images.js`.
fn join(file: &str, path: &str) -> String {
    let mut parts: Vec<_> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::circles;
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        circles::check(&resolve(&files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()))
    }

    #[test]
    fn a_circle_by_require_is_found() {
        let files = [
            ("index.js", "const homes = [() => require('./lib/a.js')];"),
            ("lib/a.js", "const { b } = require('./http/b.js');"),
            ("lib/http/b.js", "const { a } = require('../a.js');"),
        ];
        assert_eq!(circles(&files), ["a circle of imports: lib/a.js -> lib/http/b.js -> lib/a.js"]);
        assert_eq!(circles(&[files[0], files[1], ("lib/http/b.js", "// as in require('../a.js')")]), [""; 0]);
    }

    #[test]
    fn a_circle_by_import_is_found() {
        let files = [
            ("a.mjs", "import {\n  b,\n} from './b.mjs';"),
            ("b.mjs", "export { c } from './c.mjs';"),
            ("c.mjs", "const a = await import('./a.mjs');\nimport 'node:fs';"),
        ];
        assert_eq!(circles(&files), ["a circle of imports: a.mjs -> b.mjs -> c.mjs -> a.mjs"]);
    }
}
