//! Imports between modules of Python. Those of type checkers and those within functions count like any others.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Graph;

/// `from <module> import <names>`: the module as a path below the folder of the sources, and the first line.
struct Import {
    module: String,
    names: Vec<String>,
    line: usize,
}

/// Which file imports from which: texts by their path below the folder that holds the package.
pub(super) fn resolve(sources: &BTreeMap<String, String>) -> Graph {
    let imports: BTreeMap<_, _> = sources.iter().map(|(file, text)| (file.as_str(), imports(file, text))).collect();
    let mut graph = Graph::new();
    for (file, imported) in &imports {
        for import in imported {
            let targets = import.names.iter().filter_map(|name| home(&imports, &import.module, name));
            for target in targets.filter(|target| target != file) {
                graph.entry((*file).to_owned()).or_default().entry(target).or_insert(import.line);
            }
        }
    }
    graph
}

/// The file that defines a name of a module. A package that only passes a name on is looked through.
fn home(imports: &BTreeMap<&str, Vec<Import>>, module: &str, name: &str) -> Option<String> {
    let mut module = module.to_owned();
    let mut passed = BTreeSet::new();
    loop {
        let (file, package) = (format!("{module}.py"), format!("{module}/__init__.py"));
        let below = [format!("{module}/{name}.py"), format!("{module}/{name}/__init__.py")];
        if imports.contains_key(file.as_str()) {
            return Some(file);
        }
        let own = imports.get(package.as_str())?;
        if let Some(submodule) = below.into_iter().find(|path| imports.contains_key(path.as_str())) {
            return Some(submodule);
        }
        if !passed.insert(module.clone()) {
            return None;
        }
        match own.iter().find(|import| import.names.iter().any(|other| other == name)) {
            Some(import) => module.clone_from(&import.module),
            // The extension module has no source here.
            None => return (!name.starts_with("_native")).then_some(package),
        }
    }
}

fn imports(file: &str, text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let mut is_docstring = false;
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let was_docstring = is_docstring;
        is_docstring ^= line.matches("\"\"\"").count() % 2 == 1;
        let Some(rest) = line.trim_start().strip_prefix("from ").filter(|_| !was_docstring) else { continue };
        let Some((module, names)) = rest.split_once(" import ") else { continue };
        let mut names = names.to_owned();
        while names.contains('(') && !names.contains(')') {
            let Some((_, more)) = lines.next() else { break };
            names.push_str(more.split('#').next().unwrap_or_default());
        }
        let names = names.split(['(', ')', ',']).filter_map(|name| name.split_whitespace().next());
        found.push(Import { module: path(file, module), names: names.map(str::to_owned).collect(), line: at + 1 });
    }
    found
}

/// The path of a module: `..a.b` in `p/q/c.py` is `p/a/b`.
fn path(file: &str, module: &str) -> String {
    let names = module.trim_start_matches('.');
    let dots = module.len() - names.len();
    let mut parts: Vec<_> = if dots == 0 { Vec::new() } else { file.split('/').collect() };
    parts.truncate(parts.len().saturating_sub(dots));
    parts.extend(names.split('.').filter(|name| !name.is_empty()));
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
    fn a_circle_is_found() {
        let files = [
            ("p/__init__.py", "if TYPE_CHECKING:\n    from .a import A\n    from . import b as b"),
            ("p/a.py", "from . import (\n    _native,\n    b,  # why\n)"),
            ("p/b.py", "def f():\n    from .a import A"),
        ];
        assert_eq!(circles(&files), ["a circle of imports: p/a.py -> p/b.py -> p/a.py"]);
        assert_eq!(circles(&[files[0], files[1], ("p/b.py", "\"\"\"\nfrom .a import A\n\"\"\"")]), [""; 0]);
    }

    #[test]
    fn a_name_is_followed_through_packages() {
        let files = [
            ("p/__init__.py", "from .a import A"),
            ("p/a.py", "from p.q import B\nclass A: ..."),
            ("p/q/__init__.py", "from p.q.b import B"),
            ("p/q/b.py", "from p import A\nclass B: ..."),
        ];
        assert_eq!(circles(&files), ["a circle of imports: p/a.py -> p/q/b.py -> p/a.py"]);
        // Without the way back there is none, though the packages import each other.
        assert_eq!(circles(&[files[0], files[1], files[2], ("p/q/b.py", "from p import _native")]), [""; 0]);
    }

    #[test]
    fn what_a_package_defines_itself_is_of_its_own_file() {
        let files = [("p/__init__.py", "from .a import A\nVERSION = 1"), ("p/a.py", "from . import VERSION")];
        assert_eq!(circles(&files), ["a circle of imports: p/__init__.py -> p/a.py -> p/__init__.py"]);
    }
}
